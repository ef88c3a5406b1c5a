import { tensorOps } from "../tensor/index.ts";
import { type Tensor4D } from "../tensor/ops.ts";
import { conv } from "./conv.ts";
import { type Layer } from "./dense.ts";
import { type Scope } from "./parameters.ts";

/** Half the height and width: a 3 × 3 convolution of stride 2. */
export const downsample = (scope: Scope, channels: number): Layer => conv(scope, channels, channels, { stride: 2 });

/**
 * Twice the height and width: each pixel becomes 2 × 2 alike, then a 3 × 3 convolution, [n, h, w, channels] to [n, 2h, 2w, channels].
 *
 * Done as one transposed convolution of the small image, with 4 × 4 taps that are sums of the kernel's: of the 3 × 3 taps around a large
 * pixel, those that meet the same small pixel see the same value. 4 products for each large pixel and pair of channels instead of 9.
 */
export function upsample(scope: Scope, channels: number): Layer {
  const kernel = scope.parameter("kernel", [3, 3, channels, channels], { fanIn: 9 * channels, fanOut: 9 * channels });
  const bias = scope.parameter("bias", [channels], "zeros");
  return (x) => {
    const tf = tensorOps();
    const [n, h, w] = x.shape as [number, number, number];
    const sums = tf.matMul(tf.tensor2d(tapSums, [16, 9]), tf.reshape(kernel(), [9, channels * channels]));
    const taps = tf.transpose(tf.reshape(sums, [4, 4, channels, channels]), [0, 1, 3, 2]);
    return tf.add(tf.conv2dTranspose(x as Tensor4D, taps as Tensor4D, [n, 2 * h, 2 * w, channels], 2, "same"), bias());
  };
}

/**
 * [16, 9], which of the kernel's taps each of the 4 × 4 sums up. Along one axis, tap k of the 4 carries a small pixel i to large pixel
 * 2i + k − 1, and the kernel's tap j sees it there if it looks at 2i or 2i + 1: if k + j is 2 or 3.
 */
const tapSums = Float32Array.from({ length: 16 * 9 }, (_, at) => {
  const [k, j] = [Math.floor(at / 9), at % 9];
  const along = (four: number, three: number): boolean => four + three === 2 || four + three === 3;
  return along(k >> 2, Math.floor(j / 3)) && along(k & 3, j % 3) ? 1 : 0;
});
