import { posterior } from "../process/index.ts";
import { type Schedule } from "../schedule/index.ts";
import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type Predicted } from "./draws.ts";

/** What `boundPerRow` takes, by timestep: tables of length T + 1. */
export type BoundTables = Record<"squareFactor" | "truthVariance" | "logBeta" | "logBetaTilde" | "constant", Float64Array>;

/**
 * A term of the bound as $\tfrac12\big((f_t\,e^2 + \tilde\beta_t)/\Sigma + \log\Sigma + k_t\big)$, e being the error in what is predicted: f_t
 * makes of e² that of the reverse step's mean. At t = 1, for the decoder, β̃ is 0 and k = log 2π. `boundTerm` of src/objective is the same
 * for one timestep. RangeError where an error in what is predicted says nothing of x_0.
 */
export function boundTables(schedule: Schedule, predict: Predicted): BoundTables {
  const at = (value: (t: number) => number): Float64Array => Float64Array.from(schedule.beta, (_, t) => (t === 0 ? 0 : value(t)));
  const tilde = (t: number): number => (schedule.T === 1 ? schedule.beta[1]! : posterior(schedule, Math.max(t, 2)).variance);
  const toX0 = (t: number): number => ({ eps: schedule.sigma(t), x0: 1, v: Math.sqrt(schedule.oneMinusAlphaBar[t]!) })[predict];
  const tables: BoundTables = {
    squareFactor: at((t) => (posterior(schedule, t).coefficients.x0 * toX0(t)) ** 2),
    truthVariance: at((t) => posterior(schedule, t).variance),
    logBeta: at((t) => Math.log(schedule.beta[t]!)),
    logBetaTilde: at((t) => Math.log(tilde(t))),
    constant: at((t) => (t === 1 ? Math.log(2 * Math.PI) : -1 - Math.log(posterior(schedule, t).variance))),
  };
  const t = tables.squareFactor.findIndex((factor) => !Number.isFinite(factor));
  if (t === -1) return tables;
  throw new RangeError(`a learned variance for a model of ${predict} at t = ${t} of schedule "${schedule.name}", where x_t is noise alone: predict v or x0`);
}

/**
 * L_{t−1} of each row, coordinate by coordinate in nats, for $\Sigma = \exp(v\log\beta_t + (1-v)\log\tilde\beta_t)$ with v = (half + 1)/2:
 * Nichol & Dhariwal 2021, equation 15, and their code's choice of [−1, 1] for what the network gives. The gradient reaches `half` alone.
 */
export function boundPerRow(prediction: Tensor, target: Tensor, half: Tensor, inputs: Readonly<Record<string, Tensor>>): Tensor {
  const tf = tensorOps();
  const rows = (name: keyof BoundTables): Tensor => {
    const table = inputs[name]!;
    return tf.reshape(table, [table.shape[0]!, ...half.shape.slice(1).map(() => 1)]);
  };
  const error = tf.sub(withoutGradient(prediction), target);
  const share = tf.mul(tf.add(half, 1), 0.5);
  const logVariance = tf.add(tf.mul(share, tf.sub(rows("logBeta"), rows("logBetaTilde"))), rows("logBetaTilde"));
  const square = tf.add(tf.mul(tf.square(error), rows("squareFactor")), rows("truthVariance"));
  return tf.mul(tf.add(tf.add(tf.mul(square, tf.exp(tf.neg(logVariance))), logVariance), rows("constant")), 0.5);
}

function withoutGradient(value: Tensor): Tensor {
  const tf = tensorOps();
  return tf.customGrad((x) => ({ value: (x as Tensor).clone(), gradFunc: (dy: Tensor) => tf.zerosLike(dy) }))(value);
}
