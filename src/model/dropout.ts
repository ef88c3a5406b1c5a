import { graphUniform, type Tensor, tensorOps } from "../tensor/index.ts";

/** Far apart, odd: layers' seeds differ in both words, so that they are not those of other layers at the seeds of nearby steps. */
const strides = [0x9e3779b9, 0x85ebca6b] as const;

/**
 * Dropout for one application of a net: each value is 0 with probability `rate`, else divided by 1 − rate. Each call draws anew from the
 * seed, int32 [2], and its own number. What it is given passes through where the rate is 0 or there is no seed.
 */
export function dropper(rate: number, seed: Tensor | undefined): (x: Tensor) => Tensor {
  if (rate === 0 || seed === undefined) return (x) => x;
  let calls = 0;
  return (x) => {
    const tf = tensorOps();
    const number = calls++;
    const own = tf.add(seed, tf.tensor1d(strides.map((stride) => Math.imul(stride, number)), "int32"));
    const kept = tf.cast(tf.greater(graphUniform(own, x.shape), rate), "float32");
    return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
  };
}
