import { type Eigen, requireSymmetric, symmetricEigen } from "../matrix/index.ts";
import { axes } from "./axes.ts";
import { AxesMixture } from "./covariance-mixture.ts";
import {
  type CovarianceMixture, type CovarianceMixtureOptions, type GaussianMixture, type GaussianMixtureOptions,
} from "./gaussian-mixture.ts";
import { Mixture } from "./mixture.ts";

/**
 * The law $p(x) = \sum_k w_k\,\mathcal N(x; m_k, v_k I)$, or with `covariances` $\sum_k w_k\,\mathcal N(x; m_k, C_k)$, with its exact
 * density, score, denoiser and diffused laws. Throws a TypeError where the numbers of weights, means and variances do not fit, a RangeError
 * for a weight or variance out of range, or a covariance that is not symmetric or has a negative eigenvalue beyond rounding.
 *
 *     const target = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
 *     target.diffused(schedule, 200).score(0.5);
 *     gaussianMixture({ weights: [1], means: [[0, 0]], covariances: [[[2, 0.6], [0.6, 1]]] });
 */
export function gaussianMixture(options: GaussianMixtureOptions): GaussianMixture;
export function gaussianMixture(options: CovarianceMixtureOptions): CovarianceMixture;
export function gaussianMixture(options: GaussianMixtureOptions | CovarianceMixtureOptions): GaussianMixture | CovarianceMixture {
  const { weights, means } = options;
  const k = weights.length;
  if (k === 0) throw new TypeError("a mixture of no components: give at least one weight, mean and variance");
  const points = flatten(means);
  if (points.length === 0 || points.length % k !== 0 || (isNested(means) && means.length !== k)) {
    throw new TypeError(`${means.length} means for ${k} weights: give each component one mean, or k·d numbers row by row`);
  }
  requireAll(weights, "weight", (weight) => weight >= 0 && weight < Infinity, "a number from 0 up");
  requireAll(points, "mean", Number.isFinite, "a finite number");
  const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total < Infinity)) throw new RangeError(`weights that add up to ${total}: at least one above 0 is needed`);
  const shares = Float64Array.from(weights, (weight) => weight / total);
  if ("covariances" in options) {
    if ("variances" in options) throw new TypeError("a mixture of variances and covariances: give one of the two");
    return new AxesMixture(axes(shares, points, spectra(options.covariances, k, points.length / k)));
  }
  const { variances } = options;
  if (variances.length !== k) throw new TypeError(`${variances.length} variances for ${k} weights: give each component one`);
  requireAll(variances, "variance", (variance) => variance >= 0 && variance < Infinity, "a number from 0 up");
  return new Mixture(shares, points, Float64Array.from(variances));
}

/** The covariances' eigenvalues and axes; what rounding has put below 0 is 0. */
function spectra(covariances: CovarianceMixtureOptions["covariances"], k: number, d: number): Eigen[] {
  const numbers = Float64Array.from(flattenAll(covariances));
  if (numbers.length !== k * d * d) {
    throw new TypeError(`${numbers.length} numbers as covariances of ${k} components in ${d} dimensions: ${k * d * d} are needed`);
  }
  return Array.from({ length: k }, (_, c) => {
    const covariance = numbers.subarray(c * d * d, (c + 1) * d * d);
    requireSymmetric(covariance, d, "a covariance");
    const { values, vectors } = symmetricEigen(covariance, d);
    const size = Math.max(...values.map(Math.abs));
    if (values[0]! < -1e-12 * size) throw new RangeError(`a covariance with the eigenvalue ${values[0]}: none is below 0`);
    return { values: values.map((value) => (value < 1e-15 * size ? 0 : value)), vectors };
  });
}

type Numbers = ArrayLike<number | ArrayLike<number | ArrayLike<number>>>;

function flattenAll(values: Numbers): number[] {
  return Array.from(values as ArrayLike<number | Numbers>).flatMap((value) => (typeof value === "number" ? [value] : flattenAll(value)));
}

/** N(mean, variance·I) as a mixture of one component: the same object, with the same methods. A number as mean is a law in one dimension. */
export function gaussianTarget({ mean, variance }: { mean: number | ArrayLike<number>; variance: number }): GaussianMixture {
  return gaussianMixture({ weights: [1], means: [typeof mean === "number" ? [mean] : mean], variances: [variance] });
}

function flatten(means: GaussianMixtureOptions["means"]): Float64Array {
  if (!isNested(means)) return Float64Array.from(means);
  const rows = Array.from(means, (mean) => Array.from(mean));
  const odd = rows.find((row) => row.length !== rows[0]!.length);
  if (odd) throw new TypeError(`means of ${rows[0]!.length} and of ${odd.length} coordinates: all have the same number`);
  return Float64Array.from(rows.flat());
}

function isNested(means: GaussianMixtureOptions["means"]): means is ArrayLike<ArrayLike<number>> {
  return typeof means[0] === "object";
}

function requireAll(values: ArrayLike<number>, what: string, holds: (value: number) => boolean, rule: string): void {
  for (const value of Array.from(values)) if (!holds(value)) throw new RangeError(`${what} ${value} of a mixture: ${rule} is needed`);
}
