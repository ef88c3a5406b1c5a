import { tensorOps } from "../tensor/index.ts";
import { type Layer } from "./dense.ts";
import { type Scope } from "./parameters.ts";

/** As in Ho et al.'s code. */
const epsilon = 1e-6;

/**
 * Group normalisation of [n, h, w, channels] (Wu & He 2018): in each example, each group of adjacent channels is moved to mean 0 and
 * variance 1 over its pixels and channels; then each channel has its scale and shift.
 */
export function groupNorm(scope: Scope, channels: number, groups: number): Layer {
  const scale = scope.parameter("scale", [channels], "ones");
  const shift = scope.parameter("shift", [channels], "zeros");
  return (x) => {
    const tf = tensorOps();
    const [n, height, width] = x.shape as [number, number, number];
    const grouped = tf.reshape(x, [n, height * width, groups, channels / groups]);
    const { mean, variance } = tf.moments(grouped, [1, 3], true);
    const even = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(tf.reshape(even, x.shape), scale()), shift());
  };
}
