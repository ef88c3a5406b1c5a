import { type ScalarOf, algebraOf } from "../algebra/index.ts";

/** A loss of each coordinate of the difference between a prediction and what it should have been. */
export interface ElementLoss {
  readonly name: string;
  of<V>(difference: V): V;
}

/** d² */
export const l2: ElementLoss = {
  name: "L2",
  of: (difference) => algebraOf(difference).mul(difference, difference),
};

/** |d|, with the derivative 0 at 0. */
export const l1: ElementLoss = {
  name: "L1",
  of(difference) {
    const { clamp, sub } = algebraOf(difference);
    return sub(clamp(difference, 0, Infinity), clamp(difference, -Infinity, 0));
  },
};

/** d²/2 up to |d| = threshold (1 unless told), and threshold · (|d| − threshold/2) beyond (Huber 1964). RangeError unless it is positive. */
export function huber(threshold = 1): ElementLoss {
  if (!(threshold > 0)) throw new RangeError(`threshold ${threshold} of the Huber loss: a positive number is needed, such as 1`);
  return {
    name: `Huber ${threshold}`,
    of(difference) {
      const { clamp, mul, combine } = algebraOf(difference);
      const held = clamp(difference, -threshold, threshold);
      return combine([1, -0.5], [mul(held, difference), mul(held, held)]);
    },
  };
}

export interface SimpleLossOptions {
  /** `l2` unless told. */
  loss?: ElementLoss;
  /** What the loss counts, from `lossWeights`; 1 unless told. */
  weight?: number;
}

/**
 * $L_{simple} = w\,\frac1d\sum_i \ell(\hat y_i - y_i)$, the mean over all coordinates of any kind of value, y being what the model is to
 * predict: ε in Ho et al. 2020, equation 14. Tensors give a scalar tensor that can be differentiated.
 */
export function simpleLoss<V>(prediction: V, target: V, { loss = l2, weight = 1 }: SimpleLossOptions = {}): ScalarOf<V> {
  const { sub, scale, sum } = algebraOf(prediction, target);
  return sum(scale(loss.of(sub(prediction, target)), weight / countOf(target)));
}

function countOf(value: unknown): number {
  if (value instanceof Float64Array) return value.length;
  const { shape } = value as { shape?: readonly number[] };
  return Array.isArray(shape) ? (shape as number[]).reduce((size, axis) => size * axis, 1) : 1;
}
