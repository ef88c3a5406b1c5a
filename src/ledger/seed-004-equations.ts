import { mergeGaussians, reparameterize } from "../gaussian/index.ts";
import { gaussianTarget, reverseKernel } from "../oracle/index.ts";
import { convert, marginal, posterior, transition } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { dataOf, logBivariate, logMixture, logNormal, noiseForm, pointwise, posteriorOf, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("004", drawStep);

/** Seed 004, equations 1 to 8. */
export const seed004Equations: readonly Entry[] = [
  equation("1", {
    title: "noise as augmentation: a straight line from x to ε",
    latex: String.raw`f(x,\epsilon) = (1-\lambda)x+\lambda\epsilon`,
    core: "reparameterize",
    coefficients: ({ t, beta }) => ({ x: 1 - beta(t), eps: beta(t) }),
    left: ({ schedule, t, xt, eps }) => reparameterize({ mean: xt.map((x) => x * schedule.alpha[t]!), variance: schedule.beta[t]! ** 2 }, eps),
    right: ({ xt, eps }, c) => pointwise((x, e) => c.x * x + c.eps * e, xt, eps),
  }),
  equation("1.variance", {
    title: "which does not keep a variance of 1: it falls to ½ halfway, where √(1−β), √β keep it",
    latex: String.raw`\operatorname{Var}\big((1-\lambda)x+\lambda\epsilon\big) = (1-\lambda)^2\operatorname{Var}(x)+\lambda^2`,
    core: "mergeGaussians",
    coefficients: ({ t, beta }) => ({ data: (1 - beta(t)) ** 2, noise: beta(t) ** 2 }),
    left: ({ schedule, t }) =>
      mergeGaussians(schedule.alpha[t]!, { mean: 0, variance: 1 }, schedule.beta[t]!, { mean: 0, variance: 1 }).variance,
    right: (_, c) => c.data + c.noise,
  }),
  equation("2", {
    title: "the chain is the product of its steps (two of them, as a joint Gaussian)",
    latex: String.raw`q(x_{1:T}\mid x_0) = \prod_{t=1}^Tq(x_t\mid x_{t-1})`,
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
      pointwise((x0, x1, x2) => logBivariate(x1 - c.mean1 * x0, x2 - c.mean2 * x0, c.variance1, c.variance2, c.covariance), x0, xPrev, xt),
  }),
  equation("3", {
    title: "one step",
    latex: String.raw`q(x_t\mid x_{t-1}) = \mathcal N(x_t;\sqrt{1-\beta_t}\,x_{t-1},\beta_tI)`,
    core: "transition",
    coefficients: ({ t, beta }) => ({ x: Math.sqrt(1 - beta(t)), variance: beta(t) }),
    left: ({ schedule, t, xPrev, xt }) => pointwise((x, xt) => transition(schedule, t).logDensity(xt, { xPrev: x }), xPrev, xt),
    right: ({ xPrev, xt }, c) => pointwise((x, xt) => logNormal(xt, c.x * x, c.variance), xPrev, xt),
  }),
  erratum("4", {
    title: "the jump starts from x_0, not from x_{t−1}",
    latex: String.raw`q(x_t\mid x_0) = \mathcal N(x_t;\sqrt{\bar\alpha_t}\,x_0,(1-\bar\alpha_t)I)`,
    says: String.raw`q(x_t\mid x_0) = \mathcal N(x_t;\sqrt{\bar\alpha_t}\,x_{t-1},(1-\bar\alpha_t)I)`,
    core: "marginal",
    coefficients: ({ t, bar }) => ({ x0: Math.sqrt(bar(t)), variance: 1 - bar(t) }),
    left: ({ schedule, t, x0 }) => ({ mean: marginal(schedule, t).mean({ x0 }), variance: marginal(schedule, t).variance }),
    right: ({ x0 }, c) => ({ mean: pointwise((x) => c.x0 * x, x0), variance: c.variance }),
    stated: ({ t, bar, xPrev }) => ({ mean: pointwise((x) => Math.sqrt(bar(t)) * x, xPrev), variance: 1 - bar(t) }),
    counterexample: {
      where: "the mean, linear, t = 500, x_0 = 1, x_{t−1} = ½",
      values: () => stepAt(linearSchedule(), 500, { x0: 1, xPrev: 0.5 }),
    },
  }),
  equation("5", {
    title: "the chain backwards, with the true reverse kernels for p_θ (two steps, a mixture as data)",
    latex: String.raw`p_\theta(x_{0:T}) = p(x_T)\prod_{t=1}^Tp_\theta(x_{t-1}\mid x_t)`,
    core: "reverseKernel, transition",
    coefficients: ({ bar }) => ({ scale: Math.sqrt(bar(2)), noise: 1 - bar(2) }),
    left: (v) =>
      pointwise((x0, x1, x2) => {
        const [first, second] = [transition(v.schedule, 1), transition(v.schedule, 2)];
        return dataOf(v).logDensity(x0) + first.logDensity(x1, { xPrev: x0 }) + second.logDensity(x2, { xPrev: x1 });
      }, v.x0, v.xPrev, v.xt),
    right: (v, c) => {
      const data = dataOf(v);
      return pointwise((x0, x1, x2) => {
        const back = reverseKernel(data, v.schedule, 2, x2).logDensity(x1) + reverseKernel(data, v.schedule, 1, x1).logDensity(x0);
        return logMixture(x2, data, c.scale, c.noise) + back;
      }, v.x0, v.xPrev, v.xt);
    },
  }),
  erratum("6", {
    title: "q(x_{t−1} | x_t) is not q(x_{t−1} | x_t, x_0): for data N(m, w) both are Gaussian, with different means and variances",
    latex: String.raw`q(x_{t-1}\mid x_t) = \mathcal N\Big(\sqrt{\bar\alpha_{t-1}}m+\frac{\sqrt{\alpha_t}V_{t-1}}{V_t}(x_t-\sqrt{\bar\alpha_t}m),\frac{V_{t-1}\beta_t}{V_t}\Big),\ V_t = \bar\alpha_tw+1-\bar\alpha_t`,
    says: String.raw`q(x_{t-1}\mid x_t) = q(x_{t-1}\mid x_t,x_0)`,
    core: "reverseKernel(gaussianTarget(…), …)",
    coefficients(v) {
      const { alpha, beta, bar, barPrev } = tables(v);
      const [before, after] = [0.5 * barPrev + 1 - barPrev, 0.5 * bar + 1 - bar];
      return { prior: Math.sqrt(barPrev), gain: (Math.sqrt(alpha) * before) / after, seen: Math.sqrt(bar), variance: (before * beta) / after };
    },
    left({ schedule, t, xt }) {
      const data = gaussianTarget({ mean: 0.2, variance: 0.5 });
      return {
        mean: xt.map((x) => reverseKernel(data, schedule, t, x).means[0]!), variance: reverseKernel(data, schedule, t, xt[0]!).variances[0]!,
      };
    },
    right: ({ xt }, c) => ({ mean: pointwise((x) => c.prior * 0.2 + c.gain * (x - c.seen * 0.2), xt), variance: c.variance }),
    stated: (v) => {
      const { x0: ofX0, xt: ofXt, variance } = posteriorOf(v);
      return { mean: pointwise((x0, xt) => ofX0 * x0 + ofXt * xt, v.x0, v.xt), variance };
    },
    counterexample: {
      where: "the variance, data N(0.2, ½), linear, t = 2",
      values: () => stepAt(linearSchedule(), 2),
    },
  }),
  equation("7", {
    title: "the posterior's mean and variance (the seed's μ_θ, Σ_θ, though no parameter θ is in them)",
    latex: String.raw`\tilde\mu = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t+\frac{\sqrt{\bar\alpha_{t-1}}\beta_t}{1-\bar\alpha_t}x_0,\qquad \tilde\beta_t = \frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\beta_t`,
    core: "posterior",
    coefficients: posteriorOf,
    left: ({ schedule, t, x0, xt }) => ({ mean: posterior(schedule, t).mean({ x0, xt }), variance: posterior(schedule, t).variance }),
    right: ({ x0, xt }, c) => ({ mean: pointwise((x0, xt) => c.x0 * x0 + c.xt * xt, x0, xt), variance: c.variance }),
  }),
  equation("8", {
    title: "the mean in terms of noise",
    latex: String.raw`\tilde\mu = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}z_t\Big)`,
    core: "convert, eps to mean",
    coefficients: (v) => ({ factor: 1 / Math.sqrt(tables(v).alpha), beta: tables(v).beta, root: Math.sqrt(1 - tables(v).bar) }),
    left: ({ schedule, t, xt, eps }) => convert(schedule, t, xt, { kind: "eps", value: eps }, "mean"),
    right: ({ xt, eps }, c) => pointwise((x, z) => c.factor * (x - (c.beta / c.root) * z), xt, eps),
  }),
  erratum("8.noise", {
    title: "z_t is the merged noise of the jump; the noise that step t added (Proof-1's recursion) gives another mean",
    latex: String.raw`z_t = \frac{x_t-\sqrt{\bar\alpha_t}x_0}{\sqrt{1-\bar\alpha_t}}`,
    says: String.raw`z_t = \frac{x_t-\sqrt{\alpha_t}x_{t-1}}{\sqrt{1-\alpha_t}} \text{, the noise generated in the forward process}`,
    core: "posterior(…).mean",
    coefficients: (v) => ({ ...noiseForm(v), x0: Math.sqrt(tables(v).bar), std: Math.sqrt(1 - tables(v).bar) }),
    left: ({ schedule, t, x0, xt }) => posterior(schedule, t).mean({ x0, xt }),
    right: ({ xt, x0 }, c) => pointwise((x, x0) => c.factor * (x - (c.eps * (x - c.x0 * x0)) / c.std), xt, x0),
    stated: (v) => {
      const { factor, eps } = noiseForm(v);
      const { alpha } = tables(v);
      return pointwise((x, xPrev) => factor * (x - (eps * (x - Math.sqrt(alpha) * xPrev)) / Math.sqrt(1 - alpha)), v.xt, v.xPrev);
    },
    counterexample: {
      where: "the mean, linear, t = 500, x_0 = x_{t−1} = 1, x_t = ½",
      values: () => stepAt(linearSchedule(), 500, { x0: 1, xPrev: 1, xt: 0.5 }),
    },
  }),
];
