import { erfc } from "./erf.ts";
import { type Gaussian, checkVariance } from "./gaussian.ts";

const standard: Gaussian<number> = { mean: 0, variance: 1 };

/**
 * $f(x) = \frac{1}{\sqrt{2\pi\sigma^2}}\exp\big(-\frac{(x-\mu)^2}{2\sigma^2}\big)$ (seed 000); of N(0, 1) unless told.
 * RangeError unless variance > 0.
 */
export function pdf(x: number, { mean, variance } = standard): number {
  checkVariance(variance);
  return Math.exp((-0.5 * (x - mean) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);
}

/** log f(x), finite where f(x) underflows. RangeError unless variance > 0. */
export function logPdf(x: number, { mean, variance } = standard): number {
  checkVariance(variance);
  return -0.5 * ((x - mean) ** 2 / variance + Math.log(2 * Math.PI * variance));
}

/**
 * $F(x) = P(X \le x) = \frac12\big[1 + \operatorname{erf}\big(\frac{x-\mu}{\sigma\sqrt2}\big)\big]$ (seed 000), computed as ½ erfc(−z/√2), which
 * keeps its digits in the left tail. RangeError unless variance > 0.
 */
export function cdf(x: number, { mean, variance } = standard): number {
  checkVariance(variance);
  return 0.5 * erfc((mean - x) / Math.sqrt(2 * variance));
}
