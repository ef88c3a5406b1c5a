import { type Measured, countPoints, mean, variance } from "./measured.ts";

/** What a target must know of itself: its weights, and which component a point came from. Every Gaussian mixture of the oracle does. */
export interface Modes {
  readonly components: number;
  readonly dimensions: number;
  readonly weights: Float64Array;
  responsibilities(x: Float64Array): Float64Array;
}

export interface ModeCoverageOptions {
  /** The sample, row by row. */
  readonly x: Float64Array;
  readonly target: Modes;
  /** A mode is covered if its share is at least this part of its weight; ½ unless told. */
  readonly least?: number;
}

export interface ModeShare extends Measured {
  readonly weight: number;
  /** (share − weight)/standard error: how far from right, in standard errors; ±Infinity where there is no spread to judge by. */
  readonly z: number;
}

/** What `modeCoverage` finds. */
export interface ModeCoverage {
  /** One of each component, in its order; `value` is its share of the sample. */
  readonly modes: readonly ModeShare[];
  readonly covered: number;
  /** $\tfrac12\sum_k|\text{share}_k - w_k|$: the probability that lies with the wrong mode. About its error, not 0, where all is right. */
  readonly misplaced: Measured;
}

/**
 * How a sample is shared out among the components of a mixture. A point counts for each by the probability r_k(x) that it came from there,
 * so that a sample of the target has $E\,r_k = w_k$ exactly, however the components overlap. The standard errors are those of averages;
 * that of `misplaced` is by the delta method. RangeError for fewer than 2 points.
 */
export function modeCoverage({ x, target, least = 0.5 }: ModeCoverageOptions): ModeCoverage {
  const n = countPoints(x, target.dimensions, 2);
  const k = target.components;
  const r = target.responsibilities(x);
  const modes = Array.from(target.weights, (weight, c) => {
    const column = Float64Array.from({ length: n }, (_, i) => r[i * k + c]!);
    const [value, standardError] = [mean(column), Math.sqrt(variance(column) / n)];
    return { value, standardError, weight, z: value === weight ? 0 : (value - weight) / standardError };
  });
  const sides = modes.map(({ value, weight }) => Math.sign(value - weight) / 2);
  const signed = Float64Array.from({ length: n }, (_, i) => sides.reduce((total, side, c) => total + side * r[i * k + c]!, 0));
  return {
    modes,
    covered: modes.filter(({ value, weight }) => weight > 0 && value >= least * weight).length,
    misplaced: {
      value: modes.reduce((total, { value, weight }) => total + Math.abs(value - weight) / 2, 0),
      standardError: Math.sqrt(variance(signed) / n),
    },
  };
}
