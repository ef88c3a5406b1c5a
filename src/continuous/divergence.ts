import { type Key, normal, uniform } from "../random/index.ts";
import { type Field, type ScoreAt } from "./reverse.ts";

/** The divergence of a score at each point, one column or several independent estimates of it: n·columns numbers, row by row. */
export interface Divergence {
  readonly columns: number;
  of(x: Float64Array, t: number): Float64Array;
}

export interface HutchinsonOptions {
  key: Key;
  /** How many probes v each point gets; 1 unless told, and with more there is a standard error for each point. */
  probes?: number;
  /** Entries ±1 (unless told), which has the least variance, or normal. */
  law?: "rademacher" | "gaussian";
  /**
   * The product of the score's Jacobian with vectors, `(x, t, v) => J v`, where it can be had exactly. Unless told, the central difference
   * $\big(s(x + hv) - s(x - hv)\big)/2h$ with h = `step` (1e-4): two scores a probe, an error O(h²).
   */
  jacobianVector?: (x: Float64Array, t: number, v: Float64Array) => Float64Array;
  step?: number;
}

/**
 * Hutchinson's estimator of the divergence, $v^\top\frac{\partial s}{\partial x}v$ with $E\,vv^\top = I$ (Hutchinson 1990; Grathwohl et al.
 * 2019). Each point's probes are drawn once and kept for all times, so that the paths stay smooth. Where the score's Jacobian is diagonal
 * ±1 probes have no variance.
 */
export function hutchinson(score: ScoreAt<Float64Array>, points: number, dimensions: number, options: HutchinsonOptions): Divergence {
  const { key, probes = 1, law = "rademacher", step = 1e-4 } = options;
  if (!(Number.isInteger(probes) && probes >= 1)) throw new RangeError(`${probes} probes: a whole number from 1 up is needed`);
  if (!(step > 0)) throw new RangeError(`step ${step} of a difference: a positive number is needed, such as 1e-4`);
  const size = points * dimensions;
  const draws = law === "gaussian" ? normal(key, [probes, size]) : uniform(key, [probes, size]).map((u) => (u < 0.5 ? -1 : 1));
  const vectors = Array.from({ length: probes }, (_, p) => draws.slice(p * size, (p + 1) * size));
  const product = options.jacobianVector ?? differenceOf(score, step);
  return {
    columns: probes,
    of(x, t) {
      const estimates = new Float64Array(points * probes);
      vectors.forEach((v, p) => {
        product(x, t, v).forEach((value, at) => (estimates[Math.floor(at / dimensions) * probes + p]! += v[at]! * value));
      });
      return estimates;
    },
  };
}

function differenceOf(score: Field<Float64Array>, step: number) {
  return (x: Float64Array, t: number, v: Float64Array): Float64Array => {
    const [above, below] = [1, -1].map((sign) => score(x.map((value, at) => value + sign * step * v[at]!), t));
    return above!.map((value, at) => (value - below![at]!) / (2 * step));
  };
}
