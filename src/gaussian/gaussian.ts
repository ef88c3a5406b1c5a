import { type ScalarOf, algebraOf } from "../algebra/index.ts";

/** An isotropic Gaussian N(mean, variance · I) over values of one kind. */
export interface Gaussian<V> {
  readonly mean: V;
  /** σ², of each coordinate. */
  readonly variance: number;
}

/**
 * $\log\mathcal N(x; \mu, \sigma^2 I) = \sum_i -\tfrac12\big((x_i-\mu_i)^2/\sigma^2 + \log 2\pi\sigma^2\big)$: the joint log density of all
 * coordinates, in nats. For n points in one array it is the sum over the points.
 * Throws a RangeError for a variance that is not positive: such a law has no density.
 */
export function logDensity<V>(x: V, { mean, variance }: Gaussian<V>): ScalarOf<V> {
  checkVariance(variance);
  const { sub, mul, scale, shift, sum } = algebraOf(x, mean);
  const difference = sub(x, mean);
  return sum(shift(scale(mul(difference, difference), -0.5 / variance), -0.5 * Math.log(2 * Math.PI * variance)));
}

/**
 * The reparameterization trick, $z = \mu + \sigma\epsilon$ with $\epsilon\sim\mathcal N(0, I)$ (seed 000): a sample as a differentiable function
 * of the mean and of noise drawn elsewhere. Throws a RangeError for a negative variance.
 */
export function reparameterize<V>({ mean, variance }: Gaussian<V>, eps: V): V {
  if (!(variance >= 0)) throw new RangeError(`variance ${variance}: at least 0 is needed`);
  return algebraOf(mean, eps).combine([1, Math.sqrt(variance)], [mean, eps]);
}

/**
 * The law of aX + bY for independent Gaussians X and Y: $\mathcal N(a\mu_X + b\mu_Y,\ a^2\sigma_X^2 + b^2\sigma_Y^2)$.
 * What unrolling the chain does at each step (seed 000; seed 002, equations 12–15; seed 004's Proof-1 lacks the squares).
 */
export function mergeGaussians<V>(a: number, X: Gaussian<V>, b: number, Y: Gaussian<V>): Gaussian<V> {
  return {
    mean: algebraOf(X.mean, Y.mean).combine([a, b], [X.mean, Y.mean]),
    variance: a * a * X.variance + b * b * Y.variance,
  };
}

/**
 * $D_{KL}(p\,\|\,q) = \sum_i \tfrac12\big(\sigma_p^2/\sigma_q^2 - 1 - \log(\sigma_p^2/\sigma_q^2) + (\mu_{p,i}-\mu_{q,i})^2/\sigma_q^2\big)$ in
 * nats, summed over the coordinates; accurate also where p and q almost agree.
 * Throws a RangeError for a variance that is not positive.
 */
export function klDivergence<V>(p: Gaussian<V>, q: Gaussian<V>): ScalarOf<V> {
  checkVariance(p.variance);
  checkVariance(q.variance);
  const { sub, mul, scale, shift, sum } = algebraOf(p.mean, q.mean);
  const difference = sub(p.mean, q.mean);
  const spread = 0.5 * excessOverLog((p.variance - q.variance) / q.variance);
  return sum(shift(scale(mul(difference, difference), 0.5 / q.variance), spread));
}

/** u − log(1 + u), by its series u²/2 − u³/3 + … where the two almost agree. */
function excessOverLog(u: number): number {
  if (Math.abs(u) > 0.1) return u - Math.log1p(u);
  let series = 0;
  for (let k = 17; k >= 2; k--) series = 1 / k - u * series;
  return u * u * series;
}

/** Throws a RangeError unless a variance is positive, as a density needs it. */
export function checkVariance(variance: number): void {
  if (!(variance > 0)) throw new RangeError(`variance ${variance}: a density needs a positive variance`);
}
