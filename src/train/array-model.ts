import { type ModelConfig, type TensorModel, outputParts } from "../model/index.ts";
import { type Model, type ModelOutput } from "../sampler/index.ts";
import { preservesVariance } from "../schedule/index.ts";
import { type CompileOptions, compile } from "../tensor/compile/index.ts";
import { type Tensor, tensorOps } from "../tensor/index.ts";
import { upload } from "./host-tensor.ts";

export interface ArrayModelOptions {
  /** What the network was trained to predict. */
  kind: "eps" | "x0" | "v";
  /** One class for all examples, or one for each. None: not told. */
  labels?: number | ArrayLike<number>;
  /** w of classifier-free guidance between "not told" and the labels, both asked in one batch; 1, the labels alone, unless told. */
  guidance?: number;
  /** "bfloat16" computes in it where that is faster: see `compile`. "float32" unless told. */
  precision?: NonNullable<CompileOptions["precision"]>;
}

export interface ArrayModel extends Model<Float64Array> {
  /** Frees what was compiled; the network stays. */
  dispose(): void;
}

/** The shape of one example of a network. */
export function itemShapeOf(config: ModelConfig): readonly number[] {
  return config.kind === "mlp" ? [config.dimension] : [config.image.height, config.image.width, config.image.channels];
}

/**
 * A network as the samplers' model over Float64Arrays, n examples row by row: what samplers do between its calls is float64, and no tensor
 * outlives a call, so memory stays flat. Calls are compiled and off the main thread, on TensorFlow. Where the network learns the variance,
 * the second half of its last axis is the variance's share, from −1…1 to 0…1 (Nichol & Dhariwal 2021, equation 15).
 *
 * TypeError for labels that the network does not know or guidance without any, and when asked, for an x of another size or a level that is
 * not of a schedule that preserves variance. RangeError for a precision that is not to be had here.
 */
export function arrayModel(model: TensorModel, { kind, labels, guidance = 1, precision = "float32" }: ArrayModelOptions): ArrayModel {
  const { config } = model;
  checkLabels(config, labels, guidance);
  const shape = itemShapeOf(config);
  const size = shape.reduce((product, axis) => product * axis, 1);
  const guided = guidance !== 1;
  const ask = compile((x: Tensor, t: Tensor, told: Tensor | undefined): { value: Tensor; share?: Tensor } => {
    return outputParts(model, model.apply(x, t, told === undefined ? {} : { labels: told }));
  }, { precision });

  async function answer(x: Float64Array, t: number): Promise<ModelOutput<Float64Array>> {
    const n = x.length / size;
    if (!Number.isInteger(n)) throw new TypeError(`${x.length} values as examples of [${shape.join(", ")}]: give n·${size}`);
    const rows = guided ? 2 * n : n;
    const data = new Float32Array(rows * size);
    for (let row = 0; row < rows; row += n) data.set(x, row * size);
    const inputs = upload({
      x: { data, shape: [rows, ...shape] },
      t: { data: new Float32Array(rows).fill(t), shape: [rows] },
      ...(labels !== undefined && { labels: { data: labelsFor(labels, n, rows, config.classes), shape: [rows] } }),
    });
    const output = await ask.async(inputs.x, inputs.t, inputs.labels).finally(() => tensorOps().dispose(Object.values(inputs)));
    const [value, share] = await Promise.all([numbers(output.value), output.share && numbers(output.share)]);
    const mixed = guided ? Float64Array.from(x, (_, i) => guidance * value[i]! + (1 - guidance) * value[i + x.length]!) : value;
    return { kind, value: mixed, ...(share && { varianceShare: share.subarray(0, x.length) }) };
  }

  return Object.assign(
    (async (x, t, level) => {
      if (preservesVariance(level)) return answer(x, t);
      throw new TypeError(`a level of alpha ${level.alpha} and sigma ${level.sigma}: this model knows those of its schedule; asModel takes others`);
    }) as Model<Float64Array>,
    { dispose: () => ask.dispose() },
  );
}

function checkLabels({ classes }: ModelConfig, labels: number | ArrayLike<number> | undefined, guidance: number): void {
  if (!Number.isFinite(guidance)) throw new RangeError(`guidance ${guidance}: a number is needed, such as 3`);
  if (labels === undefined) {
    if (guidance !== 1) throw new TypeError("guidance without labels: give the class that is wanted");
    return;
  }
  if (classes === 0) throw new TypeError("labels for a model without classes");
  for (const label of typeof labels === "number" ? [labels] : Array.from(labels)) {
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) throw new RangeError(`label ${label}: the model knows 0…${classes - 1}`);
  }
}

/** The labels of n rows, and after them, where there are more, as many that are not told. */
function labelsFor(labels: number | ArrayLike<number>, n: number, rows: number, none: number): Int32Array {
  const all = new Int32Array(rows).fill(none);
  if (typeof labels === "number") return all.fill(labels, 0, n);
  if (labels.length !== n) throw new TypeError(`${labels.length} labels for ${n} examples: give each one`);
  all.set(labels);
  return all;
}

async function numbers(tensor: Tensor): Promise<Float64Array> {
  const data = await tensor.data<"float32">();
  tensor.dispose();
  return Float64Array.from(data);
}
