import { type Tensor, tensorOps } from "../tensor/index.ts";
import { dense, type Layer } from "./dense.ts";
import { type Scope } from "./parameters.ts";
import { swish } from "./swish.ts";

/**
 * Timesteps as waves, [n] to [n, size]: sin of (t − 1) f_i for i = 0…size/2 − 1, then their cos, where f_i falls from 1 to 1/10000 by equal
 * factors. Vaswani et al. 2017, in the arrangement of Ho et al.'s code, which counts timesteps from 0: hence the − 1.
 */
export function sinusoids(t: Tensor, size: number): Tensor {
  const tf = tensorOps();
  const half = size / 2;
  const frequencies = Float32Array.from({ length: half }, (_, i) => 10000 ** (-i / (half - 1)));
  const phases = tf.mul(tf.reshape(tf.sub(t, 1), [-1, 1]), tf.tensor2d(frequencies, [1, half]));
  return tf.concat([tf.sin(phases), tf.cos(phases)], 1);
}

/** The timesteps' embedding: sinusoids of `size`, then a dense layer, swish and another: [n] to [n, 4 size]. */
export function timeEmbedding(scope: Scope, size: number): Layer {
  const first = dense(scope.of("dense0"), size, 4 * size);
  const second = dense(scope.of("dense1"), 4 * size, 4 * size);
  return (t) => second(swish(first(sinusoids(t, size))));
}

/**
 * What is added to the timesteps' embedding for labels, int32 [n]: a row of a table for each of the classes, and one more, number
 * `classes`, for "not told".
 */
export function labelEmbedding(scope: Scope, classes: number, size: number): (labels: Tensor | undefined, n: number) => Tensor {
  const table = scope.parameter("table", [classes + 1, size], "normal");
  return (labels, n) => {
    const tf = tensorOps();
    return tf.gather(table(), labels ?? tf.fill([n], classes, "int32"));
  };
}
