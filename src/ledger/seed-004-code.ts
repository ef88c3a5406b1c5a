import { derivative, dual, dualAlgebra } from "../algebra/index.ts";
import { klDivergence } from "../gaussian/index.ts";
import { gaussianTarget } from "../oracle/index.ts";
import { convert, marginal, transition } from "../process/index.ts";
import { linearSchedule, scheduleFromBetas } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { noiseForm, pointwise, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("004", drawStep);

/** The best prediction of ε for data N(0, ½), at t: √(1−ᾱ_t) x/(½ᾱ_t + 1 − ᾱ_t). */
const bestEps = ({ bar }: Step, t: number, x: number): number => (Math.sqrt(1 - bar(t)) * x) / (0.5 * bar(t) + 1 - bar(t));

/** Seed 004's listings, and what it says about them. */
export const seed004Code: readonly Entry[] = [
  equation("code.step", {
    title: "diffuse_step",
    latex: String.raw`x_t = \sqrt{1-\beta_t}\,x_{t-1}+\sqrt{\beta_t}\,\epsilon`,
    core: "transition(…).sample",
    coefficients: ({ t, beta }) => ({ x: Math.sqrt(1 - beta(t)), eps: Math.sqrt(beta(t)) }),
    left: ({ schedule, t, xPrev, eps }) => transition(schedule, t).sample({ xPrev }, eps),
    right: ({ xPrev, eps }, c) => pointwise((x, e) => c.x * x + c.eps * e, xPrev, eps),
  }),
  equation("code.jump", {
    title: "diffuse_to_t (its `mean` is what multiplies x_0, its `std` the deviation)",
    latex: String.raw`x_t = \sqrt{\bar\alpha_t}\,x_0+\sqrt{1-\bar\alpha_t}\,\epsilon`,
    core: "marginal(…).sample",
    coefficients: ({ t, bar }) => ({ mean: Math.sqrt(bar(t)), std: Math.sqrt(1 - bar(t)) }),
    left: ({ schedule, t, x0, eps }) => marginal(schedule, t).sample({ x0 }, eps),
    right: ({ x0, eps }, c) => pointwise((x, e) => c.mean * x + c.std * e, x0, eps),
  }),
  equation("code.range", {
    title: "β from 0.0001 to 0.02, on a line",
    latex: String.raw`\beta_t = 10^{-4}+(0.02-10^{-4})\frac{t-1}{T-1}`,
    core: "linearSchedule",
    coefficients: () => ({ start: 1e-4, end: 0.02 }),
    left: () => linearSchedule().beta.slice(1),
    right: (_, c) => Float64Array.from({ length: 1000 }, (_, i) => c.start + ((c.end - c.start) * i) / 999),
  }),
  equation("code.denoise", {
    title: "denoising_onestep with σ² = β_t",
    latex: String.raw`x_{t-1} = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}\epsilon_\theta\Big)+\sqrt{\beta_t}\,z`,
    core: "convert, eps to mean",
    coefficients: (v) => ({ ...noiseForm(v), std: Math.sqrt(tables(v).beta) }),
    left({ schedule, t, xt, eps, epsTheta }) {
      const mean = convert(schedule, t, xt, { kind: "eps", value: epsTheta }, "mean");
      return pointwise((m, z) => m + Math.sqrt(transition(schedule, t).variance) * z, mean, eps);
    },
    right: ({ xt, eps, epsTheta }, c) => pointwise((x, z, e) => c.factor * (x - c.eps * e) + c.std * z, xt, eps, epsTheta),
  }),
  erratum("code.var", {
    title: "what the code calls var is a standard deviation: the step's variance is its square",
    latex: String.raw`\sigma_t^2 = \beta_t`,
    says: String.raw`\mathtt{var} = \sqrt{\beta_t}`,
    core: "transition(…).variance",
    coefficients: ({ t, beta }) => ({ std: Math.sqrt(beta(t)) }),
    left: ({ schedule, t }) => transition(schedule, t).variance,
    right: (_, c) => c.std ** 2,
    stated: ({ t, beta }) => Math.sqrt(beta(t)),
    counterexample: { where: "linear, t = 1000", values: () => stepAt(linearSchedule(), 1000) },
  }),
  erratum("code.last-variance", {
    title: "that the variance shrinks to 0 at t = 1 holds of β̃_1; with the code's own σ² = β_1 the noise is left out by decision",
    latex: String.raw`\sigma_1^2 = \beta_1 = 1-\alpha_1`,
    says: String.raw`\sigma_1^2 = 0`,
    core: "transition(schedule, 1).variance",
    coefficients: ({ alpha }) => ({ one: 1, alpha: alpha(1) }),
    left: ({ schedule }) => transition(schedule, 1).variance,
    right: (_, c) => c.one - c.alpha,
    stated: () => 0,
    counterexample: { where: "linear, t = 1", values: () => stepAt(linearSchedule(), 1) },
  }),
  erratum("code.randint", {
    title: "randint leaves out its upper end: t = 1…T needs randint(1, T + 1)",
    latex: String.raw`\#\{1,\dots,T\} = (T+1)-1`,
    says: String.raw`\mathtt{randint}(1,T):\ T-1 \text{ timesteps}`,
    core: "schedule.T",
    coefficients: ({ schedule }) => ({ high: schedule.T + 1, low: 1 }),
    left: ({ schedule }) => schedule.beta.length - 1,
    right: (_, c) => c.high - c.low,
    stated: ({ schedule }) => schedule.T - 1,
    counterexample: { where: "timesteps trained on, T = 1000", values: () => stepAt(linearSchedule(), 1000) },
  }),
  erratum("code.loop", {
    title: "range leaves out its upper end as well: sampling takes x_T for x_{T−1}, whose signal is larger",
    latex: String.raw`t = T,\dots,1:\quad \sqrt{\bar\alpha_T}`,
    says: String.raw`t = T-1,\dots,1:\quad \sqrt{\bar\alpha_{T-1}}`,
    core: "marginal(…).coefficients",
    coefficients: ({ schedule, bar }) => ({ signal: Math.sqrt(bar(schedule.T)) }),
    left: ({ schedule }) => marginal(schedule, schedule.T).coefficients.x0,
    right: (_, c) => c.signal,
    stated: ({ schedule, bar }) => Math.sqrt(bar(schedule.T - 1)),
    counterexample: {
      where: "signal that the first step expects in its start, linear, T = 1000", values: () => stepAt(linearSchedule(), 1000),
    },
  }),
  erratum("code.no-t", {
    title: "a model trained without t cannot know how noisy its input is: the best ε depends on t (data N(0, ½))",
    latex: String.raw`E[\epsilon\mid x_t] = \frac{\sqrt{1-\bar\alpha_t}\;x_t}{\tfrac12\bar\alpha_t+1-\bar\alpha_t}`,
    says: String.raw`\epsilon_\theta(x_t) \text{: one function for every } t`,
    core: "gaussianTarget(…).score; convert, score to eps",
    coefficients: (v) => ({ root: Math.sqrt(1 - tables(v).bar), data: 0.5 * tables(v).bar, noise: 1 - tables(v).bar }),
    left: ({ schedule, t, xt }) => {
      const score = gaussianTarget({ mean: 0, variance: 0.5 }).diffused(schedule, t).score(xt);
      return convert(schedule, t, xt, { kind: "score", value: score }, "eps");
    },
    right: ({ xt }, c) => pointwise((x) => (c.root * x) / (c.data + c.noise), xt),
    stated: (v) =>
      pointwise((x) => {
        const all = Array.from({ length: v.schedule.T }, (_, i) => bestEps(v, i + 1, x));
        return all.reduce((total, value) => total + value, 0) / all.length;
      }, v.xt),
    counterexample: {
      where: "the best ε at x_t = 1, t = 1, linear; stated: its average over t",
      values: () => stepAt(linearSchedule(), 1, { xt: 1 }),
    },
  }),
  erratum("code.no-step", {
    title: "backward computes gradients and updates nothing: without an optimiser's step θ stays (loss (ε − θ)², rate 0.1)",
    latex: String.raw`\theta' = \theta-\eta\,\partial_\theta(\epsilon-\theta)^2 = \theta+2\eta(\epsilon-\theta)`,
    says: String.raw`\theta' = \theta`,
    core: "derivative",
    coefficients: () => ({ step: 0.2 }),
    left: ({ eps, epsTheta }) =>
      pointwise((e, theta) => {
        const loss = (value: ReturnType<typeof dual>) => dualAlgebra.mul(dualAlgebra.sub(dual(e), value), dualAlgebra.sub(dual(e), value));
        return theta - 0.1 * derivative(loss, theta);
      }, eps, epsTheta),
    right: ({ eps, epsTheta }, c) => pointwise((e, theta) => theta + c.step * (e - theta), eps, epsTheta),
    stated: ({ epsTheta }) => epsTheta,
    counterexample: { where: "ε = 1, θ = ½", values: () => stepAt(linearSchedule(), 500, { eps: 1, epsTheta: 0.5 }) },
  }),
  erratum("terminal", {
    title: "x_T is not a standard normal: some signal is left, L_T nats of it",
    latex: String.raw`D_{KL}\big(q(x_T\mid x_0)\,\|\,\mathcal N(0,1)\big) = \tfrac12\big(\bar\alpha_Tx_0^2-\bar\alpha_T-\log(1-\bar\alpha_T)\big)`,
    says: String.raw`x_T \sim \mathcal N(0,1) \text{: } 0`,
    core: "klDivergence over marginal",
    coefficients: ({ schedule, bar }) => ({ signal: bar(schedule.T), kept: bar(schedule.T), noise: 1 - bar(schedule.T) }),
    left: ({ schedule, x0 }) => {
      const law = marginal(schedule, schedule.T);
      return pointwise((x) => klDivergence({ mean: law.mean({ x0: x }), variance: law.variance }, { mean: 0, variance: 1 }), x0);
    },
    right: ({ x0 }, c) => pointwise((x) => 0.5 * (c.signal * x * x - c.kept - Math.log(c.noise)), x0),
    stated: ({ x0 }) => x0.map(() => 0),
    counterexample: { where: "nats, linear, T = 1000, x_0 = 1", values: () => stepAt(linearSchedule(), 1000, { x0: 1 }) },
  }),
  erratum("limit", {
    title: "ᾱ_t falls to 0 only if Σβ_t diverges: with β_t = 1/(t + 1)² half of the signal's variance stays",
    latex: String.raw`\prod_{s=1}^t\Big(1-\frac1{(s+1)^2}\Big) = \frac{t+2}{2(t+1)} \to \tfrac12`,
    says: String.raw`\bar\alpha_t \to 0`,
    core: "scheduleFromBetas(…).alphaBar",
    coefficients: () => ({ two: 2, factor: 2, one: 1 }),
    left: ({ schedule: { T } }) => scheduleFromBetas(Array.from({ length: T }, (_, i) => 1 / (i + 2) ** 2)).alphaBar[T]!,
    right: ({ schedule: { T } }, c) => (T + c.two) / (c.factor * (T + c.one)),
    stated: () => 0,
    counterexample: { where: "t = 1000", values: () => stepAt(linearSchedule(), 1000) },
  }),
];
