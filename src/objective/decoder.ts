import { type Gaussian, cdf, checkVariance, erfc } from "../gaussian/index.ts";

export interface DiscreteOptions {
  /** How many values a coordinate can have, evenly spaced over [−1, 1]; 256 unless told. */
  bins?: number;
}

/**
 * log of the probability that a Gaussian gives to the bin of x, in nats: $\int_{x - w/2}^{x + w/2}\mathcal N(u;\mu,\sigma^2)\,du$ with the bin's
 * width w = 2/(bins − 1), the first and the last reaching to −∞ and ∞; Ho et al. 2020, equation 13. The probabilities of all bins add up to
 * 1, by erfc and not by a tanh that resembles it, and the logarithm stays finite where the probability itself underflows.
 * RangeError unless variance > 0 and x lies in [−1, 1].
 */
export function discreteLogLikelihood(x: number, { mean, variance }: Gaussian<number>, { bins = 256 }: DiscreteOptions = {}): number {
  checkVariance(variance);
  if (!(Number.isInteger(bins) && bins >= 2)) throw new RangeError(`${bins} bins: a whole number from 2 up is needed`);
  if (!(x >= -1 && x <= 1)) throw new RangeError(`value ${x} outside −1…1: discrete data are scaled so that their bins span [−1, 1]`);
  const half = 1 / (bins - 1);
  const std = Math.sqrt(variance);
  const low = x < -1 + half ? -Infinity : (x - half - mean) / std;
  const high = x > 1 - half ? Infinity : (x + half - mean) / std;
  if (low > 0) return logTailBetween(low, high);
  if (high < 0) return logTailBetween(-high, -low);
  return Math.log(cdf(high) - cdf(low));
}

/** log P(a < Z < b) for 0 ≤ a < b. */
function logTailBetween(a: number, b: number): number {
  const logA = logTail(a);
  return b === Infinity ? logA : logA + Math.log(-Math.expm1(logTail(b) - logA));
}

/** log P(Z > a); beyond erfc's reach by the first terms of its asymptotic series. */
function logTail(a: number): number {
  if (a < 30) return Math.log(erfc(a / Math.SQRT2) / 2);
  const inverse = 1 / (a * a);
  return -0.5 * a * a - Math.log(a * Math.sqrt(2 * Math.PI)) + Math.log1p(-inverse * (1 - inverse * (3 - 15 * inverse)));
}
