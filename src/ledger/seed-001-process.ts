import { derivative, dual, dualAlgebra } from "../algebra/index.ts";
import { klDivergence, logPdf, mergeGaussians, pdf } from "../gaussian/index.ts";
import { modelLaw } from "../objective/index.ts";
import { integrate } from "../oracle/index.ts";
import { convert, marginal, posterior, transition } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { logConstant, logPosterior } from "./completed-square.ts";
import { logNormal, noiseForm, pointwise, posteriorOf, sumOfSquares, tables } from "./formulas.ts";
import { jumpOf, markovProperty } from "./restated.ts";
import { section } from "./section.ts";
import { type Step, drawParameters, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("001", drawStep);
const gaussian = section("001", drawParameters);

/** 1/(2σ²) ‖μ̃(ε) − μ̃(ε_θ)‖² with σ² = β_t, as the core's divergence between the two reverse steps. */
const stepLoss = ({ schedule, t, xt, eps, epsTheta }: Step): number => {
  const mean = (value: Float64Array): Float64Array => convert(schedule, t, xt, { kind: "eps", value }, "mean");
  return klDivergence({ mean: mean(eps), variance: schedule.beta[t]! }, { mean: mean(epsTheta), variance: schedule.beta[t]! });
};

/** Seed 001 on the forward process, the posterior (its appendix B), and the step's loss. */
export const seed001Process: readonly Entry[] = [
  equation("transition", {
    title: "one step of the forward process",
    latex: String.raw`q(x_t\mid x_{t-1}) := \mathcal N(x_t;\sqrt{1-\beta_t}\,x_{t-1},\beta_tI)`,
    core: "transition",
    coefficients: (v) => ({ xPrev: Math.sqrt(1 - v.beta(v.t)), variance: v.beta(v.t) }),
    left: (v) => ({ mean: transition(v.schedule, v.t).mean({ xPrev: v.xPrev }), variance: transition(v.schedule, v.t).variance }),
    right: ({ xPrev }, c) => ({ mean: pointwise((x) => c.xPrev * x, xPrev), variance: c.variance }),
  }),
  equation("range", {
    title: "the schedule's ends: β_1 = 1e-4, β_T = 0.02, T = 1000",
    latex: String.raw`\beta_1 = 10^{-4},\quad \beta_T = 0.02`,
    core: "linearSchedule",
    coefficients: () => ({ start: 1e-4, end: 0.02, T: 1000 }),
    left() {
      const { beta, T } = linearSchedule();
      return { start: beta[1]!, end: beta[T]!, T };
    },
    right: (_, c) => ({ ...c }),
  }),
  equation("variance", {
    title: "why the mean is scaled: a variance of 1 stays 1",
    latex: String.raw`\big(\sqrt{1-\beta_t}\big)^2\cdot 1+\beta_t = 1`,
    core: "mergeGaussians over transition",
    coefficients: (v) => ({ kept: 1 - v.beta(v.t), added: v.beta(v.t) }),
    left({ schedule, t }) {
      const { coefficients, variance } = transition(schedule, t);
      return mergeGaussians(coefficients.xPrev, { mean: 0, variance: 1 }, 1, { mean: 0, variance }).variance;
    },
    right: (_, c) => c.kept * 1 + c.added,
  }),
  equation("taylor", {
    title: "√(1−β) ≈ 1 − β/2: value and slope at 0, by dual numbers",
    latex: String.raw`\frac{d}{d\beta}\sqrt{1-\beta}\,\Big|_{\beta=0} = -\tfrac12`,
    core: "derivative",
    coefficients: () => ({ value: 1, slope: -0.5 }),
    left: () => {
      const root = dualAlgebra.sqrt(dual(1, -1));
      return { value: root.value, slope: derivative((beta) => dualAlgebra.sqrt(dualAlgebra.sub(dual(1), beta)), 0) };
    },
    right: (_, c) => ({ ...c }),
  }),
  equation("marginal", {
    title: "the jump",
    latex: String.raw`q(x_t\mid x_0) = \mathcal N(x_t;\sqrt{\bar\alpha_t}\,x_0,(1-\bar\alpha_t)I)`,
    core: "marginal",
    coefficients: ({ t, bar }) => ({ x0: Math.sqrt(bar(t)), variance: 1 - bar(t) }),
    left: (v) => pointwise((xt, x0) => marginal(v.schedule, v.t).logDensity(xt, { x0 }), v.xt, v.x0),
    right: (v, c) => pointwise((xt, x0) => logNormal(xt, c.x0 * x0, c.variance), v.xt, v.x0),
  }),
  jumpOf("001", "jump"),
  equation("terminal", {
    title: "how near x_T is to N(0, I): L_T in nats",
    latex: String.raw`D_{KL}\big(q(x_T\mid x_0)\,\|\,\mathcal N(0,I)\big) = \tfrac12\sum_i\big(\bar\alpha_Tx_{0,i}^2+(1-\bar\alpha_T)-1-\log(1-\bar\alpha_T)\big)`,
    core: "klDivergence over marginal",
    coefficients: ({ schedule, bar }) => ({ signal: bar(schedule.T), noise: 1 - bar(schedule.T), one: 1, half: 0.5 }),
    left({ schedule, x0 }) {
      const law = marginal(schedule, schedule.T);
      return klDivergence({ mean: law.mean({ x0 }), variance: law.variance }, { mean: x0.map(() => 0), variance: 1 });
    },
    right: ({ x0 }, c) => x0.reduce((total, x) => total + c.half * (c.signal * x * x + c.noise - c.one - Math.log(c.noise)), 0),
  }),
  gaussian.equation("kl", {
    title: "the divergence between two Gaussians, by quadrature",
    latex: String.raw`D_{KL}(q\,\|\,p) = \int q\log\frac qp = \tfrac12\Big(\frac{\sigma_q^2}{\sigma_p^2}-1-\log\frac{\sigma_q^2}{\sigma_p^2}+\frac{(\mu_q-\mu_p)^2}{\sigma_p^2}\Big)`,
    core: "klDivergence",
    coefficients: (v) => ({ ratio: v.sigma ** 2 / v.sigma2 ** 2, one: 1, distance: 1 / v.sigma2 ** 2, half: 0.5 }),
    left(v) {
      // Means kept apart, as a divergence near 0 would leave the quadrature no digits.
      const [q, p] = [{ mean: v.mu, variance: v.sigma ** 2 }, { mean: v.mu + 2 * v.a, variance: v.sigma2 ** 2 }];
      const grid = Array.from({ length: 73 }, (_, i) => v.mu + v.sigma * (i / 3 - 12));
      return {
        closed: klDivergence(q, p), integral: integrate((x) => pdf(x, q) * (logPdf(x, q) - logPdf(x, p)), grid), self: klDivergence(q, q),
      };
    },
    right(v, c) {
      const value = c.half * (c.ratio - c.one - Math.log(c.ratio) + c.distance * (2 * v.a) ** 2);
      return { closed: value, integral: value, self: 0 };
    },
  }),
  equation("reverse", {
    title: "the model's step, with a mean that is learned and the variance σ_t² = β_t that is set",
    latex: String.raw`p_\theta(x_{t-1}\mid x_t) := \mathcal N\big(x_{t-1};\ \mu_\theta(x_t,t),\ \sigma_t^2I\big)`,
    core: "modelLaw",
    coefficients: (v) => ({ ...noiseForm(v), variance: tables(v).beta }),
    left({ schedule, t, xPrev, xt, epsTheta }) {
      const { mean, variance } = modelLaw(schedule, t, { xt, output: { kind: "eps", value: epsTheta } });
      return pointwise((x, mean) => logPdf(x, { mean, variance: variance as number }), xPrev, mean);
    },
    right: ({ xPrev, xt, epsTheta }, c) => pointwise((x, xt, e) => logNormal(x, c.factor * (xt - c.eps * e), c.variance), xPrev, xt, epsTheta),
  }),
  markovProperty("001", "B.markov"),
  equation("B.bayes", {
    title: "appendix B: the posterior is transition times marginal, up to what does not involve x_{t−1}",
    latex: String.raw`q(x_{t-1}\mid x_t,x_0) \propto q(x_t\mid x_{t-1})\,q(x_{t-1}\mid x_0)`,
    core: "posterior(…).logDensity at x_{t−1} against 0",
    coefficients(v) {
      const { alpha, barPrev } = tables(v);
      return { alpha: Math.sqrt(alpha), transition: 1 - alpha, before: Math.sqrt(barPrev), beforeVariance: 1 - barPrev };
    },
    left: ({ schedule, t, xPrev, xt, x0 }) =>
      pointwise((x, xt, x0) => posterior(schedule, t).logDensity(x, { xt, x0 }) - posterior(schedule, t).logDensity(0, { xt, x0 }), xPrev, xt, x0),
    right({ xPrev, xt, x0 }, c) {
      const product = (x: number, xt: number, x0: number): number =>
        logNormal(xt, c.alpha * x, c.transition) + logNormal(x, c.before * x0, c.beforeVariance);
      return pointwise((x, xt, x0) => product(x, xt, x0) - product(0, xt, x0), xPrev, xt, x0);
    },
  }),
  equation("B.square", {
    title: "appendix B: the completed square, with its constant",
    latex: String.raw`q(x_{t-1}\mid x_t,x_0) = \frac1{\sqrt{2\pi\tilde\beta}}\exp\Big(-\tfrac12\frac{(x_{t-1}-\tilde\mu)^2}{\tilde\beta}\Big)`,
    core: "posterior",
    coefficients: (v) => ({ ...posteriorOf(v), half: 0.5, constant: logConstant(v) }),
    left: logPosterior,
    right: (v, c) => pointwise((x, xt, x0) => c.constant - (c.half * (x - (c.xt * xt + c.x0 * x0)) ** 2) / c.variance, v.xPrev, v.xt, v.x0),
  }),
  equation("L", {
    title: "the term L_{t−1} is a squared distance of means plus a constant without θ",
    latex: String.raw`D_{KL}\big(q(x_{t-1}\mid x_t,x_0)\,\|\,p_\theta\big) = \frac{1}{2\sigma_t^2}\|\tilde\mu_t-\mu_\theta\|^2+C,\quad C = \tfrac d2\Big(\frac{\tilde\beta_t}{\sigma_t^2}-1-\log\frac{\tilde\beta_t}{\sigma_t^2}\Big)`,
    core: "klDivergence, posterior",
    coefficients: (v) => ({
      scale: 1 / (2 * v.beta(v.t)), xt: posteriorOf(v).xt, x0: posteriorOf(v).x0, ratio: posteriorOf(v).variance / v.beta(v.t), one: 1, half: 0.5,
    }),
    left({ schedule, t, x0, xt, epsTheta: model }) {
      const law = posterior(schedule, t);
      return klDivergence({ mean: law.mean({ x0, xt }), variance: law.variance }, { mean: model, variance: schedule.beta[t]! });
    },
    right(v, c) {
      const gap = pointwise((xt, x0, model) => c.xt * xt + c.x0 * x0 - model, v.xt, v.x0, v.epsTheta);
      return c.scale * sumOfSquares(gap) + c.half * gap.length * (c.ratio - c.one - Math.log(c.ratio));
    },
  }),
  equation("mean", {
    title: "predicting the mean is predicting the noise",
    latex: String.raw`\mu_\theta(x_t,t) = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}\epsilon_\theta(x_t,t)\Big)`,
    core: "convert, eps to mean",
    coefficients: noiseForm,
    left: ({ schedule, t, xt, epsTheta }) => convert(schedule, t, xt, { kind: "eps", value: epsTheta }, "mean"),
    right: ({ xt, epsTheta }, c) => pointwise((x, e) => c.factor * (x - c.eps * e), xt, epsTheta),
  }),
  erratum("simple", {
    title: "putting ε_θ into L_{t−1} leaves a weight that depends on t: L_simple drops it by choice, no algebra removes it (σ² = β)",
    latex: String.raw`\frac{1}{2\sigma_t^2}\|\tilde\mu_t-\mu_\theta\|^2 = \frac{\beta_t^2}{2\sigma_t^2\alpha_t(1-\bar\alpha_t)}\|\epsilon-\epsilon_\theta\|^2`,
    says: String.raw`\frac{1}{2\sigma_t^2}\|\tilde\mu_t-\mu_\theta\|^2 \to \|\epsilon-\epsilon_\theta\|^2`,
    core: "klDivergence over convert",
    coefficients: (v) => ({ weight: tables(v).beta / (2 * tables(v).alpha * (1 - tables(v).bar)) }),
    left: stepLoss,
    right: ({ eps, epsTheta }, c) => c.weight * sumOfSquares(pointwise((e, p) => e - p, eps, epsTheta)),
    stated: ({ eps, epsTheta }) => sumOfSquares(pointwise((e, p) => e - p, eps, epsTheta)),
    counterexample: { where: "linear, t = 1000, ε − ε_θ = 1", values: () => stepAt(linearSchedule(), 1000, { eps: 1, epsTheta: 0 }) },
  }),
  erratum("mse", {
    title: "the squared L2 norm is d times the mean squared error (and the norm its root)",
    latex: String.raw`\|v\|^2 = d\cdot\mathrm{MSE}(v)`,
    says: String.raw`\|v\|^2 = \mathrm{MSE}(v)`,
    core: "enumeration",
    coefficients: ({ eps }) => ({ d: eps.length }),
    left: ({ eps }) => sumOfSquares(eps),
    right: ({ eps }, c) => c.d * (sumOfSquares(eps) / eps.length),
    stated: ({ eps }) => sumOfSquares(eps) / eps.length,
    counterexample: { where: "v = (1, 2)", values: () => ({ ...stepAt(linearSchedule(), 500), eps: Float64Array.of(1, 2) }) },
  }),
];
