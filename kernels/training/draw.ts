import { type ModelConfig } from "../../src/model/index.ts";
import { type Key, foldIn } from "../../src/random/index.ts";
import { type Sampler, ancestral, sample, samplers } from "../../src/sampler/index.ts";
import { type CompileOptions } from "../../src/tensor/index.ts";
import { type Trained, arrayModel, itemShapeOf } from "../../src/train/index.ts";

export interface DrawOptions {
  readonly n: number;
  readonly sampler: Sampler;
  readonly steps: number;
  readonly key: Key;
  readonly label?: number;
  readonly guidance?: number;
  readonly precision?: NonNullable<CompileOptions["precision"]>;
  /** Told after each step of how many in all. */
  readonly progress?: (done: number, all: number) => void;
  /** Asked after each step; sampling ends where it throws. */
  readonly check?: () => void;
}

/** How many are drawn at once. It is fixed, so that the samples of a key do not depend on how many there are. */
const together = 64;

/** n samples, one after the other, row by row. Of images every predicted x0 is held to [−1, 1]. */
export async function drawSamples({ model, schedule, kind }: Pick<Trained, "model" | "schedule" | "kind">, options: DrawOptions): Promise<Float64Array> {
  const { n, sampler, steps, key, label, guidance, precision, progress, check } = options;
  const shape = itemShapeOf(model.config);
  const size = shape.reduce((product, axis) => product * axis, 1);
  const images = shape.length === 3;
  const asked = arrayModel(model, {
    kind, ...(label !== undefined && { labels: label }), ...(guidance !== undefined && { guidance }), ...(precision && { precision }),
  });
  const all = new Float64Array(n * size);
  const rounds = Math.ceil(n / together);
  try {
    for (let round = 0; round < rounds; round++) {
      const count = Math.min(together, n - round * together);
      const path = { schedule, sampler, model: asked, steps, shape: [count, ...shape], key: foldIn(key, round), ...(images && { clipX0: 1 }) };
      for await (const { x, step } of sample(path)) {
        check?.();
        progress?.(round * steps + step, rounds * steps);
        if (step === steps) all.set(x, round * together * size);
      }
    }
    return all;
  } finally {
    asked.dispose();
  }
}

/** A sampler by its name in the registry; "ancestral" has the variance that the model learned, or else the posterior's. */
export function samplerNamed(name: string, { learnedVariance }: ModelConfig): Sampler {
  if (name === "ancestral") return ancestral({ variance: learnedVariance ? "learned" : "posterior" });
  return samplers[name as keyof typeof samplers]();
}

export const samplerNames = ["ancestral", ...Object.keys(samplers)];
