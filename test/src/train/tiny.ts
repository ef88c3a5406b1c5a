import { type Dataset, mixturePoints, ringMixture } from "../../../src/data/index.ts";
import { mlp, type MlpConfig, type TensorModel } from "../../../src/model/index.ts";
import { key } from "../../../src/random/index.ts";
import { linearSchedule } from "../../../src/schedule/index.ts";
import { type TrainOptions, type TrainingStep, adam, averageOf, cosineRate, denoising, train } from "../../../src/train/index.ts";

export const schedule = linearSchedule({ T: 50, betaStart: 1e-3, betaEnd: 0.3 });

export const points: Dataset = mixturePoints(ringMixture(), { key: key(2), count: 100 });

export const tinyModel = (config: MlpConfig = {}): TensorModel => mlp({ dimension: 2, width: 8, blocks: 1, ...config }, key(1));

/** Options of a training that takes a moment. Its model and average are new each time. */
export function tiny(options: Partial<TrainOptions> = {}): TrainOptions & Required<Pick<TrainOptions, "ema">> {
  const model = options.model ?? tinyModel();
  return {
    model,
    ema: averageOf(model, { decay: 0.9 }),
    data: points,
    schedule,
    objective: denoising(),
    optimizer: adam({ learningRate: cosineRate({ peak: 1e-2, steps: 30, warmUp: 3 }), clipNorm: 1 }),
    key: key(3),
    batch: 12,
    steps: 10,
    ...options,
  } as TrainOptions & Required<Pick<TrainOptions, "ema">>;
}

export async function trained(options: TrainOptions): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  for await (const step of train(options)) steps.push(step);
  return steps;
}

/** All numbers of a model, for exact comparison. */
export function weightsOf({ parameters }: Pick<TensorModel, "parameters">): Record<string, Float32Array> {
  return Object.fromEntries(Array.from(parameters, ([name, variable]) => [name, variable.dataSync<"float32">().slice()]));
}
