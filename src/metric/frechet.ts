import { fromEigen, multiply, requireSymmetric, symmetricEigen, trace } from "../matrix/index.ts";
import { type Measured, type TwoSamples, countPoints, mean } from "./measured.ts";

/** Mean and covariance (d·d numbers, row by row) of a law in d dimensions, such as a mixture's `moments()`. */
export interface MeanAndCovariance {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/**
 * $\|\mu_1-\mu_2\|^2 + \operatorname{tr}\big(C_1+C_2-2(C_1^{1/2}C_2C_1^{1/2})^{1/2}\big)$, the squared Fréchet (2-Wasserstein) distance of
 * the Gaussians with these moments (Dowson & Landau 1982); of image features it is the FID of Heusel et al. 2017. The roots are those of
 * symmetric matrices, by their eigenvalues, so that singular covariances are no trouble. TypeError for sizes that differ, RangeError for a
 * covariance that is not symmetric or has a negative eigenvalue beyond rounding.
 */
export function frechetDistance(p: MeanAndCovariance, q: MeanAndCovariance): number {
  const d = p.mean.length;
  if (q.mean.length !== d) throw new TypeError(`means of ${d} and of ${q.mean.length} coordinates: compare laws in one space`);
  requireSymmetric(p.covariance, d, "a covariance");
  requireSymmetric(q.covariance, d, "a covariance");
  const root = fromEigen(symmetricEigen(p.covariance, d), rootOf(p.covariance, d));
  const product = multiply(multiply(root, q.covariance, d), root, d);
  const overlap = symmetricEigen(product, d).values.map(rootOf(product, d)).reduce((total, value) => total + value, 0);
  const shift = p.mean.reduce((total, value, i) => total + (value - q.mean[i]!) ** 2, 0);
  return Math.max(0, shift + trace(p.covariance, d) + trace(q.covariance, d) - 2 * overlap);
}

function rootOf(covariance: Float64Array, d: number): (value: number) => number {
  const size = Math.abs(trace(covariance, d));
  return (value) => {
    if (value < -1e-9 * size) throw new RangeError(`a covariance with the eigenvalue ${value}: none is below 0`);
    return Math.sqrt(Math.max(0, value));
  };
}

/** Mean and covariance (divisor n − 1) of points. RangeError for fewer than 2, TypeError for a wrong number of coordinates. */
export function sampleMoments(points: Float64Array, dimensions = 1): MeanAndCovariance {
  countPoints(points, dimensions, 2);
  return momentsOf([gather(points, dimensions, 0, points.length / dimensions)], dimensions);
}

export interface FrechetOptions extends TwoSamples {
  /** Into how many groups each sample is divided for the jackknife, one being left out at a time; 20 unless told. */
  readonly groups?: number;
}

/**
 * `frechetDistance` of the moments of two samples. With finite samples it comes out too large, by about c/n, however equal the laws: the
 * value here has that removed, and the standard error found, by a jackknife over groups (Efron & Tibshirani 1993, chapter 11; Chong &
 * Forsyth 2020 on the bias of FID). `plugIn` is what is usually reported. Points in random order, please: groups are stretches of the
 * samples. RangeError where groups would be empty or leave fewer than 2 points.
 */
export function frechet({ x, y, dimensions = 1, groups = 20 }: FrechetOptions): Measured & { readonly plugIn: number } {
  const [n, m] = [countPoints(x, dimensions, 3), countPoints(y, dimensions, 3)];
  if (!(Number.isInteger(groups) && groups >= 2 && groups <= Math.min(n, m))) {
    throw new RangeError(`${groups} groups of ${Math.min(n, m)} points: a whole number from 2 to the number of points is needed`);
  }
  const [ofX, ofY] = [x, y].map((points) => partition(points, dimensions, groups));
  const without = (sums: readonly Sums[], g: number): readonly Sums[] => sums.filter((_, i) => i !== g);
  const plugIn = frechetDistance(momentsOf(ofX!, dimensions), momentsOf(ofY!, dimensions));
  const left = Float64Array.from({ length: groups }, (_, g) =>
    frechetDistance(momentsOf(without(ofX!, g), dimensions), momentsOf(without(ofY!, g), dimensions)));
  const average = mean(left);
  const spread = left.reduce((total, value) => total + (value - average) ** 2, 0);
  return {
    value: groups * plugIn - (groups - 1) * average,
    standardError: Math.sqrt(((groups - 1) / groups) * spread),
    plugIn,
  };
}

/** Number, mean and Σ (x − mean)(x − mean)ᵀ of a group of points. */
interface Sums {
  readonly n: number;
  readonly mean: Float64Array;
  readonly scatter: Float64Array;
}

function partition(points: Float64Array, d: number, groups: number): Sums[] {
  const n = points.length / d;
  const edge = (g: number): number => Math.floor((g * n) / groups);
  return Array.from({ length: groups }, (_, g) => gather(points, d, edge(g), edge(g + 1)));
}

function gather(points: Float64Array, d: number, from: number, to: number): Sums {
  const n = to - from;
  const centre = new Float64Array(d);
  for (let at = from * d; at < to * d; at++) centre[at % d]! += points[at]! / n;
  const scatter = new Float64Array(d * d);
  const own = new Float64Array(d);
  for (let i = from; i < to; i++) {
    for (let c = 0; c < d; c++) own[c] = points[i * d + c]! - centre[c]!;
    for (let a = 0; a < d; a++) for (let b = a; b < d; b++) scatter[a * d + b]! += own[a]! * own[b]!;
  }
  for (let a = 0; a < d; a++) for (let b = 0; b < a; b++) scatter[a * d + b] = scatter[b * d + a]!;
  return { n, mean: centre, scatter };
}

function momentsOf(groups: readonly Sums[], d: number): MeanAndCovariance {
  const n = groups.reduce((total, group) => total + group.n, 0);
  const centre = new Float64Array(d);
  for (const group of groups) group.mean.forEach((value, c) => (centre[c]! += (group.n / n) * value));
  const covariance = new Float64Array(d * d);
  for (const group of groups) {
    for (let at = 0; at < d * d; at++) {
      const [a, b] = [Math.floor(at / d), at % d];
      covariance[at]! += (group.scatter[at]! + group.n * (group.mean[a]! - centre[a]!) * (group.mean[b]! - centre[b]!)) / (n - 1);
    }
  }
  return { mean: centre, covariance };
}
