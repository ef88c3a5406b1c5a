import { type Key } from "../random/index.ts";
import { type Schedule } from "../schedule/index.ts";

/** What `gaussianMixture` is made from: k components in d dimensions. */
export interface GaussianMixtureOptions {
  /** k weights from 0 up, not all 0; they are divided by their sum. */
  weights: ArrayLike<number>;
  /** k points: one array each, or k·d numbers row by row (for d = 1 simply k numbers). */
  means: ArrayLike<number> | ArrayLike<ArrayLike<number>>;
  /** k variances of each coordinate, from 0 up. Point masses (0) have no density until they are diffused. */
  variances: ArrayLike<number>;
}

/** The first two moments of a law in d dimensions. */
export interface Moments {
  readonly mean: Float64Array<ArrayBuffer>;
  /** Of each coordinate: the diagonal of the covariance. */
  readonly variance: Float64Array<ArrayBuffer>;
  /** d·d numbers, row by row. */
  readonly covariance: Float64Array<ArrayBuffer>;
}

/**
 * $p(x) = \sum_k w_k\,\mathcal N(x; m_k, v_k I)$: a target of which everything a diffusion needs is known in closed form, at every noise level.
 *
 * Points come as n·d numbers, row by row, and results have a value (or a row) a point. In one dimension a plain number may stand for one
 * point, and then the result is a number. A length that is no multiple of d throws a TypeError; a density or score of a mixture with a
 * point mass throws a RangeError.
 */
export interface GaussianMixture {
  /** Number of components, k, and of dimensions, d. */
  readonly components: number;
  readonly dimensions: number;
  readonly weights: Float64Array;
  /** k·d numbers, row by row. */
  readonly means: Float64Array;
  readonly variances: Float64Array;

  /** log p(x) of each point, in nats; finite wherever |x|²/v is. */
  logDensity(x: number): number;
  logDensity(x: Float64Array): Float64Array<ArrayBuffer>;
  /** ∇ log p(x) = Σ_k r_k(x) (m_k − x)/v_k, a row a point. */
  score(x: number): number;
  score(x: Float64Array): Float64Array<ArrayBuffer>;
  /** r_k(x), the probability that a point came from component k: n·k numbers, row by row. */
  responsibilities(x: number | Float64Array): Float64Array<ArrayBuffer>;
  /** P(X ≤ x), in one dimension; a TypeError in more. */
  cdf(x: number): number;
  moments(): Moments;
  /** n points drawn with a key: n·d numbers. */
  sample(key: Key, n: number): Float64Array<ArrayBuffer>;

  /** The law of scale·x + N(0, variance·I). */
  noised(scale: number, variance: number): GaussianMixture;
  /** The law of x where y = scale·x + N(0, variance·I) was seen: y is one point. RangeError where y has no density. */
  given(scale: number, variance: number, y: number | ArrayLike<number>): GaussianMixture;

  /** The law of x_t, t = 0…T: $\int q(x_t\mid x_0)\,p(x_0)\,dx_0$. RangeError for a t outside. */
  diffused(schedule: Schedule, t: number): GaussianMixture;
  /** E[x_0 | x_t], what a perfect denoiser predicts, t = 0…T; a row a point. */
  denoise(schedule: Schedule, t: number, xt: number): number;
  denoise(schedule: Schedule, t: number, xt: Float64Array): Float64Array<ArrayBuffer>;
  /** Var(x_0 | x_t) of each coordinate: what plugging a denoiser's guess into the posterior leaves out (seed 003). A row a point. */
  posteriorVariance(schedule: Schedule, t: number, xt: number): number;
  posteriorVariance(schedule: Schedule, t: number, xt: Float64Array): Float64Array<ArrayBuffer>;
}
