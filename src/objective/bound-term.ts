import { algebraOf } from "../algebra/index.ts";
import { klDivergence } from "../gaussian/index.ts";
import { type Prediction, convert, posterior } from "../process/index.ts";
import { type Schedule } from "../schedule/index.ts";
import { learnedVariance } from "./learned-variance.ts";

/** σ_t² of the model's reverse steps: β_t, β̃_t (at t = 1, where it is 0, that of t = 2), the model's own, or a table with index t. */
export type ReverseVariance = "beta" | "posterior" | "learned" | ArrayLike<number>;

/** What the model says of x_t: as `ModelOutput`. */
export interface Predicted<V> extends Prediction<V> {
  varianceShare?: V;
}

export interface BoundTermOptions<V> {
  x0: V;
  xt: V;
  output: Predicted<V>;
  variance?: ReverseVariance;
}

/** The law that the model gives x_{t−1}: its mean, and its variance as one number or, where learned, one a coordinate. */
export interface ModelLaw<V> {
  readonly mean: V;
  readonly variance: number | V;
}

/** $p_\theta(x_{t-1}\mid x_t) = \mathcal N(\mu_\theta, \sigma_t^2)$. TypeError for a learned variance that the model did not return. */
export function modelLaw<V>(schedule: Schedule, t: number, { xt, output, variance = "beta" }: Omit<BoundTermOptions<V>, "x0">): ModelLaw<V> {
  const mean = convert(schedule, t, xt, output, "mean");
  if (typeof variance !== "string") return { mean, variance: variance[t]! };
  if (variance === "beta") return { mean, variance: schedule.beta[t]! };
  const betaTilde = schedule.T === 1 ? schedule.beta[1]! : posterior(schedule, Math.max(t, 2)).variance;
  if (variance === "posterior") return { mean, variance: betaTilde };
  if (output.varianceShare === undefined) throw new TypeError("a learned variance: the model has to return a varianceShare beside its value");
  return { mean, variance: learnedVariance(output.varianceShare, schedule.beta[t]!, betaTilde) };
}

/**
 * A term of the variational bound, coordinate by coordinate in nats. For t = 2…T it is L_{t−1}, the divergence
 * $D_{KL}\big(q(x_{t-1}\mid x_t,x_0)\,\|\,p_\theta(x_{t-1}\mid x_t)\big)$; at t = 1 it is L_0 with a Gaussian decoder,
 * $-\log\mathcal N(x_0;\mu_\theta,\sigma_1^2)$. Ho et al. 2020, equation 5. Values are of any kind, tensors included, and what comes out can
 * be differentiated: for the hybrid loss of Nichol & Dhariwal 2021 (equation 16), $L_{simple} + 0.001\,L_{vlb}$, give it a prediction whose
 * gradient is stopped, so that it teaches the variance alone.
 */
export function boundTerm<V>(schedule: Schedule, t: number, options: BoundTermOptions<V>): V {
  const { x0, xt } = options;
  const algebra = algebraOf(x0, xt);
  const { sub, mul, scale, shift, div, exp, log, combine } = algebra;
  const { mean, variance } = modelLaw(schedule, t, options);
  const truth = posterior(schedule, t);
  const difference = sub(truth.mean({ x0, xt }), mean);
  const square = mul(difference, difference);
  if (typeof variance === "number") {
    const spread =
      t === 1 ? 0.5 * Math.log(2 * Math.PI * variance) : klDivergence({ mean: 0, variance: truth.variance }, { mean: 0, variance });
    return shift(scale(square, 0.5 / variance), spread);
  }
  const logVariance = log(variance);
  if (t === 1) return shift(combine([0.5, 0.5], [div(square, variance), logVariance]), 0.5 * Math.log(2 * Math.PI));
  const ratio = exp(shift(scale(logVariance, -1), Math.log(truth.variance)));
  return shift(combine([0.5, 0.5, 0.5], [div(square, variance), ratio, logVariance]), -0.5 * (1 + Math.log(truth.variance)));
}

/** $L_{simple} + \lambda L_{vlb}$: Nichol & Dhariwal 2021, equation 16; λ 0.001 unless told. Both are what their own functions give. */
export function hybridLoss<V>(simple: V, bound: V, lambda = 1e-3): V {
  return algebraOf(simple, bound).combine([1, lambda], [simple, bound]);
}
