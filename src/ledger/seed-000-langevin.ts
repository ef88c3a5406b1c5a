import { type Dual, derivative, dual, dualAlgebra } from "../algebra/index.ts";
import { logDensity } from "../gaussian/index.ts";
import { langevinStep, reverseStepParts, stationaryVariance } from "../langevin/index.ts";
import { gaussianTarget } from "../oracle/index.ts";
import { convert } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { dataOf, pointwise, sumOfSquares, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("000", drawStep);

/** A Langevin step size δ for a draw: β_t will do, between 0.05 and 0.5. */
const delta = ({ t, beta }: Step): number => beta(t);

/** The fixed point of v ← shrink² v + added, by solving the recursion. */
const stationary = (shrink: number, added: number): number => added / (1 - shrink ** 2);

/** Seed 000 on Langevin dynamics. δ is the step size; the drift moves by δ/2 times the score, the noise has variance δ. */
export const seed000Langevin: readonly Entry[] = [
  equation("score", {
    title: "the score of a law, by dual numbers",
    latex: String.raw`\nabla_x\log p(x) = \frac{\nabla_x p(x)}{p(x)} = \sum_k r_k(x)\,\frac{m_k-x}{v_k}`,
    core: "gaussianMixture(…).score",
    coefficients: () => ({ first: 0.4, second: 0.6 }),
    left: (v) => dataOf(v).score(v.xt),
    right(v, c) {
      const { means, variances } = dataOf(v);
      const { add, exp, log, scale } = dualAlgebra;
      const term = (x: Dual, k: number, weight: number): Dual =>
        scale(exp(logDensity(x, { mean: dual(means[k]!), variance: variances[k]! })), weight);
      return pointwise((at) => derivative((x) => log(add(term(x, 0, c.first), term(x, 1, c.second))), at), v.xt);
    },
  }),
  equation("langevin", {
    title: "one Langevin step, on a Gaussian target of variance w: its law given x",
    latex: String.raw`x' = x + \tfrac\delta2\nabla\log p(x) + \sqrt\delta\,\epsilon`,
    core: "langevinStep(…).apply",
    coefficients: (v) => ({ drift: delta(v) / 2, noise: Math.sqrt(delta(v)) }),
    left: (v) => langevinStep(delta(v)).apply({ x: v.xt, score: gaussianTarget({ mean: 0, variance: 0.7 }).score(v.xt), z: v.eps }),
    right: (v, c) => pointwise((x, eps) => (1 - c.drift / 0.7) * x + c.noise * eps, v.xt, v.eps),
  }),
  erratum("langevin.gradient", {
    title: "the gradient that Langevin needs is that of log p, not of p",
    latex: String.raw`\nabla\log p(x)`,
    says: String.raw`\nabla p(x)`,
    core: "gaussianTarget(…).score",
    coefficients: () => ({ precision: 1 / 0.7 }),
    left: (v) => gaussianTarget({ mean: 0, variance: 0.7 }).score(v.xt),
    right: (v, c) => pointwise((x) => -c.precision * x, v.xt),
    stated: (v) => pointwise((x) => (-x / 0.7) * (Math.exp((-x * x) / 1.4) / Math.sqrt(1.4 * Math.PI)), v.xt),
    counterexample: { where: "N(0, 0.7) at x = 3", values: () => stepAt(linearSchedule(), 500, { xt: 3 }) },
  }),
  erratum("langevin.step-size", {
    title: "the step size is δ, not √δ: with √δ in the drift and the noise as it stands, N(0, 1) is missed",
    latex: String.raw`\operatorname{Var}_\infty = \frac{\delta}{1-(1-\delta/2)^2} = \frac{1}{1-\delta/4}`,
    says: String.raw`\sqrt\delta \text{ is the step size}`,
    core: "stationaryVariance",
    coefficients: (v) => ({ drift: delta(v) / 2, noise: delta(v) }),
    left: (v) => stationaryVariance({ step: delta(v) }),
    right: (_, c) => stationary(1 - c.drift, c.noise),
    stated: (v) => stationary(1 - Math.sqrt(delta(v)) / 2, delta(v)),
    counterexample: { where: "stationary variance on N(0, 1), δ = 0.01", values: () => stepAt(linearSchedule({ T: 2, betaEnd: 0.01 }), 2) },
  }),
  erratum("langevin.bias", {
    title: "with a step size that stays, the samples' law does not approach the target: on N(0, 1) its variance is 1/(1 − δ/4)",
    latex: String.raw`\operatorname{Var}_\infty = \frac{1}{1-\delta/4}`,
    says: String.raw`\operatorname{Var}_\infty = 1`,
    core: "stationaryVariance",
    coefficients: () => ({ quarter: 0.25 }),
    left: (v) => stationaryVariance({ step: delta(v) }),
    right: (v, c) => 1 / (1 - c.quarter * delta(v)),
    stated: () => 1,
    counterexample: { where: "δ = 0.5", values: () => stepAt(linearSchedule({ T: 2, betaEnd: 0.5 }), 2) },
  }),
  erratum("langevin.stochastic", {
    title: "the formula is the unadjusted Langevin algorithm; stochastic gradients (SGLD) add the minibatch's variance s² on top",
    latex: String.raw`\operatorname{Var}_\infty = \frac{1+\delta s^2/4}{1-\delta/4}`,
    says: String.raw`\operatorname{Var}_\infty = \frac{1}{1-\delta/4}`,
    core: "stationaryVariance, with gradientVariance",
    coefficients: (v) => ({ drift: delta(v) / 2, noise: delta(v) }),
    left(v) {
      const mean = v.x0.reduce((sum, y) => sum + y, 0) / v.x0.length;
      return stationaryVariance({ step: delta(v), gradientVariance: sumOfSquares(v.x0.map((y) => y - mean)) / v.x0.length });
    },
    right(v, c) {
      // Target N(ȳ, 1) for the data y; a minibatch of one datum gives the gradient y_i − x, right on average. All of them are gone through.
      const mean = v.x0.reduce((sum, y) => sum + y, 0) / v.x0.length;
      return stationary(1 - c.drift, c.noise + sumOfSquares(v.x0.map((y) => c.drift * (y - mean))) / v.x0.length);
    },
    stated: (v) => 1 / (1 - delta(v) / 4),
    counterexample: {
      where: "data ±2, minibatches of one, δ = 0.5",
      values: () => ({ ...stepAt(linearSchedule({ T: 2, betaEnd: 0.5 }), 2), x0: Float64Array.of(-2, 2) }),
    },
  }),
  erratum("langevin.reverse", {
    title: "the reverse step is no Langevin step with δ = β_t: its drift is about twice as strong",
    latex: String.raw`\mu(x_t) = \tfrac{1}{\sqrt{\alpha_t}}x_t + \tfrac{\beta_t}{\sqrt{\alpha_t}}\nabla\log q(x_t)`,
    says: String.raw`\mu(x_t) = x_t + \tfrac{\beta_t}{2}\nabla\log q(x_t)`,
    core: "reverseStepParts(…).apply",
    coefficients: (v) => ({ score: tables(v).beta / Math.sqrt(tables(v).alpha), x: 1 / Math.sqrt(tables(v).alpha) }),
    left({ schedule, t, xt, eps: score }) {
      const zero = xt.map(() => 0);
      const { apply } = reverseStepParts(schedule, t);
      return { score: apply({ xt: zero, score, z: zero }).sum, x: apply({ xt, score: zero, z: zero }).sum };
    },
    right: ({ xt, eps: score }, c) => ({ score: pointwise((s) => c.score * s, score), x: pointwise((x) => c.x * x, xt) }),
    stated: (v) => ({ score: pointwise((s) => (tables(v).beta / 2) * s, v.eps), x: v.xt }),
    counterexample: {
      where: "linear, t = 500: what the drift multiplies the score by", values: () => stepAt(linearSchedule(), 500, { eps: 1, xt: 1 }),
    },
  }),
  equation("langevin.parts", {
    title: "what the reverse step with σ² = β_t is: a Langevin step with δ = β_t, and a deterministic remainder",
    latex: String.raw`\tfrac{1}{\sqrt{\alpha_t}}(x_t+\beta_ts)+\sqrt{\beta_t}\,z = \big(x_t+\tfrac{\beta_t}2s+\sqrt{\beta_t}\,z\big)+\big(\tfrac1{\sqrt{\alpha_t}}-1\big)x_t+\big(\tfrac{\beta_t}{\sqrt{\alpha_t}}-\tfrac{\beta_t}2\big)s`,
    core: "convert, score to mean; reverseStepParts",
    coefficients(v) {
      const { alpha, beta } = tables(v);
      return { drift: beta / 2, noise: Math.sqrt(beta), x: 1 / Math.sqrt(alpha) - 1, score: beta / Math.sqrt(alpha) - beta / 2 };
    },
    left({ schedule, t, xt, eps: score, epsPrev: z }) {
      const zero = xt.map(() => 0);
      const mean = convert(schedule, t, xt, { kind: "score", value: score }, "mean");
      const { apply } = reverseStepParts(schedule, t);
      return {
        step: pointwise((m, noise) => m + Math.sqrt(schedule.beta[t]!) * noise, mean, z),
        langevin: apply({ xt, score, z }).langevin,
        remainder: apply({ xt, score, z: zero }).remainder,
      };
    },
    right({ xt, eps: score, epsPrev: z }, c) {
      const langevin = pointwise((x, s, noise) => x + c.drift * s + c.noise * noise, xt, score, z);
      const remainder = pointwise((x, s) => c.x * x + c.score * s, xt, score);
      return { step: pointwise((a, b) => a + b, langevin, remainder), langevin, remainder };
    },
  }),
];
