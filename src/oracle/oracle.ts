import { type Key } from "../random/index.ts";
import { type Schedule } from "../schedule/index.ts";

/** The first two moments of a law in d dimensions. */
export interface Moments {
  readonly mean: Float64Array<ArrayBuffer>;
  /** Of each coordinate: the diagonal of the covariance. */
  readonly variance: Float64Array<ArrayBuffer>;
  /** d·d numbers, row by row. */
  readonly covariance: Float64Array<ArrayBuffer>;
}

/**
 * A law of data of which everything a diffusion needs is known in closed form, at every noise level: what all exact targets have in common.
 *
 * Points come as n·d numbers, row by row, and results have a value (or a row) a point. In one dimension a plain number may stand for one
 * point, and then the result is a number. A length that is no multiple of d throws a TypeError; a density or score of a law that has none
 * (point masses, singular covariances) throws a RangeError: diffuse it first.
 */
export interface Oracle {
  /** Number of components, k, and of dimensions, d. */
  readonly components: number;
  readonly dimensions: number;
  readonly weights: Float64Array;

  /** log p(x) of each point, in nats; finite wherever the exponents are. */
  logDensity(x: number): number;
  logDensity(x: Float64Array): Float64Array<ArrayBuffer>;
  /** ∇ log p(x), a row a point. */
  score(x: number): number;
  score(x: Float64Array): Float64Array<ArrayBuffer>;
  /** Δ log p(x), the divergence of the score: the trace of its Jacobian, one value a point. */
  laplacian(x: number): number;
  laplacian(x: Float64Array): Float64Array<ArrayBuffer>;
  /** r_k(x), the probability that a point came from component k: n·k numbers, row by row. */
  responsibilities(x: number | Float64Array): Float64Array<ArrayBuffer>;
  moments(): Moments;
  /** n points drawn with a key: n·d numbers. */
  sample(key: Key, n: number): Float64Array<ArrayBuffer>;

  /** The law of scale·x + N(0, variance·I). */
  noised(scale: number, variance: number): Oracle;
  /** The law of x where y = scale·x + N(0, variance·I) was seen: y is one point. RangeError where y has no density. */
  given(scale: number, variance: number, y: number | ArrayLike<number>): Oracle;

  /** The law of x_t, t = 0…T: $\int q(x_t\mid x_0)\,p(x_0)\,dx_0$. RangeError for a t outside. */
  diffused(schedule: Schedule, t: number): Oracle;
  /** E[x_0 | x_t], what a perfect denoiser predicts, t = 0…T; a row a point. */
  denoise(schedule: Schedule, t: number, xt: number): number;
  denoise(schedule: Schedule, t: number, xt: Float64Array): Float64Array<ArrayBuffer>;
  /** Var(x_0 | x_t) of each coordinate: what plugging a denoiser's guess into the posterior leaves out (seed 003). A row a point. */
  posteriorVariance(schedule: Schedule, t: number, xt: number): number;
  posteriorVariance(schedule: Schedule, t: number, xt: Float64Array): Float64Array<ArrayBuffer>;
}
