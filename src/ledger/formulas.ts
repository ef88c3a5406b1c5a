import { type Dual, dual, dualAlgebra } from "../algebra/index.ts";
import { type GaussianMixture, gaussianMixture } from "../oracle/index.ts";
import { type Step } from "./values.ts";

/*
 * What the transcriptions are written with: plain arithmetic on numbers, sharing no formula with the core.
 */

/** f at each coordinate of the given points. */
export function pointwise(f: (...values: number[]) => number, ...points: Float64Array[]): Float64Array {
  return points[0]!.map((_, i) => f(...points.map((point) => point[i]!)));
}

export function sumOfSquares(values: Float64Array): number {
  return values.reduce((total, value) => total + value * value, 0);
}

/** log N(x; mean, variance) of one coordinate. */
export function logNormal(x: number, mean: number, variance: number): number {
  return -0.5 * Math.log(2 * Math.PI * variance) - (x - mean) ** 2 / (2 * variance);
}

/** log density of two coordinates with the given deviations from the mean, variances and covariance. */
export function logBivariate(d1: number, d2: number, v1: number, v2: number, covariance: number): number {
  const determinant = v1 * v2 - covariance * covariance;
  const form = (v2 * d1 * d1 - 2 * covariance * d1 * d2 + v1 * d2 * d2) / determinant;
  return -Math.log(2 * Math.PI) - 0.5 * Math.log(determinant) - 0.5 * form;
}

/** α_t, β_t, ᾱ_t and ᾱ_{t−1} of a step. */
export function tables({ t, alpha, beta, bar }: Step): { alpha: number; beta: number; bar: number; barPrev: number } {
  return { alpha: alpha(t), beta: beta(t), bar: bar(t), barPrev: bar(t - 1) };
}

/** The posterior's coefficients and variance as the seeds state them (000; 002, equation 30; 004, equation 7). */
export function posteriorOf(step: Step): { x0: number; xt: number; variance: number } {
  const { alpha, beta, bar, barPrev } = tables(step);
  return {
    x0: (Math.sqrt(barPrev) * beta) / (1 - bar),
    xt: (Math.sqrt(alpha) * (1 - barPrev)) / (1 - bar),
    variance: ((1 - barPrev) / (1 - bar)) * beta,
  };
}

/** The mean in terms of noise: factor · (x_t − eps · ε), with factor 1/√α_t and eps (1 − α_t)/√(1 − ᾱ_t). */
export function noiseForm(step: Step): { factor: number; eps: number } {
  const { alpha, bar } = tables(step);
  return { factor: 1 / Math.sqrt(alpha), eps: (1 - alpha) / Math.sqrt(1 - bar) };
}

/** A law of data to try statements about q(x_t) on: two components in one dimension, with means that change from draw to draw. */
export function dataOf({ x0 }: Step): GaussianMixture {
  return gaussianMixture({ weights: [0.4, 0.6], means: [x0[0]!, x0[1] ?? -x0[0]!], variances: [0.3, 0.6] });
}

/** log density of scale·X + N(0, noise), X being a mixture in one dimension: written out, term by term. */
export function logMixture(x: number, { weights, means, variances }: GaussianMixture, scale: number, noise: number): number {
  const terms = [...weights].map((weight, k) => Math.log(weight) + logNormal(x, scale * means[k]!, scale * scale * variances[k]! + noise));
  const largest = Math.max(...terms);
  return largest + Math.log(terms.reduce((total, term) => total + Math.exp(term - largest), 0));
}

/** The score p′/p of the same law over dual numbers, so that its own derivative can be had. */
export function dualScore(x: Dual, { weights, means, variances }: GaussianMixture, scale: number, noise: number): Dual {
  const { add, div, exp, mul, scale: times, sub } = dualAlgebra;
  const parts = [...weights].map((weight, k) => {
    const variance = scale * scale * variances[k]! + noise;
    const toMean = sub(dual(scale * means[k]!), x);
    const density = times(exp(times(mul(toMean, toMean), -0.5 / variance)), weight / Math.sqrt(variance));
    return { density, slope: times(mul(density, toMean), 1 / variance) };
  });
  return div(parts.map(({ slope }) => slope).reduce(add), parts.map(({ density }) => density).reduce(add));
}
