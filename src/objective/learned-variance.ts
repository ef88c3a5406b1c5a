import { type Algebra, algebraOf } from "../algebra/index.ts";

/**
 * $\Sigma = \exp(v\log\beta + (1 - v)\log\tilde\beta)$, coordinate by coordinate: equation 15 of Nichol & Dhariwal 2021. v is the model's
 * `varianceShare`, meant for [0, 1] and not held to it; codes whose networks give [−1, 1] take (v + 1)/2. RangeError unless both variances
 * are positive: where β̃ is 0, at t = 1, take that of t = 2 in its place, as they do. `algebra` is that of the share unless told: see `Step`.
 */
export function learnedVariance<V>(share: V, beta: number, betaTilde: number, algebra: Algebra<V> = algebraOf(share)): V {
  if (!(beta > 0 && betaTilde > 0)) throw new RangeError(`variances ${beta} and ${betaTilde} to interpolate between: both must be positive`);
  const { scale, shift, exp } = algebra;
  return exp(shift(scale(share, Math.log(beta) - Math.log(betaTilde)), Math.log(betaTilde)));
}
