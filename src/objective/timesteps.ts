import { type Key, uniform } from "../random/index.ts";

export interface TimestepSamplerOptions {
  T: number;
  /** How many of a timestep's latest losses are kept, and needed before it is weighed; 10 unless told. */
  history?: number;
  /** The share of draws that stay even, so that no timestep is forgotten; 0.001 unless told. */
  even?: number;
}

/** A draw of timesteps with what each has to be multiplied by for averages to stay those of even draws. */
export interface TimestepDraw {
  readonly timesteps: Int32Array<ArrayBuffer>;
  readonly weights: Float64Array<ArrayBuffer>;
}

/**
 * Timesteps for training on the bound, drawn with $p_t \propto \sqrt{E[L_t^2]}$ and weighed by 1/(T p_t): Nichol & Dhariwal 2021, equation 18.
 * The expectation is over the latest losses that `record` was told; until every timestep has `history` of them draws are even.
 */
export interface TimestepSampler {
  /** p_t with index t, length T + 1. */
  probabilities(): Float64Array<ArrayBuffer>;
  draw(key: Key, n: number): TimestepDraw;
  record(t: number, loss: number): void;
}

/** Throws a RangeError for a T or history that is not a whole number from 1 up, or an even share outside [0, 1]. */
export function importanceTimesteps({ T, history = 10, even = 1e-3 }: TimestepSamplerOptions): TimestepSampler {
  for (const [name, value] of Object.entries({ T, history })) {
    if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`${name} ${value}: a whole number from 1 up is needed`);
  }
  if (!(even >= 0 && even <= 1)) throw new RangeError(`even share ${even}: a number of 0…1 is needed`);
  const losses: number[][] = Array.from({ length: T + 1 }, () => []);

  function probabilities(): Float64Array<ArrayBuffer> {
    const ready = losses.every((kept, t) => t === 0 || kept.length === history);
    const sizes = losses.map((kept, t) => (t === 0 ? 0 : ready ? Math.sqrt(kept.reduce((sum, loss) => sum + loss * loss, 0) / history) : 1));
    const total = sizes.reduce((a, b) => a + b, 0);
    return Float64Array.from(sizes, (size, t) => (t === 0 ? 0 : total > 0 ? (1 - even) * (size / total) + even / T : 1 / T));
  }

  return {
    probabilities,
    draw(key, n) {
      const p = probabilities();
      let sum = 0;
      const cumulative = p.map((value) => (sum += value));
      const timesteps = Int32Array.from(uniform(key, n), (u) => {
        const t = cumulative.findIndex((edge) => u * sum < edge);
        return t === -1 ? T : t;
      });
      return { timesteps, weights: Float64Array.from(timesteps, (t) => 1 / (T * p[t]!)) };
    },
    record(t, loss) {
      if (!(Number.isInteger(t) && t >= 1 && t <= T)) throw new RangeError(`timestep ${t} outside 1…${T}`);
      losses[t]!.push(loss);
      if (losses[t]!.length > history) losses[t]!.shift();
    },
  };
}
