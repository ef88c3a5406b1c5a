import type { Tensor, Tensor3D, Tensor4D } from "@tensorflow/tfjs";
import { key, normal, uniform } from "noisebook";
import * as ref from "./reference.ts";
import type { Reference } from "./reference.ts";

type TensorFlowJs = typeof import("@tensorflow/tfjs");

/** One row: what tfjs computes, what it should be, and of which inputs. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly Reference[];
  readonly tensors: (tf: TensorFlowJs, ...inputs: Tensor[]) => Tensor;
  readonly reference: (...inputs: Reference[]) => Reference;
  /** False where there is none: the result is of integers, or steps. */
  readonly differentiable: boolean;
}

type Shape = readonly number[];
let drawn = 0;
const filled = (shape: Shape, data: Float64Array): Reference => ({ shape, data: data.map(Math.fround) });
const count = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);
const normals = (...shape: number[]): Reference => filled(shape, normal(key(100 + drawn++), count(shape)));
/** In 0.2 … 2, for what is defined above zero. */
const positives = (...shape: number[]): Reference => filled(shape, uniform(key(100 + drawn++), count(shape)).map((u) => 0.2 + 1.8 * u));

const rows: OpCase[] = [];
function row(name: string, inputs: readonly Reference[], tensors: OpCase["tensors"], reference: OpCase["reference"], differentiable = true): void {
  rows.push({ name, inputs, tensors, reference, differentiable });
}

const image = (): Reference => normals(2, 6, 6, 3);
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

row("conv2d 3 × 3, same", [image(), normals(3, 3, 3, 4)], (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 1, "same"), (x, w) => ref.conv2d(x, w, 1, "same"));
row("conv2d 3 × 3, same, stride 2", [image(), normals(3, 3, 3, 4)], (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 2, "same"), (x, w) => ref.conv2d(x, w, 2, "same"));
row("conv2d 3 × 3, same, stride 2, odd size", [normals(1, 5, 7, 2), normals(3, 3, 2, 3)], (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 2, "same"), (x, w) => ref.conv2d(x, w, 2, "same"));
row("conv2d 4 × 4, same, stride 2", [image(), normals(4, 4, 3, 2)], (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 2, "same"), (x, w) => ref.conv2d(x, w, 2, "same"));
row("conv2d 3 × 3, valid", [image(), normals(3, 3, 3, 4)], (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 1, "valid"), (x, w) => ref.conv2d(x, w, 1, "valid"));
row("conv2d 1 × 1", [image(), normals(1, 1, 3, 5)], (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 1, "same"), (x, w) => ref.conv2d(x, w, 1, "same"));
row("transposed convolution 4 × 4, stride 2", [normals(2, 3, 4, 3), normals(4, 4, 2, 3)], (tf, x, w) => tf.conv2dTranspose(x as Tensor4D, w as Tensor4D, [2, 6, 8, 2], 2, "same"), (x, w) => ref.conv2dTranspose(x, w, 2));
row("matMul", [normals(4, 5), normals(5, 3)], (tf, a, b) => tf.matMul(a, b), ref.matMul);
row("matMul of batches", [normals(2, 3, 4), normals(2, 4, 5)], (tf, a, b) => tf.matMul(a, b), ref.matMul);
row("matMul, second transposed", [normals(2, 3, 4), normals(2, 5, 4)], (tf, a, b) => tf.matMul(a, b, false, true), (a, b) => ref.matMul(a, ref.transpose(b, [0, 2, 1])));
row("attention", [normals(2, 5, 4), normals(2, 5, 4), normals(2, 5, 4)], (tf, q, k, v) => tf.matMul(tf.softmax(tf.mul(tf.matMul(q, k, false, true), 0.5)), v), (q, k, v) => ref.matMul(ref.softmax(ref.map((s) => s / 2)(ref.matMul(q, ref.transpose(k, [0, 2, 1])))), v));
row("softmax", [normals(3, 5)], (tf, x) => tf.softmax(x), ref.softmax);

row("moments' mean", [image()], (tf, x) => tf.moments(x, [1, 2], true).mean, (x) => ref.mean(x, [1, 2]));
row("moments' variance", [image()], (tf, x) => tf.moments(x, [1, 2], true).variance, (x) => ref.variance(x, [1, 2]));
row(
  "group norm",
  [normals(2, 3, 3, 4), normals(4), normals(4)],
  (tf, x, scale, shift) => {
    const groups = tf.reshape(x, [2, 9, 2, 2]);
    const { mean, variance } = tf.moments(groups, [1, 3], true);
    const even = tf.mul(tf.sub(groups, mean), tf.rsqrt(tf.add(variance, 1e-5)));
    return tf.add(tf.mul(tf.reshape(even, [2, 3, 3, 4]), scale), shift);
  },
  (x, scale, shift) => {
    const groups = ref.reshape(x, [2, 9, 2, 2]);
    const inverse = ref.map((v) => 1 / Math.sqrt(v + 1e-5))(ref.variance(groups, [1, 3]));
    const even = ref.zip((a, b) => a * b)(ref.zip((a, b) => a - b)(groups, ref.mean(groups, [1, 3])), inverse);
    return ref.zip((a, b) => a + b)(ref.zip((a, b) => a * b)(ref.reshape(even, [2, 3, 3, 4]), scale), shift);
  },
);

for (const [name, f] of [["add", (a: number, b: number) => a + b], ["sub", (a: number, b: number) => a - b], ["mul", (a: number, b: number) => a * b], ["maximum", Math.max], ["minimum", Math.min], ["squaredDifference", (a: number, b: number) => (a - b) ** 2]] as const) {
  row(name, [normals(3, 4), normals(3, 4)], (tf, a, b) => tf[name](a, b), ref.zip(f));
  // tfjs refuses the other gradients, because it does not sum them over the broadcast lengths.
  row(`${name}, broadcast`, [normals(2, 3, 4), normals(3, 1)], (tf, a, b) => tf[name](a, b), ref.zip(f), ["add", "sub", "mul"].includes(name));
}
row("div", [normals(3, 4), positives(3, 4)], (tf, a, b) => tf.div(a, b), ref.zip((a, b) => a / b));
row("pow", [positives(3, 4), normals(3, 4)], (tf, a, b) => tf.pow(a, b), ref.zip(Math.pow));

const elementwise: [name: "exp" | "relu" | "tanh" | "sin" | "cos" | "sigmoid" | "square" | "neg" | "abs" | "softplus", f: (v: number) => number][] = [
  ["exp", Math.exp],
  ["relu", (v) => Math.max(0, v)],
  ["tanh", Math.tanh],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["sigmoid", sigmoid],
  ["square", (v) => v * v],
  ["neg", (v) => -v],
  ["abs", Math.abs],
  ["softplus", (v) => Math.log1p(Math.exp(v))],
];
for (const [name, f] of elementwise) row(name, [normals(3, 5)], (tf, x) => tf[name](x), ref.map(f));
for (const [name, f] of [["log", Math.log], ["sqrt", Math.sqrt], ["rsqrt", (v: number) => 1 / Math.sqrt(v)], ["reciprocal", (v: number) => 1 / v]] as const) {
  row(name, [positives(3, 5)], (tf, x) => tf[name](x), ref.map(f));
}
row("silu", [normals(3, 5)], (tf, x) => tf.mul(x, tf.sigmoid(x)), ref.map((v) => v * sigmoid(v)));
row("clipByValue", [normals(4, 5)], (tf, x) => tf.clipByValue(x, -0.5, 0.75), ref.map((v) => Math.min(0.75, Math.max(-0.5, v))));
const mask = [1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0];
row("where", [normals(3, 4), normals(3, 4)], (tf, a, b) => tf.where(tf.tensor2d(mask, [3, 4], "bool"), a, b), (a, b) => ref.build([3, 4], (i, j) => ref.get(mask[4 * i + j] ? a : b, i, j)));

row("sum", [normals(2, 3, 4)], (tf, x) => tf.sum(x, 1, true), (x) => ref.sum(x, [1]));
row("sum of all", [normals(2, 3, 4)], (tf, x) => tf.reshape(tf.sum(x), [1, 1, 1]), (x) => ref.sum(x, [0, 1, 2]));
row("mean", [normals(2, 3, 4)], (tf, x) => tf.mean(x, [0, 2], true), (x) => ref.mean(x, [0, 2]));
row("max", [normals(3, 4)], (tf, x) => tf.max(x, 1), (x) => ref.build([3], (i) => Math.max(...[0, 1, 2, 3].map((j) => ref.get(x, i, j)))));

row("reshape", [normals(2, 6)], (tf, x) => tf.reshape(x, [3, 4]), (x) => ref.reshape(x, [3, 4]));
row("transpose", [normals(2, 3, 4)], (tf, x) => tf.transpose(x, [2, 0, 1]), (x) => ref.transpose(x, [2, 0, 1]));
row("concat", [normals(2, 3, 2), normals(2, 3, 3)], (tf, a, b) => tf.concat([a, b], 2), (a, b) => ref.build([2, 3, 5], (i, j, k) => (k < 2 ? ref.get(a, i, j, k) : ref.get(b, i, j, k - 2))));
row("stack", [normals(2, 3), normals(2, 3)], (tf, a, b) => tf.stack([a, b], 1), (a, b) => ref.build([2, 2, 3], (i, j, k) => ref.get(j === 0 ? a : b, i, k)));
row("split", [normals(2, 6)], (tf, x) => tf.mul(tf.split(x, 3, 1)[1]!, tf.split(x, 3, 1)[2]!), (x) => ref.build([2, 2], (i, j) => ref.get(x, i, j + 2) * ref.get(x, i, j + 4)));
row("broadcastTo", [normals(2, 1, 3)], (tf, x) => tf.broadcastTo(x, [2, 4, 3]), (x) => ref.build([2, 4, 3], (i, _, k) => ref.get(x, i, 0, k)));
row("slice", [normals(3, 4, 2)], (tf, x) => tf.slice(x as Tensor3D, [1, 0, 1], [2, 3, 1]), (x) => ref.build([2, 3, 1], (i, j, k) => ref.get(x, i + 1, j, k + 1)));
row("pad", [normals(2, 3)], (tf, x) => tf.pad(x, [[1, 0], [2, 1]]), (x) => ref.build([3, 6], (i, j) => (i < 1 || j < 2 || j > 4 ? 0 : ref.get(x, i - 1, j - 2))));
row("tile", [normals(2, 3)], (tf, x) => tf.tile(x, [2, 2]), (x) => ref.build([4, 6], (i, j) => ref.get(x, i % 2, j % 3)));
row("expandDims and squeeze", [normals(2, 1, 3)], (tf, x) => tf.expandDims(tf.squeeze(x, [1]), 0), (x) => ref.reshape(x, [1, 2, 3]));
row("upsampling by reshape and mul", [normals(2, 3, 3, 2)], (tf, x) => tf.reshape(tf.mul(tf.reshape(x, [2, 3, 1, 3, 1, 2]), tf.ones([1, 1, 2, 1, 2, 1])), [2, 6, 6, 2]), (x) => ref.build([2, 6, 6, 2], (n, i, j, c) => ref.get(x, n, i >> 1, j >> 1, c)));
row("average pooling", [normals(2, 4, 4, 3)], (tf, x) => tf.avgPool(x as Tensor4D, 2, 2, "valid"), (x) => ref.build([2, 2, 2, 3], (n, i, j, c) => [0, 1].flatMap((a) => [0, 1].map((b) => ref.get(x, n, 2 * i + a, 2 * j + b, c))).reduce((a, b) => a + b) / 4));
row("gather of embeddings", [normals(5, 3)], (tf, x) => tf.gather(x, tf.tensor1d([4, 0, 4, 2], "int32")), (x) => ref.build([4, 3], (i, j) => ref.get(x, [4, 0, 4, 2][i]!, j)));
row("sinusoidal embedding", [normals(4, 1)], (tf, t) => tf.concat([tf.sin(tf.mul(t, tf.tensor2d([[1, 0.1]]))), tf.cos(tf.mul(t, tf.tensor2d([[1, 0.1]])))], 1), (t) => ref.build([4, 4], (i, j) => (j < 2 ? Math.sin : Math.cos)(ref.get(t, i, 0) * Math.fround([1, 0.1][j % 2]!))));
row("oneHot", [], (tf) => tf.cast(tf.oneHot(tf.tensor1d([2, 0, 3], "int32"), 4), "float32"), () => ref.build([3, 4], (i, j) => ([2, 0, 3][i] === j ? 1 : 0)), false);
row("cast to int32 and back", [normals(3, 4)], (tf, x) => tf.cast(tf.cast(tf.mul(x, 3), "int32"), "float32"), ref.map((v) => Math.trunc(Math.fround(v * 3))), false);
row("comparison", [normals(3, 4), normals(3, 4)], (tf, a, b) => tf.cast(tf.greater(a, b), "float32"), ref.zip((a, b) => Number(a > b)), false);

export const opTable: readonly OpCase[] = rows;
