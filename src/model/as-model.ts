import { convertAt } from "../process/index.ts";
import { type Key, normal } from "../random/index.ts";
import { type ModelOutput } from "../sampler/index.ts";
import { type Level, type Schedule, preservesVariance, sigmaLevels } from "../schedule/index.ts";
import { compile, type CompileOptions, type Tensor, tensorOps } from "../tensor/index.ts";
import { type TensorModel } from "./model.ts";
import { outputParts } from "./output-parts.ts";

export interface AsModelOptions {
  /** What the network was trained to predict. */
  kind: "eps" | "x0" | "v";
  /**
   * The schedule that it was trained on. Needed for levels that are not of its kind, those where variance explodes: x is then scaled to the
   * level of the schedule with the same noise-to-signal ratio, whose t the network is told.
   */
  schedule?: Schedule;
  /** One class for all, one for each example, or a tensor, int32 [n], which stays the caller's. None: not told. */
  labels?: number | readonly number[] | Tensor;
  /** Whether it runs as one compiled step, off the main thread: false unless told. */
  compiled?: boolean;
  /** Of the compiled step: see `compile`. "float32" unless told. */
  precision?: NonNullable<CompileOptions["precision"]>;
}

/** A network as samplers ask it: one of their models, with what it keeps to be freed. */
export interface NetworkModel {
  (x: Tensor, t: number, level: Level): Promise<ModelOutput<Tensor>>;
  /** Frees what was compiled; the network itself stays. */
  dispose(): void;
}

interface Inputs {
  readonly x: Tensor;
  readonly t: Tensor;
  readonly labels?: Tensor;
}

/**
 * A network as the samplers' model, x being a tensor of n examples. Where the network learns the variance, the second half of its last axis
 * is the variance's share, from −1…1 to 0…1 (Nichol & Dhariwal 2021, equation 15). Timesteps may lie between whole ones. Keeps no tensors
 * but those of its answer, which are the caller's.
 *
 * @throws RangeError for a precision other than float32 of what is not compiled; TypeError when asked with an x that does not fit the
 * network, or with other labels than there are examples
 */
export function asModel(model: TensorModel, { kind, schedule, labels, compiled = false, precision = "float32" }: AsModelOptions): NetworkModel {
  if (!compiled && precision !== "float32") throw new RangeError(`precision "${precision}" of a model that is not compiled: take compiled: true`);
  const ask = ({ x, t, labels: told }: Inputs): { value: Tensor; share?: Tensor } => outputParts(model, model.apply(x, t, told ? { labels: told } : {}));
  const program = compiled ? compile(ask, { precision }) : undefined;
  const answer = async (given: Tensor, _: number, level: Level): Promise<ModelOutput<Tensor>> => {
    const tf = tensorOps();
    const at = schedule ? levelOf(schedule, level) : level;
    const inputs = tf.tidy((): Inputs & Record<string, Tensor> => {
      const n = given.shape[0]!;
      const x = at === level ? given : tf.mul(given, at.alpha / level.alpha);
      return { x, t: tf.fill([n], at.t), ...(labels === undefined ? {} : { labels: labelTensor(labels, n) }) };
    });
    const theirs: readonly unknown[] = [given, labels];
    try {
      const { value, share } = program ? await program.async(inputs) : tf.tidy(() => ask(inputs) as Record<"value", Tensor> & { share?: Tensor });
      // v is a mixture of its own level's, so it is put in other words before it leaves that level.
      const said = kind !== "v" || at === level ? { kind, value } : { kind: "x0" as const, value: tf.tidy(() => convertAt<Tensor>(at, inputs.x, { kind, value }, "x0")) };
      if (said.value !== value) value.dispose();
      return share ? { ...said, varianceShare: share } : said;
    } finally {
      for (const input of Object.values(inputs)) if (!theirs.includes(input)) input.dispose();
    }
  };
  return Object.assign(answer, { dispose: () => program?.dispose() });
}

/** Standard normal noise of a tensor's shape, for `sample`: drawn by the key on the host, and so the same on every backend. */
export function tensorNoise(key: Key, like: Tensor): Tensor {
  return tensorOps().tensor(Float32Array.from(normal(key, like.shape)), like.shape, "float32");
}

/** The schedule's level of a level's noise-to-signal ratio; the level itself where it is of the schedule's kind. */
function levelOf(schedule: Schedule, level: Level): Level {
  return preservesVariance(level) ? level : sigmaLevels([level.sigma / level.alpha], schedule)[0]!;
}

function labelTensor(labels: number | readonly number[] | Tensor, n: number): Tensor {
  const tf = tensorOps();
  if (typeof labels === "number") return tf.fill([n], labels, "int32");
  return "dataId" in labels ? labels : tf.tensor1d([...labels], "int32");
}
