import { klDivergence } from "../gaussian/index.ts";
import { marginal } from "../process/index.ts";
import { type Key, foldIn } from "../random/index.ts";
import { type Model } from "../sampler/index.ts";
import { type Noise, hostNoise } from "../sampler/noise.ts";
import { type Schedule, levelAt } from "../schedule/index.ts";
import { type ReverseVariance, boundTerm, modelLaw } from "./bound-term.ts";
import { discreteLogLikelihood } from "./decoder.ts";

export interface VlbOptions {
  schedule: Schedule;
  /** Data: n points of `dimensions` coordinates, row by row. A number is one point in one dimension. */
  x0: number | Float64Array;
  model: Model<Float64Array>;
  key: Key;
  /** σ_t² of the reverse steps; "beta" unless told. */
  variance?: ReverseVariance;
  /** The density of x0 given x_1, or the probability of its bin (`bins` of them over [−1, 1], 256 unless told). "gaussian" unless told. */
  decoder?: "gaussian" | "discrete";
  bins?: number;
  /** How many ε are drawn for each point and timestep; 1 unless told. */
  samples?: number;
  /** Coordinates of one point; 1 unless told, and then all numbers below are those of one coordinate on average. */
  dimensions?: number;
  noise?: Noise<Float64Array>;
}

/** The bound in nats, averaged over the points: $-\log p_\theta(x_0) \le$ total = prior + Σ terms + decoder. */
export interface Vlb {
  /** L_T, the divergence of q(x_T | x_0) from N(0, I). */
  readonly prior: number;
  /** L_{t−1} at index t = 2…T; 0 at 0 and 1. */
  readonly terms: Float64Array<ArrayBuffer>;
  /** L_0 */
  readonly decoder: number;
  readonly total: number;
  /** Of the total, from its spread over the points, or over the samples where there is one point; NaN where there is one of both. */
  readonly standardError: number;
  /** total/(dimensions · log 2) */
  readonly bitsPerDim: number;
}

/**
 * The variational bound term by term (Ho et al. 2020, equation 5; seed 001's L_VLB, with the sign that makes it a loss), every timestep asked:
 * `samples`·T evaluations of the model on all points at once. On data whose entropy is known it can be held against it: no model's total is
 * below the entropy on average, and the exact denoiser's meets it as steps become fine.
 * Throws a TypeError for coordinates that are no whole number of points, a RangeError for fewer than 1 sample.
 */
export async function vlb(options: VlbOptions): Promise<Vlb> {
  const { schedule, model, key, variance = "beta", decoder = "gaussian", bins, samples = 1, dimensions = 1, noise = hostNoise } = options;
  const x0 = typeof options.x0 === "number" ? Float64Array.of(options.x0) : options.x0;
  const n = x0.length / dimensions;
  if (!(Number.isInteger(n) && n >= 1)) throw new TypeError(`${x0.length} values as points of ${dimensions} coordinates: give n·${dimensions}`);
  if (!(Number.isInteger(samples) && samples >= 1)) throw new RangeError(`${samples} samples: a whole number from 1 up is needed`);

  const perPoint = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => values.subarray(i * dimensions, (i + 1) * dimensions).reduce((a, b) => a + b, 0));
  /** Totals of each point in each sample: their spread is the error's. */
  const totals = Array.from({ length: samples }, () => new Float64Array(n));
  const addUp = (values: Float64Array, to: readonly Float64Array[]): number => {
    const points = perPoint(values);
    for (const total of to) points.forEach((value, i) => (total[i]! += value));
    return points.reduce((a, b) => a + b, 0) / n;
  };

  const law = marginal(schedule, schedule.T);
  const priors = x0.map((x) => klDivergence({ mean: law.mean({ x0: x }), variance: law.variance }, { mean: 0, variance: 1 }));
  const prior = addUp(priors, totals);
  const terms = new Float64Array(schedule.T + 1);
  for (let t = schedule.T; t >= 1; t--) {
    for (let sample = 0; sample < samples; sample++) {
      const eps = noise(foldIn(foldIn(key, t), sample), x0);
      const xt = marginal(schedule, t).sample({ x0 }, eps);
      const output = await model(xt, t, levelAt(schedule, t));
      const given = { x0, xt, output, variance };
      const values = t === 1 && decoder === "discrete" ? discreteTerm(schedule, given, bins) : boundTerm(schedule, t, given);
      terms[t]! += addUp(values, [totals[sample]!]) / samples;
    }
  }
  const last = terms[1]!;
  terms[1] = 0;
  const total = terms.reduce((sum, term) => sum + term, prior + last);
  return { prior, terms, decoder: last, total, standardError: standardErrorOf(totals, n), bitsPerDim: total / (dimensions * Math.LN2) };
}

function discreteTerm(schedule: Schedule, given: Parameters<typeof boundTerm<Float64Array>>[2], bins = 256): Float64Array {
  const { mean, variance } = modelLaw(schedule, 1, given);
  return given.x0.map((x, i) =>
    -discreteLogLikelihood(x, { mean: mean[i]!, variance: typeof variance === "number" ? variance : variance[i]! }, { bins }));
}

function standardErrorOf(totals: readonly Float64Array[], n: number): number {
  const means = n > 1 ? Array.from({ length: n }, (_, i) => totals.reduce((sum, total) => sum + total[i]!, 0) / totals.length) : totals.map(([x]) => x!);
  const centre = means.reduce((a, b) => a + b, 0) / means.length;
  const square = means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (means.length - 1);
  return Math.sqrt(square / means.length);
}
