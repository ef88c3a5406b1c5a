import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type TensorModel } from "./model.ts";

/**
 * What of a network's output is the prediction, and what the variance's share: where the network learns the variance, the second half of
 * the last axis, from −1…1 to 0…1 (Nichol & Dhariwal 2021, equation 15).
 */
export function outputParts({ config }: Pick<TensorModel, "config">, output: Tensor): { value: Tensor; share?: Tensor } {
  if (!config.learnedVariance) return { value: output };
  const tf = tensorOps();
  const [value, raw] = tf.split(output, 2, -1) as [Tensor, Tensor];
  return { value, share: tf.mul(tf.add(raw, 1), 0.5) };
}
