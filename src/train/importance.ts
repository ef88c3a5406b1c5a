import { type TimestepSampler, type TimestepSamplerOptions, importanceTimesteps } from "../objective/index.ts";

/** A timestep sampler that can be put away and taken up again, and told many losses at once. */
export interface RememberedLosses extends TimestepSampler {
  recordAll(timesteps: ArrayLike<number>, losses: ArrayLike<number>): void;
  /** [T, history]: each timestep's latest losses, oldest first, NaN where there are fewer. */
  save(): Float32Array<ArrayBuffer>;
  restore(saved: ArrayLike<number>): void;
}

/** Takes and throws what `importanceTimesteps` does. */
export function rememberedLosses(T: number, options: Omit<TimestepSamplerOptions, "T"> = {}): RememberedLosses {
  const { history = 10 } = options;
  const sampler = importanceTimesteps({ T, ...options });
  const losses: number[][] = Array.from({ length: T }, () => []);
  const record = (t: number, loss: number): void => {
    sampler.record(t, loss);
    losses[t - 1]!.push(loss);
    if (losses[t - 1]!.length > history) losses[t - 1]!.shift();
  };
  return {
    ...sampler,
    record,
    recordAll: (timesteps, values) => Array.from(timesteps).forEach((t, i) => record(t, values[i]!)),
    save: () => Float32Array.from(losses.flatMap((kept) => Array.from({ length: history }, (_, i) => kept[i] ?? NaN))),
    restore(saved) {
      if (saved.length !== T * history) throw new TypeError(`${saved.length} remembered losses for ${T} timesteps of ${history}: ${T * history} are needed`);
      Array.from(saved).forEach((loss, i) => {
        if (!Number.isNaN(loss)) record(1 + Math.floor(i / history), loss);
      });
    },
  };
}
