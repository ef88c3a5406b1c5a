import { type Tensor, tensorOps } from "../tensor/index.ts";

/** $\sqrt{\sum_i |g_i|^2}$ over all gradients: a scalar. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  const tf = tensorOps();
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
}

/** What gradients of this norm are multiplied by for it to be at most `most`: $\min(1, most/(norm + 10^{-6}))$, as in PyTorch. */
export function clipFactor(norm: Tensor, most: number): Tensor {
  const tf = tensorOps();
  return tf.minimum(tf.div(most, tf.add(norm, 1e-6)), 1);
}
