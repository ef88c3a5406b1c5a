import { tensorOps } from "../tensor/index.ts";
import { conv } from "./conv.ts";
import { type Layer } from "./dense.ts";
import { type Scope } from "./parameters.ts";

/** Half the height and width: a 3 × 3 convolution of stride 2. */
export const downsample = (scope: Scope, channels: number): Layer => conv(scope, channels, channels, { stride: 2 });

/** Twice the height and width: each pixel becomes 2 × 2, then a 3 × 3 convolution. */
export function upsample(scope: Scope, channels: number): Layer {
  const smooth = conv(scope, channels, channels);
  return (x) => smooth(doubled(x));
}

/** [n, h, w, c] to [n, 2h, 2w, c], each pixel four times. */
export const doubled: Layer = (x) => {
  const tf = tensorOps();
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return tf.reshape(tf.mul(tf.reshape(x, [n, h, 1, w, 1, c]), tf.ones([1, 1, 2, 1, 2, 1])), [n, 2 * h, 2 * w, c]);
};
