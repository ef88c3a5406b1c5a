import { gaussianTarget, reverseKernel } from "../oracle/index.ts";
import { convert, marginal, posterior } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { logPosterior } from "./completed-square.ts";
import { type Entry } from "./entry.ts";
import { dataOf, logMixture, logNormal, pointwise, sumOfSquares } from "./formulas.ts";
import { notation003 } from "./notation-003.ts";
import { section } from "./section.ts";
import { type Step, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("003", drawStep);

/** The seed's own symbols, from β alone: roots of ours, with α_t² + β_t² = 1 and ᾱ_t² + β̄_t² = 1. */
function roots({ t, beta, bar }: Step): { a: number; b: number; A: number; B: number; APrev: number; BPrev: number } {
  return {
    a: Math.sqrt(1 - beta(t)), b: Math.sqrt(beta(t)), A: Math.sqrt(bar(t)), B: Math.sqrt(1 - bar(t)), APrev: Math.sqrt(bar(t - 1)),
    BPrev: Math.sqrt(1 - bar(t - 1)),
  };
}

/** The posterior in the seed's symbols, with the β_t² that its first two variances lack. */
function posterior003(v: Step): { xt: number; x0: number; variance: number } {
  const { a, b, APrev, B, BPrev } = roots(v);
  return { xt: (a * BPrev ** 2) / B ** 2, x0: (APrev * b ** 2) / B ** 2, variance: (BPrev ** 2 * b ** 2) / B ** 2 };
}

const x0Of = ({ schedule, t, xt }: Step, eps: Float64Array): Float64Array => convert(schedule, t, xt, { kind: "eps", value: eps }, "x0");
const unit = gaussianTarget({ mean: 0, variance: 1 });

/** Seed 003, the whole of it. */
export const seed003: readonly Entry[] = [
  equation("notation", {
    title: "the dictionary: the seed's symbols are the roots of ours",
    latex: String.raw`\alpha_t^{(003)} = \sqrt{\alpha_t},\ \beta_t^{(003)} = \sqrt{\beta_t},\ \bar\alpha_t^{(003)} = \sqrt{\bar\alpha_t},\ \bar\beta_t^{(003)} = \sqrt{1-\bar\alpha_t}`,
    core: "notation003",
    coefficients: (v) => ({ alpha: roots(v).a, beta: roots(v).b, alphaBar: roots(v).A, betaBar: roots(v).B }),
    left: ({ schedule, t }) => ({
      alpha: notation003.alpha.at(schedule, t), beta: notation003.beta.at(schedule, t),
      alphaBar: notation003.alphaBar.at(schedule, t), betaBar: notation003.betaBar.at(schedule, t),
    }),
    right: (_, c) => ({ ...c }),
  }),
  equation("unit", {
    title: "squares add up to 1 (in the seed's symbols)",
    latex: String.raw`\alpha_t^2+\beta_t^2 = 1,\qquad \bar\alpha_t^2+\bar\beta_t^2 = 1`,
    core: "notation003",
    coefficients: () => ({ step: 1, jump: 1 }),
    left: ({ schedule, t }) => ({
      step: notation003.alpha.at(schedule, t) ** 2 + notation003.beta.at(schedule, t) ** 2,
      jump: notation003.alphaBar.at(schedule, t) ** 2 + notation003.betaBar.at(schedule, t) ** 2,
    }),
    right: (_, c) => ({ ...c }),
  }),
  equation("bayes", {
    title: "Bayes' rule with the data's own marginals, which a mixture knows",
    latex: String.raw`p(x_{t-1}\mid x_t) = \frac{p(x_t\mid x_{t-1})\,p(x_{t-1})}{p(x_t)}`,
    core: "reverseKernel",
    coefficients: (v) => ({ alpha: roots(v).a, beta: roots(v).b, before: roots(v).BPrev, after: roots(v).B }),
    left: (v) => pointwise((x, xt) => reverseKernel(dataOf(v), v.schedule, v.t, xt).logDensity(x), v.xPrev, v.xt),
    right: (v, c) => {
      const { A, APrev } = roots(v);
      return pointwise(
        (x, xt) => logNormal(xt, c.alpha * x, c.beta ** 2) + logMixture(x, dataOf(v), APrev, c.before ** 2) -
          logMixture(xt, dataOf(v), A, c.after ** 2),
        v.xPrev, v.xt,
      );
    },
  }),
  equation("bayes.x0", {
    title: "Bayes' rule given x_0, where every factor is known",
    latex: String.raw`p(x_{t-1}\mid x_t,x_0) = \frac{p(x_t\mid x_{t-1},x_0)\,p(x_{t-1}\mid x_0)}{p(x_t\mid x_0)}`,
    core: "posterior(…).logDensity",
    coefficients: (v) => ({
      alpha: roots(v).a, beta: roots(v).b, alphaBarPrev: roots(v).APrev, betaBarPrev: roots(v).BPrev, alphaBar: roots(v).A, betaBar: roots(v).B,
    }),
    left: logPosterior,
    right: ({ xPrev, xt, x0 }, c) =>
      pointwise(
        (x, xt, x0) =>
          logNormal(xt, c.alpha * x, c.beta ** 2) + logNormal(x, c.alphaBarPrev * x0, c.betaBarPrev ** 2) -
            logNormal(xt, c.alphaBar * x0, c.betaBar ** 2),
        xPrev, xt, x0,
      ),
  }),
  erratum("posterior", {
    title: "the posterior's variance has a factor β_t², which the seed's first Gaussian lacks (its symbols)",
    latex: String.raw`\mathcal N\Big(\frac{\alpha_t\bar\beta_{t-1}^2}{\bar\beta_t^2}x_t+\frac{\bar\alpha_{t-1}\beta_t^2}{\bar\beta_t^2}x_0,\ \frac{\bar\beta_{t-1}^2\beta_t^2}{\bar\beta_t^2}I\Big)`,
    says: String.raw`\mathcal N\Big(\dots,\ \frac{\bar\beta_{t-1}^2}{\bar\beta_t^2}I\Big)`,
    core: "posterior",
    coefficients: posterior003,
    left: ({ schedule, t, x0, xt }) => ({ mean: posterior(schedule, t).mean({ x0, xt }), variance: posterior(schedule, t).variance }),
    right: ({ x0, xt }, c) => ({ mean: pointwise((x0, xt) => c.xt * xt + c.x0 * x0, x0, xt), variance: c.variance }),
    stated: (v) => {
      const { xt: ofXt, x0: ofX0 } = posterior003(v);
      return { mean: pointwise((x0, xt) => ofXt * xt + ofX0 * x0, v.x0, v.xt), variance: roots(v).BPrev ** 2 / roots(v).B ** 2 };
    },
    counterexample: { where: "variance, linear, t = 500", values: () => stepAt(linearSchedule(), 500) },
  }),
  equation("plug-in.mean", {
    title: "the plug-in has the right mean: averaging the posterior over x_0 puts E[x_0 | x_t] into it",
    latex: String.raw`E[x_{t-1}\mid x_t] = \frac{\alpha_t\bar\beta_{t-1}^2}{\bar\beta_t^2}x_t+\frac{\bar\alpha_{t-1}\beta_t^2}{\bar\beta_t^2}E[x_0\mid x_t]`,
    core: "reverseKernel(…).moments; gaussianMixture(…).denoise",
    coefficients: (v) => ({ xt: posterior003(v).xt, x0: posterior003(v).x0 }),
    left: (v) => v.xt.map((xt) => reverseKernel(dataOf(v), v.schedule, v.t, xt).moments().mean[0]!),
    right: (v, c) => pointwise((xt, x0) => c.xt * xt + c.x0 * x0, v.xt, dataOf(v).denoise(v.schedule, v.t, v.xt)),
  }),
  equation("plug-in.variance", {
    title: "what its variance would have to be: that of the average adds to the average of the variance (a mixture as data)",
    latex: String.raw`\operatorname{Var}(x_{t-1}\mid x_t) = \frac{\bar\beta_{t-1}^2\beta_t^2}{\bar\beta_t^2}+\Big(\frac{\bar\alpha_{t-1}\beta_t^2}{\bar\beta_t^2}\Big)^2\operatorname{Var}(x_0\mid x_t)`,
    core: "reverseKernel(…).moments; gaussianMixture(…).posteriorVariance",
    coefficients: (v) => ({ own: posterior003(v).variance, x0: posterior003(v).x0 }),
    left: (v) => v.xt.map((xt) => reverseKernel(dataOf(v), v.schedule, v.t, xt).moments().variance[0]!),
    right: (v, c) => pointwise((spread) => c.own + c.x0 ** 2 * spread, dataOf(v).posteriorVariance(v.schedule, v.t, v.xt)),
  }),
  erratum("plug-in", {
    title: "so the plug-in is too sure: the spread of x_0 given x_t is missing (and β_t² again); for data N(0, 1) it is β̄_t²",
    latex: String.raw`\operatorname{Var}(x_{t-1}\mid x_t) = \frac{\bar\beta_{t-1}^2\beta_t^2}{\bar\beta_t^2}+\Big(\frac{\bar\alpha_{t-1}\beta_t^2}{\bar\beta_t^2}\Big)^2\operatorname{Var}(x_0\mid x_t)`,
    says: String.raw`\operatorname{Var}(x_{t-1}\mid x_t) \approx \frac{\bar\beta_{t-1}^2\beta_t^2}{\bar\beta_t^2}`,
    core: "reverseKernel(gaussianTarget(…), …)",
    coefficients: (v) => ({ own: posterior003(v).variance, x0: posterior003(v).x0, spread: roots(v).B ** 2 }),
    left: ({ schedule, t }) => reverseKernel(unit, schedule, t, 0.3).variances[0]!,
    right: (_, c) => c.own + c.x0 ** 2 * c.spread,
    stated: (v) => posterior003(v).variance,
    counterexample: { where: "data N(0, 1), linear, t = 2, with β_t² put back", values: () => stepAt(linearSchedule(), 2) },
  }),
  equation("x0", {
    title: "the jump and its solution for x_0",
    latex: String.raw`x_t = \bar\alpha_tx_0+\bar\beta_t\varepsilon,\qquad x_0 = \tfrac1{\bar\alpha_t}(x_t-\bar\beta_t\varepsilon)`,
    core: "marginal(…).sample; convert, eps to x0",
    coefficients: (v) => ({ alphaBar: roots(v).A, betaBar: roots(v).B, inverse: 1 / roots(v).A, noise: roots(v).B }),
    left: (v) => ({ jump: marginal(v.schedule, v.t).sample({ x0: v.x0 }, v.eps), solved: x0Of(v, v.eps) }),
    right: ({ x0, xt, eps }, c) => ({
      jump: pointwise((x, e) => c.alphaBar * x + c.betaBar * e, x0, eps), solved: pointwise((x, e) => c.inverse * (x - c.noise * e), xt, eps),
    }),
  }),
  equation("mu-hat", {
    title: "the predictor of x_0 by a predictor of noise",
    latex: String.raw`\hat\mu(x_t) = \frac1{\bar\alpha_t}\big(x_t-\bar\beta_t\,\varepsilon_\theta(x_t,t)\big)`,
    core: "convert, eps to x0",
    coefficients: (v) => ({ factor: 1 / roots(v).A, noise: roots(v).B }),
    left: (v) => x0Of(v, v.epsTheta),
    right: ({ xt, epsTheta }, c) => pointwise((x, e) => c.factor * (x - c.noise * e), xt, epsTheta),
  }),
  equation("loss", {
    title: "the loss on x_0 is the loss on noise times a factor of t",
    latex: String.raw`\|x_0-\hat\mu(x_t)\|^2 = \frac{\bar\beta_t^2}{\bar\alpha_t^2}\,\|\varepsilon-\varepsilon_\theta\|^2`,
    core: "marginal(…).sample; convert, eps to x0",
    coefficients: (v) => ({ factor: roots(v).B ** 2 / roots(v).A ** 2 }),
    left(v) {
      const xt = marginal(v.schedule, v.t).sample({ x0: v.x0 }, v.eps);
      return sumOfSquares(pointwise((x, guess) => x - guess, v.x0, x0Of({ ...v, xt }, v.epsTheta)));
    },
    right: ({ eps, epsTheta }, c) => c.factor * sumOfSquares(pointwise((e, p) => e - p, eps, epsTheta)),
  }),
  erratum("scalar", {
    title: "the factor is no scalar: it depends on t, so summed over t the two losses are different objectives",
    latex: String.raw`\frac{\bar\beta_t^2/\bar\alpha_t^2}{\bar\beta_1^2/\bar\alpha_1^2}`,
    says: String.raw`1 \text{: the same scalar at every } t`,
    core: "schedule.sigma",
    coefficients: (v) => ({ at: roots(v).B ** 2 / roots(v).A ** 2, first: (1 - v.bar(1)) / v.bar(1) }),
    left: ({ schedule, t }) => schedule.sigma(t) ** 2 / schedule.sigma(1) ** 2,
    right: (_, c) => c.at / c.first,
    stated: () => 1,
    counterexample: { where: "the factor at t = 1000 over the one at t = 1, linear", values: () => stepAt(linearSchedule(), 1000) },
  }),
  equation("noise", {
    title: "μ̂ put back: mean and variance in terms of noise (its third Gaussian has the β_t²)",
    latex: String.raw`\mathcal N\Big(\frac1{\alpha_t}\Big(x_t-\frac{\beta_t^2}{\bar\beta_t}\varepsilon_\theta\Big),\ \frac{\bar\beta_{t-1}^2\beta_t^2}{\bar\beta_t^2}I\Big)`,
    core: "convert, eps to mean; posterior(…).variance",
    coefficients: (v) => ({ factor: 1 / roots(v).a, noise: roots(v).b ** 2 / roots(v).B, variance: posterior003(v).variance }),
    left: ({ schedule, t, xt, epsTheta }) => ({
      mean: convert(schedule, t, xt, { kind: "eps", value: epsTheta }, "mean"), variance: posterior(schedule, t).variance,
    }),
    right: ({ xt, epsTheta }, c) => ({ mean: pointwise((x, e) => c.factor * (x - c.noise * e), xt, epsTheta), variance: c.variance }),
  }),
  equation("step", {
    title: "one sampling step",
    latex: String.raw`x_{t-1} = \frac1{\alpha_t}\Big(x_t-\frac{\beta_t^2}{\bar\beta_t}\varepsilon_\theta(x_t,t)\Big)+\frac{\bar\beta_{t-1}\beta_t}{\bar\beta_t}\,\varepsilon`,
    core: "posterior(…).sample at the predicted x_0",
    coefficients: (v) => ({ factor: 1 / roots(v).a, noise: roots(v).b ** 2 / roots(v).B, std: (roots(v).BPrev * roots(v).b) / roots(v).B }),
    left: (v) => posterior(v.schedule, v.t).sample({ xt: v.xt, x0: x0Of(v, v.epsTheta) }, v.eps),
    right: ({ xt, eps, epsTheta }, c) => pointwise((x, e, p) => c.factor * (x - c.noise * p) + c.std * e, xt, eps, epsTheta),
  }),
  erratum("same-noise", {
    title: "the step's ε is fresh, not the ε inside x_t that shares its name: only then is x_{t−1} as spread as the chain (a perfect ε_θ)",
    latex: String.raw`\operatorname{Var}(x_{t-1}\mid x_0) = \Big(\frac{\alpha_t\bar\beta_{t-1}^2}{\bar\beta_t}\Big)^2+\Big(\frac{\bar\beta_{t-1}\beta_t}{\bar\beta_t}\Big)^2 = \bar\beta_{t-1}^2`,
    says: String.raw`\Big(\frac{\alpha_t\bar\beta_{t-1}^2}{\bar\beta_t}+\frac{\bar\beta_{t-1}\beta_t}{\bar\beta_t}\Big)^2`,
    core: "marginal(…).variance",
    coefficients: (v) => ({ carried: (roots(v).a * roots(v).BPrev ** 2) / roots(v).B, fresh: (roots(v).BPrev * roots(v).b) / roots(v).B }),
    left: ({ schedule, t }) => marginal(schedule, t - 1).variance,
    right: (_, c) => c.carried ** 2 + c.fresh ** 2,
    stated: (v) => ((roots(v).a * roots(v).BPrev ** 2 + roots(v).BPrev * roots(v).b) / roots(v).B) ** 2,
    counterexample: { where: "variance of x_{t−1} given x_0, linear, t = 500", values: () => stepAt(linearSchedule(), 500) },
  }),
];
