import { type Schedule } from "../schedule/index.ts";
import { type Oracle } from "./oracle.ts";

/** What `gaussianMixture` is made from: k components in d dimensions. */
export interface GaussianMixtureOptions {
  /** k weights from 0 up, not all 0; they are divided by their sum. */
  weights: ArrayLike<number>;
  /** k points: one array each, or k·d numbers row by row (for d = 1 simply k numbers). */
  means: ArrayLike<number> | ArrayLike<ArrayLike<number>>;
  /** k variances of each coordinate, from 0 up. Point masses (0) have no density until they are diffused. */
  variances: ArrayLike<number>;
}

/**
 * $p(x) = \sum_k w_k\,\mathcal N(x; m_k, v_k I)$: a target of which everything a diffusion needs is known in closed form, at every noise
 * level. Its score is $\sum_k r_k(x)\,(m_k - x)/v_k$.
 */
export interface GaussianMixture extends Oracle {
  /** k·d numbers, row by row. */
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** P(X ≤ x), in one dimension; a TypeError in more. */
  cdf(x: number): number;
  noised(scale: number, variance: number): GaussianMixture;
  given(scale: number, variance: number, y: number | ArrayLike<number>): GaussianMixture;
  diffused(schedule: Schedule, t: number): GaussianMixture;
}

/** What `gaussianMixture` is made from where components have whole covariances. */
export interface CovarianceMixtureOptions extends Omit<GaussianMixtureOptions, "variances"> {
  /** k symmetric matrices of d·d numbers, row by row: one array each, arrays of rows, or k·d·d numbers. No eigenvalue is below 0. */
  covariances: ArrayLike<number> | ArrayLike<ArrayLike<number>> | ArrayLike<ArrayLike<ArrayLike<number>>>;
}

/**
 * $p(x) = \sum_k w_k\,\mathcal N(x; m_k, C_k)$ with score $\sum_k r_k(x)\,C_k^{-1}(m_k - x)$. Noise adds to the eigenvalues of each C_k and
 * leaves its axes: $s^2C_k + vI$. A singular C_k has no density until it is diffused.
 */
export interface CovarianceMixture extends Oracle {
  /** k·d numbers, row by row. */
  readonly means: Float64Array;
  /** k·d·d numbers, matrix by matrix, row by row. */
  readonly covariances: Float64Array;
  noised(scale: number, variance: number): CovarianceMixture;
  given(scale: number, variance: number, y: number | ArrayLike<number>): CovarianceMixture;
  diffused(schedule: Schedule, t: number): CovarianceMixture;
}
