import { convertAt } from "../process/index.ts";
import { type Key, normal } from "../random/index.ts";
import { type Model, type ModelOutput } from "../sampler/index.ts";
import { type Level, type Schedule, sigmaLevels } from "../schedule/index.ts";
import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type TensorModel } from "./model.ts";

export interface AsModelOptions {
  /** What the network was trained to predict. */
  kind: "eps" | "x0" | "v";
  /**
   * The schedule that it was trained on. Needed for levels that are not of that schedule, such as those where variance explodes: x is then
   * scaled to the level of the schedule with the same noise-to-signal ratio, whose t the network is told.
   */
  schedule?: Schedule;
  /** One class for all, one for each example, or a tensor, int32 [n], which stays the caller's. None: not told. */
  labels?: number | readonly number[] | Tensor;
}

/**
 * A network as the samplers' model, x being a tensor of n examples. Where the network learns the variance, the second half of its last axis
 * is the variance's share, from −1…1 to 0…1 (Nichol & Dhariwal 2021, equation 15). Timesteps may lie between whole ones. Keeps no tensors
 * but those of its answer, which are the caller's.
 *
 * @throws TypeError when asked with an x that does not fit the network, or with other labels than there are examples
 */
export function asModel(model: TensorModel, { kind, schedule, labels }: AsModelOptions): Model<Tensor> {
  return (x, _, level) => {
    const tf = tensorOps();
    const told = schedule ? levelOf(schedule, level) : level;
    const answer = tf.tidy(() => {
      const n = x.shape[0]!;
      const scaled = told === level ? x : tf.mul(x, told.alpha / level.alpha);
      const output = model.apply(scaled, tf.fill([n], told.t), labels === undefined ? {} : { labels: labelTensor(labels, n) });
      const { value, share } = parts(model, output);
      const said: ModelOutput<Tensor> =
        kind === "v" && told !== level ? { kind: "x0", value: convertAt<Tensor>(told, scaled, { kind, value }, "x0") } : { kind, value };
      return (share ? { ...said, varianceShare: share } : said) as never;
    });
    return answer as ModelOutput<Tensor>;
  };
}

/** Standard normal noise of a tensor's shape, for `sample`: drawn by the key, and the same on every backend. */
export function tensorNoise(key: Key, like: Tensor): Tensor {
  return tensorOps().tensor(Float32Array.from(normal(key, like.shape)), like.shape, "float32");
}

/** What of the output is the prediction, and what the variance's share. */
function parts({ config }: TensorModel, output: Tensor): { value: Tensor; share?: Tensor } {
  if (!config.learnedVariance) return { value: output };
  const tf = tensorOps();
  const [value, raw] = tf.split(output, 2, -1) as [Tensor, Tensor];
  return { value, share: tf.mul(tf.add(raw, 1), 0.5) };
}

/** The schedule's level of a level's noise-to-signal ratio; the level itself where it is of the schedule's kind. */
function levelOf(schedule: Schedule, level: Level): Level {
  const preserving = Math.abs(Math.hypot(level.alpha, level.sigma) - 1) < 1e-9;
  return preserving ? level : sigmaLevels([level.sigma / level.alpha], schedule)[0]!;
}

function labelTensor(labels: number | readonly number[] | Tensor, n: number): Tensor {
  const tf = tensorOps();
  if (typeof labels === "number") return tf.fill([n], labels, "int32");
  return "dataId" in labels ? labels : tf.tensor1d([...labels], "int32");
}
