import { mergeGaussians } from "../gaussian/index.ts";
import { marginal, transition } from "../process/index.ts";
import { scheduleFromBetas } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { logBivariate, logNormal, pointwise } from "./formulas.ts";
import { jumpOf, nextJump } from "./restated.ts";
import { section } from "./section.ts";
import { type Step, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("000", drawStep);

/** x_t from x_{t−2} by two of the core's transitions. */
const twoSteps = ({ schedule, t, xPrev2, eps, epsPrev }: Step): Float64Array =>
  transition(schedule, t).sample({ xPrev: transition(schedule, t - 1).sample({ xPrev: xPrev2 }, epsPrev) }, eps);

/** Seed 000 on the forward process: the step, the chain, and the jump. Its x_t = √α_t x_{t−1} + √(1−α_t) ε counts the step's noise as ε_{t−1}. */
export const seed000Forward: readonly Entry[] = [
  equation("transition", {
    title: "one step of the forward process",
    latex: String.raw`q(x_t\mid x_{t-1}) = \mathcal N(x_t;\ \sqrt{1-\beta_t}\,x_{t-1},\ \beta_t I)`,
    core: "transition",
    coefficients: (v) => ({ xPrev: Math.sqrt(1 - v.beta(v.t)), variance: v.beta(v.t) }),
    left: (v) => pointwise((xt, xPrev) => transition(v.schedule, v.t).logDensity(xt, { xPrev }), v.xt, v.xPrev),
    right: (v, c) => pointwise((xt, xPrev) => logNormal(xt, c.xPrev * xPrev, c.variance), v.xt, v.xPrev),
  }),
  equation("chain", {
    title: "the whole chain is the product of its steps: a joint Gaussian with covariance √(ᾱ_2/ᾱ_1)(1−ᾱ_1)",
    latex: String.raw`q(x_{1:T}\mid x_0) = \prod_{t=1}^T q(x_t\mid x_{t-1})`,
    core: "transition",
    coefficients: ({ alpha, bar }) => ({
      mean1: Math.sqrt(bar(1)), mean2: Math.sqrt(bar(2)), variance1: 1 - bar(1), variance2: 1 - bar(2),
      covariance: Math.sqrt(alpha(2)) * (1 - bar(1)),
    }),
    left: ({ schedule, x0, xPrev, xt }) =>
      pointwise(
        (x0, x1, x2) => transition(schedule, 1).logDensity(x1, { xPrev: x0 }) + transition(schedule, 2).logDensity(x2, { xPrev: x1 }),
        x0, xPrev, xt,
      ),
    right: ({ x0, xPrev, xt }, c) =>
      pointwise(
        (x0, x1, x2) => logBivariate(x1 - c.mean1 * x0, x2 - c.mean2 * x0, c.variance1, c.variance2, c.covariance),
        x0, xPrev, xt,
      ),
  }),
  equation("alpha", {
    title: "the tables that a schedule is read through",
    latex: String.raw`\alpha_t = 1 - \beta_t,\qquad \bar\alpha_t = \prod_{i=1}^t \alpha_i`,
    core: "schedule.alpha, alphaBar, oneMinusAlphaBar",
    coefficients: () => ({ one: 1, product: 1, complement: 1 }),
    left: ({ schedule, t }) => ({
      alpha: schedule.alpha[t]!, alphaBar: schedule.alphaBar[t]!, oneMinusAlphaBar: schedule.oneMinusAlphaBar[t]!,
    }),
    right: ({ t, beta, bar }, c) => ({ alpha: c.one - beta(t), alphaBar: c.product * bar(t), oneMinusAlphaBar: c.complement * (1 - bar(t)) }),
  }),
  equation("step", {
    title: "the step, reparameterized",
    latex: String.raw`x_t = \sqrt{1-\beta_t}\,x_{t-1} + \sqrt{\beta_t}\,\epsilon`,
    core: "transition(…).sample",
    coefficients: ({ t, beta }) => ({ xPrev: Math.sqrt(1 - beta(t)), eps: Math.sqrt(beta(t)) }),
    left: ({ schedule, t, xPrev, eps }) => transition(schedule, t).sample({ xPrev }, eps),
    right: ({ xPrev, eps }, c) => pointwise((xPrev, eps) => c.xPrev * xPrev + c.eps * eps, xPrev, eps),
  }),
  equation("unroll.1", {
    title: "the same in α",
    latex: String.raw`x_t = \sqrt{\alpha_t}\,x_{t-1} + \sqrt{1-\alpha_t}\,\epsilon`,
    core: "transition(…).sample",
    coefficients: ({ t, alpha }) => ({ xPrev: Math.sqrt(alpha(t)), eps: Math.sqrt(1 - alpha(t)) }),
    left: ({ schedule, t, xPrev, eps }) => transition(schedule, t).sample({ xPrev }, eps),
    right: ({ xPrev, eps }, c) => pointwise((xPrev, eps) => c.xPrev * xPrev + c.eps * eps, xPrev, eps),
  }),
  equation("unroll.2", {
    title: "the step before put in",
    latex: String.raw`x_t = \sqrt{\alpha_t}\big(\sqrt{\alpha_{t-1}}\,x_{t-2} + \sqrt{1-\alpha_{t-1}}\,\epsilon_{t-1}\big) + \sqrt{1-\alpha_t}\,\epsilon_t`,
    core: "transition(…).sample, twice",
    coefficients: ({ t, alpha }) => ({
      outer: Math.sqrt(alpha(t)), xPrev2: Math.sqrt(alpha(t - 1)), epsPrev: Math.sqrt(1 - alpha(t - 1)), eps: Math.sqrt(1 - alpha(t)),
    }),
    left: twoSteps,
    right: ({ xPrev2, epsPrev, eps }, c) =>
      pointwise((xPrev2, epsPrev, eps) => c.outer * (c.xPrev2 * xPrev2 + c.epsPrev * epsPrev) + c.eps * eps, xPrev2, epsPrev, eps),
  }),
  equation("unroll.3", {
    title: "multiplied out",
    latex: String.raw`x_t = \sqrt{\alpha_t\alpha_{t-1}}\,x_{t-2} + \sqrt{\alpha_t(1-\alpha_{t-1})}\,\epsilon_{t-1} + \sqrt{1-\alpha_t}\,\epsilon_t`,
    core: "transition(…).sample, twice",
    coefficients: ({ t, alpha }) => ({
      xPrev2: Math.sqrt(alpha(t) * alpha(t - 1)), epsPrev: Math.sqrt(alpha(t) * (1 - alpha(t - 1))), eps: Math.sqrt(1 - alpha(t)),
    }),
    left: twoSteps,
    right: ({ xPrev2, epsPrev, eps }, c) =>
      pointwise((xPrev2, epsPrev, eps) => c.xPrev2 * xPrev2 + c.epsPrev * epsPrev + c.eps * eps, xPrev2, epsPrev, eps),
  }),
  equation("unroll.4", {
    title: "the two noises merged, as laws: the same mean and variance",
    latex: String.raw`x_t = \sqrt{\alpha_t\alpha_{t-1}}\,x_{t-2} + \sqrt{1-\alpha_t\alpha_{t-1}}\;\bar\epsilon`,
    core: "mergeGaussians",
    coefficients: ({ t, alpha }) => ({ xPrev2: Math.sqrt(alpha(t) * alpha(t - 1)), std: Math.sqrt(1 - alpha(t) * alpha(t - 1)) }),
    left({ schedule, t, xPrev2 }) {
      const [last, before] = [transition(schedule, t), transition(schedule, t - 1)];
      const law = { mean: before.mean({ xPrev: xPrev2 }), variance: before.variance };
      const { mean, variance } = mergeGaussians(last.coefficients.xPrev, law, 1, { mean: xPrev2.map(() => 0), variance: last.variance });
      return { mean, variance };
    },
    right: ({ xPrev2 }, c) => ({ mean: pointwise((x) => c.xPrev2 * x, xPrev2), variance: c.std ** 2 }),
  }),
  equation("unroll.std", {
    title: "the merged standard deviation",
    latex: String.raw`\sqrt{\alpha_t(1-\alpha_{t-1}) + (1-\alpha_t)} = \sqrt{1-\alpha_t\alpha_{t-1}}`,
    core: "mergeGaussians",
    coefficients: () => ({ one: 1, product: 1 }),
    left({ schedule, t }) {
      const [last, before] = [transition(schedule, t), transition(schedule, t - 1)];
      const zero = { mean: 0, variance: before.variance };
      return Math.sqrt(mergeGaussians(last.coefficients.xPrev, zero, 1, { mean: 0, variance: last.variance }).variance);
    },
    right: ({ t, alpha }, c) => Math.sqrt(c.one - c.product * alpha(t) * alpha(t - 1)),
  }),
  nextJump("000", "unroll.5"),
  jumpOf("000", "jump"),
  equation("marginal", {
    title: "the law of the jump",
    latex: String.raw`q(x_t\mid x_0) = \mathcal N(x_t;\ \sqrt{\bar\alpha_t}\,x_0,\ (1-\bar\alpha_t) I)`,
    core: "marginal",
    coefficients: ({ t, bar }) => ({ x0: Math.sqrt(bar(t)), variance: 1 - bar(t) }),
    left: (v) => pointwise((xt, x0) => marginal(v.schedule, v.t).logDensity(xt, { x0 }), v.xt, v.x0),
    right: (v, c) => pointwise((xt, x0) => logNormal(xt, c.x0 * x0, c.variance), v.xt, v.x0),
  }),
  erratum("variability", {
    title: "a step's noise has variance β_t, but the data's spread does not grow by it: data of variance v change by β_t(1 − v)",
    latex: String.raw`\operatorname{Var}(x_t) - \operatorname{Var}(x_{t-1}) = \beta_t\big(1-\operatorname{Var}(x_{t-1})\big)`,
    says: String.raw`\operatorname{Var}(x_t) - \operatorname{Var}(x_{t-1}) = \beta_t`,
    core: "mergeGaussians",
    coefficients: ({ t, beta }) => ({ beta: beta(t) }),
    left({ schedule, t, x0 }) {
      const variance = 2 + x0[0]! ** 2;
      const { coefficients, variance: noise } = transition(schedule, t);
      return mergeGaussians(coefficients.xPrev, { mean: 0, variance }, 1, { mean: 0, variance: noise }).variance - variance;
    },
    right: ({ x0 }, c) => c.beta * (1 - (2 + x0[0]! ** 2)),
    stated: ({ t, beta }) => beta(t),
    counterexample: { where: "data of variance 3, β_t = 0.1", values: () => stepAt(scheduleFromBetas([0.1]), 1, { x0: 1 }) },
  }),
  erratum("fading", {
    title: "what is left of the data at t is the product √ᾱ_t of all steps, not the last step's √(1−β_t): a constant β fades it as well",
    latex: String.raw`E[x_t\mid x_0] = \sqrt{\bar\alpha_t}\,x_0`,
    says: String.raw`x_t \text{ differs ever more because } \sqrt{1-\beta_t} \text{ falls}`,
    core: "marginal(…).mean",
    coefficients: ({ t, bar }) => ({ x0: Math.sqrt(bar(t)) }),
    left: ({ schedule, t, x0 }) => marginal(schedule, t).mean({ x0 }),
    right: ({ x0 }, c) => pointwise((x0) => c.x0 * x0, x0),
    stated: ({ t, beta, x0 }) => pointwise((x0) => Math.sqrt(1 - beta(t)) * x0, x0),
    counterexample: {
      where: "β_t = 0.02 at every t, t = 100, x_0 = 1",
      values: () => stepAt(scheduleFromBetas(new Float64Array(100).fill(0.02)), 100, { x0: 1 }),
    },
  }),
];
