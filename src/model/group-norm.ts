import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type Scope } from "./parameters.ts";
import { gated, swishGradient } from "./swish.ts";

/** As in Ho et al.'s code. */
const epsilon = 1e-6;

export interface GroupNormOptions {
  channels: number;
  /** Divides the channels. */
  groups: number;
  /** Whether swish follows. */
  swish?: boolean;
}

/** x is [n, h, w, channels]; `offset`, [n, channels], is added to all its pixels beforehand. */
export type GroupNorm = (x: Tensor, offset?: Tensor) => Tensor;

/**
 * Group normalisation of [n, h, w, channels] (Wu & He 2018): in each example, each group of adjacent channels is moved to mean 0 and
 * variance 1 over its pixels and channels; then each channel has its scale and shift.
 *
 * With what is added before and swish after it is one operation with a gradient of its own: it goes through memory a third as often as
 * the operations by themselves do. That gradient cannot itself be differentiated.
 */
export function groupNorm(scope: Scope, { channels, groups, swish = false }: GroupNormOptions): GroupNorm {
  const scale = scope.parameter("scale", [channels], "ones");
  const shift = scope.parameter("shift", [channels], "zeros");
  return (x, offset) => {
    const tf = tensorOps();
    const [n, h, w] = x.shape as [number, number, number];
    const size = channels / groups;
    const inputs = [tf.reshape(x, [n, h * w, channels]), tf.reshape(scale(), [1, groups, size]), tf.reshape(shift(), [1, groups, size])];
    if (offset) inputs.push(tf.reshape(offset, [n, groups, size]));
    return tf.reshape(operation(swish)(...inputs), x.shape);
  };
}

/**
 * Of pixels [n, p, channels], scale and shift [1, groups, size], and an offset [n, groups, size] if any. Within, what belongs to channels is
 * [n, groups, size], and what belongs to groups, [n, groups, 1], broadcasts to it.
 */
function operation(swish: boolean): (...inputs: Tensor[]) => Tensor {
  return tensorOps().customGrad((...inputs: unknown[]) => {
    const save = inputs.pop() as (tensors: Tensor[]) => void;
    const [x, scale, shift, offset] = inputs as [Tensor, Tensor, Tensor, Tensor?];
    const { y, ...moments } = normalise(x, scale, shift, offset);
    const value = swish ? gated(y, y) : y;
    save([x, scale, moments.mean, moments.centre, moments.inverse, ...(swish ? [y, value] : [])]);
    return {
      value,
      gradFunc(slope: Tensor, saved: Tensor[]) {
        const [x, scale, mean, centre, inverse, y, value] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
        const gradients = normGradients(swish ? swishGradient(slope, y, value) : slope, { x, scale, mean, centre, inverse });
        return offset ? gradients : gradients.slice(0, 3);
      },
    };
  });
}

interface Moments {
  /** Of x, in each channel. */
  readonly mean: Tensor;
  /** The group's mean of x + offset, less the offset: what each x is seen from. */
  readonly centre: Tensor;
  /** 1/√(variance + ε), of groups. */
  readonly inverse: Tensor;
}

function normalise(x: Tensor, scale: Tensor, shift: Tensor, offset?: Tensor): Moments & { readonly y: Tensor } {
  const tf = tensorOps();
  const [n] = x.shape;
  const channels = [n!, ...scale.shape.slice(1)];
  const mean = tf.reshape(tf.mean(x, 1), channels);
  const centre = offset ? tf.sub(tf.mean(tf.add(mean, offset), 2, true), offset) : tf.broadcastTo(tf.mean(mean, 2, true), channels);
  const spread = tf.mean(tf.squaredDifference(x, perPixel(centre)), 1);
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.reshape(spread, channels), 2, true), epsilon));
  const slope = tf.mul(inverse, scale);
  const y = tf.add(tf.mul(x, perPixel(slope)), perPixel(tf.sub(shift, tf.mul(centre, slope))));
  return { y, mean, centre, inverse };
}

/**
 * Those of x, scale, shift and offset. With $\hat x = (x - c)\,r$, the slope g of the result, and means over a group's pixels and channels:
 * $\frac{\partial}{\partial x} = r\,(g s - \overline{g s} - \hat x\,\overline{g s \hat x})$, here as a g + b x + c. The offset's is its sum
 * over the pixels, which takes no further pass.
 */
function normGradients(slope: Tensor, { x, scale, mean, centre, inverse }: Moments & { x: Tensor; scale: Tensor }): Tensor[] {
  const tf = tensorOps();
  const [pixels, channels] = [x.shape[1]!, mean.shape];
  const total = tf.reshape(tf.sum(slope, 1), channels);
  const moment = tf.mul(tf.sub(tf.reshape(tf.sum(tf.mul(slope, x), 1), channels), tf.mul(centre, total)), inverse);
  const groupMean = (sums: Tensor): Tensor => tf.div(tf.mean(tf.mul(sums, scale), 2, true), pixels);
  const a = tf.mul(inverse, scale);
  const b = tf.broadcastTo(tf.neg(tf.mul(tf.square(inverse), groupMean(moment))), channels);
  const c = tf.neg(tf.add(tf.mul(inverse, groupMean(total)), tf.mul(centre, b)));
  const ofX = tf.add(tf.add(tf.mul(slope, perPixel(a)), tf.mul(x, perPixel(b))), perPixel(c));
  const ofOffset = tf.add(tf.mul(a, total), tf.mul(tf.add(tf.mul(b, mean), c), pixels));
  return [ofX, tf.sum(moment, 0, true), tf.sum(total, 0, true), ofOffset];
}

/** [n, groups, size] to [n, 1, channels]. */
const perPixel = (x: Tensor): Tensor => tensorOps().reshape(x, [x.shape[0]!, 1, x.shape[1]! * x.shape[2]!]);
