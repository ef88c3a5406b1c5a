import { type Measured, bitsPerDim } from "../metric/index.ts";
import { type Divergence, type HutchinsonOptions, hutchinson } from "./divergence.ts";
import { dormandPrince } from "./dormand-prince.ts";
import { type ExactScore, type ScoreAt } from "./reverse.ts";
import { rungeKutta, rungeKuttaMethods } from "./runge-kutta.ts";
import { type Sde, checkTime, evenTimes } from "./sde.ts";

export interface FlowLikelihoodOptions {
  sde: Sde;
  score: ScoreAt<Float64Array> | ExactScore;
  /** Data: n points of `dimensions` coordinates (1 unless told), row by row. */
  x0: Float64Array;
  dimensions?: number;
  /**
   * The divergence of the score: a function of n points that gives n values, or Hutchinson's estimator. Unless told it is the score's own
   * `divergence`, which `exactScore` has.
   */
  divergence?: ((x: Float64Array, t: number) => Float64Array) | HutchinsonOptions;
  /** The time to start at, 0 unless told: what is found is the density of x at that time. Where the score is not finite at 0, a small one. */
  from?: number;
  /** So many even steps of RK4, in the place of steps that adapt themselves to `tolerance` (1e-6 unless told). */
  steps?: number;
  tolerance?: number;
  /** log p at the diffusion's end, one value a point: that of the prior N(0, priorVariance·I) unless told. */
  prior?: (x: Float64Array) => Float64Array;
  /** The width of a bin, for `bitsPerDim` of discrete data; 1 unless told. */
  binWidth?: number;
}

/** Densities of points found by the flow, and what was found on the way. */
export interface FlowLikelihood {
  /** log p(x0) of each point, in nats. */
  readonly logDensity: Float64Array<ArrayBuffer>;
  /** What Hutchinson's estimator adds to each as a standard error: 0 with an exact divergence, NaN with a single probe. */
  readonly standardError: Float64Array<ArrayBuffer>;
  /** −log p(x0) in nats, on average over the points, with the standard error of that average, probes and all. */
  readonly negativeLogLikelihood: Measured;
  /** The same in bits a coordinate. */
  readonly bitsPerDim: Measured;
  /** Where the points have come to at the diffusion's end. */
  readonly end: Float64Array;
  /** Of the field: the score, and its divergence, once each. */
  readonly evaluations: number;
}

/**
 * The likelihood of data by the probability-flow ODE (Song et al. 2021, section 4.3 and appendix D.2; Chen et al. 2018): along its path
 * $\tfrac{d}{dt}\log p_t(x(t)) = -\nabla\cdot v$, so with $v = f x - \tfrac12g^2 s$
 * $$\log p_0(x(0)) = \log p_{end}(x(end)) + \int_0^{end}\Big(f\,d - \tfrac12g^2\,\nabla\cdot s\Big)dt.$$
 * Exact, not a bound, up to the error of integration, the estimator's where there is one, and that of the prior in the place of p_end.
 * TypeError for a missing divergence or coordinates that are no whole number of points; RangeError for a `from` outside.
 */
export function probabilityFlowLikelihood(options: FlowLikelihoodOptions): FlowLikelihood {
  const { sde, score, x0, dimensions: d = 1, from = 0, steps, tolerance, binWidth } = options;
  const n = x0.length / d;
  if (!(Number.isInteger(n) && n >= 1)) throw new TypeError(`${x0.length} numbers as points in ${d} dimensions: give n·${d}, row by row`);
  checkTime(sde, from);
  const divergence = divergenceOf(options, n);
  const { columns } = divergence;

  // The points, and behind them the integral of the divergence by each estimate.
  const state = new Float64Array(n * d + n * columns);
  state.set(x0);
  let evaluations = 0;
  const field = (state: Float64Array, t: number): Float64Array => {
    evaluations++;
    const [f, half] = [sde.drift(t), sde.diffusion(t) ** 2 / 2];
    const x = state.slice(0, n * d);
    const slope = new Float64Array(state.length);
    score(x, t).forEach((value, at) => (slope[at] = f * x[at]! - half * value));
    divergence.of(x, t).forEach((value, at) => (slope[n * d + at] = f * d - half * value));
    return slope;
  };
  const path =
    steps === undefined
      ? dormandPrince({ field, x: state, from, to: sde.end, ...(tolerance === undefined ? {} : { tolerance }) })
      : rungeKutta({ field, x: state, times: evenTimes(from, sde.end, steps), method: rungeKuttaMethods.rk4 });
  let last: Float64Array = state;
  for (const { x } of path) last = x;

  const end = last.slice(0, n * d);
  const ends = (options.prior ?? ((x: Float64Array) => logNormal(x, d, sde.priorVariance)))(end);
  const estimates = Array.from({ length: n }, (_, i) => last.subarray(n * d + i * columns, n * d + (i + 1) * columns));
  const logDensity = Float64Array.from(estimates, (own, i) => ends[i]! + average(own));
  const exact = typeof options.divergence !== "object";
  const standardError = Float64Array.from(estimates, (own) => (exact ? 0 : spread(own)));
  const value = -average(logDensity);
  const error = n > 1 ? spread(logDensity) : standardError[0]!;
  return {
    logDensity,
    standardError,
    negativeLogLikelihood: { value, standardError: error },
    bitsPerDim: {
      value: bitsPerDim(value, { dimensions: d, ...(binWidth === undefined ? {} : { binWidth }) }),
      standardError: error / (d * Math.LN2),
    },
    end,
    evaluations,
  };
}

function divergenceOf({ score, divergence, dimensions = 1 }: FlowLikelihoodOptions, n: number): Divergence {
  if (typeof divergence === "object") return hutchinson(score, n, dimensions, divergence);
  const exact = divergence ?? ("divergence" in score ? score.divergence : undefined);
  if (exact === undefined) {
    throw new TypeError("a likelihood without a divergence: give the score's, or { key } for Hutchinson's estimate of it");
  }
  return { columns: 1, of: exact };
}

function logNormal(x: Float64Array, d: number, variance: number): Float64Array {
  const values = new Float64Array(x.length / d).fill(-0.5 * d * Math.log(2 * Math.PI * variance));
  x.forEach((value, at) => (values[Math.floor(at / d)]! -= (0.5 * value * value) / variance));
  return values;
}

function average(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The standard error of the average; NaN of one value. */
function spread(values: Float64Array): number {
  const centre = average(values);
  return Math.sqrt(values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1) / values.length);
}
