import { type Tensor, tensorOps } from "../tensor/index.ts";

/** x · sigmoid(x), elementwise. */
export function swish(x: Tensor): Tensor {
  const tf = tensorOps();
  return tf.mul(x, tf.sigmoid(x));
}
