import { normal, uniform } from "../random/index.ts";
import { type Tensor, tensorOps } from "./ops.ts";

/**
 * Standard normal draws, float32, of a seed that is a tensor: int32 [2], both words any. Within a compiled step they are drawn by the step
 * itself, anew for each seed that it is given. The same seed gives the same draws; another, or another shape, unrelated ones.
 *
 * On TensorFlow these are its stateless draws (Philox-4x32-10, Box & Muller), on other backends those of `normal` from the key of the seed's
 * two words: two streams, and neither is that of `normal(key, shape)` in float64 with which data and noise of training are drawn. There is
 * no gradient through them: they are constants to `tf.grad`.
 *
 * @throws TypeError for a seed of another type or shape, RangeError for a shape that is none
 */
export function graphNormal(seed: Tensor, shape: readonly number[]): Tensor {
  return draw("StatelessRandomNormalV2", normal, seed, shape);
}

/** Uniform draws on [0, 1), float32, otherwise as `graphNormal`. */
export function graphUniform(seed: Tensor, shape: readonly number[]): Tensor {
  return draw("StatelessRandomUniformV2", uniform, seed, shape);
}

function draw(kernel: string, onHost: typeof normal, seed: Tensor, shape: readonly number[]): Tensor {
  if (seed.dtype !== "int32" || seed.shape.length !== 1 || seed.shape[0] !== 2) {
    const way = 'an int32 tensor of two words is needed, such as tf.tensor1d([1, 2], "int32")';
    throw new TypeError(`a seed of ${seed.dtype} [${seed.shape.join(", ")}]: ${way}`);
  }
  const wrong = shape.find((length) => !(Number.isInteger(length) && length >= 0));
  if (wrong !== undefined) throw new RangeError(`shape [${shape.join(", ")}]: ${wrong} is no length`);
  const tf = tensorOps();
  if (tf.getBackend() === "tensorflow") return tf.engine().runKernel(kernel, { seed }, { shape: [...shape] }) as Tensor;
  const words = seed.dataSync();
  const draws = onHost([words[0]! >>> 0, words[1]! >>> 0], [...shape]);
  return tf.tensor(Float32Array.from(draws, belowOne(onHost)), [...shape], "float32");
}

/** Rounding to float32 must not make a 1 of what is below it. */
const largestBelowOne = 1 - 2 ** -24;
function belowOne(onHost: typeof normal): (draw: number) => number {
  return onHost === uniform ? (draw) => Math.min(draw, largestBelowOne) : (draw) => draw;
}
