import { klDivergence, logDensity, pdf } from "../gaussian/index.ts";
import { integrate } from "../oracle/index.ts";
import { marginal, posterior, transition } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { logNormal, pointwise, posteriorOf, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawParameters, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("001", drawStep);
const gaussian = section("001", drawParameters);

/**
 * A model whose likelihood is known: p(x_1) = N(0, 1) and p_θ(x_0 | x_1) = N(slope · x_1, noise), so that p_θ(x_0) = N(0, slope² + noise).
 * One step of diffusion, T = 1, leads to it: q(x_1 | x_0) is the marginal of a draw's own t.
 */
interface Model {
  slope: number;
  noise: number;
}
const modelOf = ({ t, bar }: Step): Model => ({ slope: 0.9 * Math.sqrt(bar(t)) + 0.2, noise: 0.4 + 0.5 * bar(t) });

/** D_KL(q(x_1|x_0) ‖ p(x_1)) − E_q log p_θ(x_0|x_1), in closed form: what the seed calls L_VLB. */
function variationalLoss({ schedule, t }: Step, { slope, noise }: Model, x0: number): number {
  const law = marginal(schedule, t);
  const mean = law.mean({ x0 });
  const prior = klDivergence({ mean, variance: law.variance }, { mean: 0, variance: 1 });
  return prior - (logNormal(x0, slope * mean, noise) - (slope * slope * law.variance) / (2 * noise));
}

/** D_KL(q(x_1|x_0) ‖ p_θ(x_1|x_0)): how far the bound is from the likelihood. */
function gap({ schedule, t }: Step, { slope, noise }: Model, x0: number): number {
  const law = marginal(schedule, t);
  const variance = 1 / (1 + (slope * slope) / noise);
  return klDivergence({ mean: law.mean({ x0 }), variance: law.variance }, { mean: (variance * slope * x0) / noise, variance });
}

const logLikelihood = (v: Step): Float64Array => {
  const { slope, noise } = modelOf(v);
  return pointwise((x0) => logDensity(x0, { mean: 0, variance: slope ** 2 + noise }), v.x0);
};
const grid = (from: number, to: number, n: number): number[] => Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);

/** Seed 001 on the likelihood and the variational bound, with the steps of its appendix A that it skips as tedious. */
export const seed001Bound: readonly Entry[] = [
  equation("likelihood", {
    title: "the likelihood as an integral over paths (a linear model of one step)",
    latex: String.raw`p_\theta(x_0) = \int p_\theta(x_{0:T})\,dx_{1:T}`,
    core: "integrate",
    coefficients: (v) => ({ slope: modelOf(v).slope, noise: modelOf(v).noise }),
    left: logLikelihood,
    right: (v, c) =>
      pointwise((x0) => Math.log(integrate((x1) => pdf(x1) * pdf(x0, { mean: c.slope * x1, variance: c.noise }), grid(-13, 13, 104))), v.x0),
  }),
  equation("monte-carlo", {
    title: "what naive Monte Carlo of p(x_0) costs: the second moment of its weights p_θ(x_0|x_1), x_1 drawn from p",
    latex: String.raw`E\big[p_\theta(x_0\mid x_1)^2\big] = \frac{1}{2\sqrt{\pi s^2}}\,\mathcal N\big(x_0;0,k^2+\tfrac{s^2}2\big)`,
    core: "integrate",
    coefficients: (v) => ({ slope: modelOf(v).slope ** 2, noise: modelOf(v).noise, half: 0.5, pi: Math.PI }),
    left(v) {
      const { slope, noise } = modelOf(v);
      return pointwise((x0) => integrate((x1) => pdf(x1) * pdf(x0, { mean: slope * x1, variance: noise }) ** 2, grid(-13, 13, 156)), v.x0);
    },
    right: ({ x0 }, c) =>
      pointwise((x0) => (c.half / Math.sqrt(c.pi * c.noise)) * Math.exp(logNormal(x0, 0, c.slope + c.half * c.noise)), x0),
  }),
  equation("A.expectation", {
    title: "appendix A: multiplied and divided by q",
    latex: String.raw`p_\theta(x_0) = E_{q(x_{1:T}\mid x_0)}\Big[\frac{p_\theta(x_{0:T})}{q(x_{1:T}\mid x_0)}\Big]`,
    core: "marginal, integrate",
    coefficients: (v) => ({ slope: modelOf(v).slope, noise: modelOf(v).noise }),
    left: logLikelihood,
    right: ({ schedule, t, x0 }, c) =>
      pointwise((x0) => {
        const q = { mean: marginal(schedule, t).mean({ x0 }), variance: marginal(schedule, t).variance };
        const reach = 12 * Math.sqrt(q.variance) + 12;
        const ratio = (x1: number): number => (pdf(x1) * pdf(x0, { mean: c.slope * x1, variance: c.noise })) / pdf(x1, q);
        return Math.log(integrate((x1) => (pdf(x1, q) > 1e-300 ? pdf(x1, q) * ratio(x1) : 0), grid(-reach, reach, 200)));
      }, x0),
  }),
  gaussian.equation("A.jensen", {
    title: "Jensen's inequality, and what it gives away: of a log-normal ratio Y half the variance of its logarithm",
    latex: String.raw`\log E[Y]-E[\log Y] = \tfrac12\operatorname{Var}(\log Y)\ \ge\ 0`,
    core: "integrate",
    coefficients: ({ sigma }) => ({ half: 0.5, variance: sigma ** 2 }),
    left({ mu, sigma }) {
      const average = (f: (z: number) => number): number => integrate((z) => pdf(z) * f(z), grid(-14, 14, 112));
      return Math.log(average((z) => Math.exp(mu + sigma * z))) - average((z) => mu + sigma * z);
    },
    right: (_, c) => c.half * c.variance,
  }),
  equation("A.product", {
    title: "both chains' products put in, and the logarithm taken factor by factor (two steps of a linear model)",
    latex: String.raw`\log\frac{p(x_T)\prod_{t=1}^Tp_\theta(x_{t-1}\mid x_t)}{\prod_{t=1}^Tq(x_t\mid x_{t-1})} = \log p(x_T)+\sum_{t=1}^T\log\frac{p_\theta(x_{t-1}\mid x_t)}{q(x_t\mid x_{t-1})}`,
    core: "transition(…).logDensity",
    coefficients: (v) => ({ slope: modelOf(v).slope, noise: modelOf(v).noise, first: Math.sqrt(v.alpha(1)), second: Math.sqrt(v.alpha(2)), beta1: v.beta(1), beta2: v.beta(2) }),
    left(v) {
      const { slope, noise } = modelOf(v);
      const back = (to: number, from: number): number => pdf(to, { mean: slope * from, variance: noise });
      const forth = (t: number, to: number, from: number): number => Math.exp(transition(v.schedule, t).logDensity(to, { xPrev: from }));
      return pointwise((x0, x1, x2) =>
        Math.log((pdf(x2) * back(x1, x2) * back(x0, x1)) / (forth(1, x1, x0) * forth(2, x2, x1))), v.x0, v.xPrev, v.xt);
    },
    right: ({ x0, xPrev, xt }, c) => pointwise((x0, x1, x2) =>
      logNormal(x2, 0, 1) + (logNormal(x0, c.slope * x1, c.noise) - logNormal(x1, c.first * x0, c.beta1)) +
        (logNormal(x1, c.slope * x2, c.noise) - logNormal(x2, c.second * x1, c.beta2)), x0, xPrev, xt),
  }),
  erratum("A.sign", {
    title: "the sum of divergences is the negative bound: log p = −L + gap ≥ −L, so L is to be made small, not large",
    latex: String.raw`\log p_\theta(x_0) = -L + D_{KL}\big(q(x_{1:T}\mid x_0)\,\|\,p_\theta(x_{1:T}\mid x_0)\big) \ge -L`,
    says: String.raw`\log p_\theta(x_0) \ge L = E_q\big[D_{KL}+\dots-\log p_\theta(x_0\mid x_1)\big]`,
    core: "klDivergence, marginal",
    coefficients: (v) => ({ slope: modelOf(v).slope, noise: modelOf(v).noise }),
    left: logLikelihood,
    right: (v, c) => pointwise((x0) => -variationalLoss(v, c, x0) + gap(v, c, x0), v.x0),
    stated: (v) => pointwise((x0) => variationalLoss(v, modelOf(v), x0), v.x0),
    counterexample: {
      where: "L, said to be below log p(x_0): one linear step, x_0 = 1",
      values: () => stepAt(linearSchedule(), 500, { x0: 1 }),
    },
  }),
  erratum("A.decoder", {
    title: "L_0 is −log p_θ(x_0|x_1), with the sign that the seed's brace leaves outside",
    latex: String.raw`L_0 = -\log p_\theta(x_0\mid x_1)`,
    says: String.raw`L_0 = \log p_\theta(x_0\mid x_1)`,
    core: "logDensity",
    coefficients: (v) => ({ slope: modelOf(v).slope, noise: modelOf(v).noise, half: 0.5, twoPi: 2 * Math.PI }),
    left: (v) => pointwise((x0, x1) => -logDensity(x0, { mean: modelOf(v).slope * x1, variance: modelOf(v).noise }), v.x0, v.xt),
    right: (v, c) => pointwise((x0, x1) => c.half * ((x0 - c.slope * x1) ** 2 / c.noise + Math.log(c.twoPi * c.noise)), v.x0, v.xt),
    stated: (v) => pointwise((x0, x1) => logNormal(x0, modelOf(v).slope * x1, modelOf(v).noise), v.x0, v.xt),
    counterexample: { where: "x_0 = 1, x_1 = ½", values: () => stepAt(linearSchedule(), 500, { x0: 1, xt: 0.5 }) },
  }),
  erratum("A.bayes", {
    title: "Bayes for the step holds from t = 2 up; at t = 1, which the seed puts it into as well, two of its laws are point masses at x_0",
    latex: String.raw`q(x_t\mid x_{t-1}) = \frac{q(x_{t-1}\mid x_t,x_0)\,q(x_t\mid x_0)}{q(x_{t-1}\mid x_0)},\quad t\ge2`,
    says: String.raw`\text{the same for } t = 1,\dots,T`,
    core: "transition, posterior, marginal",
    coefficients(v) {
      const { bar, barPrev } = tables(v);
      return { ...posteriorOf(v), afterSignal: Math.sqrt(bar), after: 1 - bar, beforeSignal: Math.sqrt(barPrev), before: 1 - barPrev };
    },
    left: ({
      schedule, t, xPrev, xt }) => ({ logDensity: pointwise((x, xt) => transition(schedule, t).logDensity(xt, { xPrev: x }), xPrev, xt),
    }),
    right: (v, c) => ({
      logDensity: pointwise((x, xt, x0) => {
        const posterior = logNormal(x, c.xt * xt + c.x0 * x0, c.variance);
        return posterior + logNormal(xt, c.afterSignal * x0, c.after) - logNormal(x, c.beforeSignal * x0, c.before);
      }, v.xPrev, v.xt, v.x0),
    }),
    stated: (v) => ({
      // At t = 1 posterior and marginal before are both point masses at x_0: 0/0, a number only by luck.
      logDensity: pointwise((x, xt, x0) => {
        const { xt: ofXt, x0: ofX0, variance } = posteriorOf(v);
        const { bar, barPrev } = tables(v);
        return logNormal(x, ofXt * xt + ofX0 * x0, variance) + logNormal(xt, Math.sqrt(bar) * x0, 1 - bar) -
          logNormal(x, Math.sqrt(barPrev) * x0, 1 - barPrev);
      }, v.xPrev, v.xt, v.x0),
    }),
    counterexample: { where: "t = 1, x_{t−1} = x_0 = ½: both laws are point masses", values: () => stepAt(linearSchedule(), 1) },
  }),
  equation("A.telescoped", {
    title: "appendix A, the step it skips: along every path the log ratio is the sum of the bound's terms (T = 2)",
    latex: String.raw`\log\frac{p_\theta(x_{0:T})}{q(x_{1:T}\mid x_0)} = \log\frac{p(x_T)}{q(x_T\mid x_0)} + \sum_{t\ge2}\log\frac{p_\theta(x_{t-1}\mid x_t)}{q(x_{t-1}\mid x_t,x_0)} + \log p_\theta(x_0\mid x_1)`,
    core: "transition; posterior, marginal",
    coefficients: (v) => {
      const { x0, xt, variance } = posteriorOf({ ...v, t: 2 });
      return { x0, xt, variance, after: Math.sqrt(v.bar(2)), afterVariance: 1 - v.bar(2), ...modelOf(v) };
    },
    left: (v) => {
      const { slope, noise } = modelOf(v);
      return pointwise((x0, x1, x2) => {
        const model = logNormal(x2, 0, 1) + logNormal(x1, slope * x2, noise) + logNormal(x0, slope * x1, noise);
        return model - transition(v.schedule, 1).logDensity(x1, { xPrev: x0 }) - transition(v.schedule, 2).logDensity(x2, { xPrev: x1 });
      }, v.x0, v.xPrev, v.xt);
    },
    right: ({ x0, xPrev, xt }, c) => pointwise((x0, x1, x2) => {
      const prior = logNormal(x2, 0, 1) - logNormal(x2, c.after * x0, c.afterVariance);
      const step = logNormal(x1, c.slope * x2, c.noise) - logNormal(x1, c.x0 * x0 + c.xt * x2, c.variance);
      return prior + step + logNormal(x0, c.slope * x1, c.noise);
    }, x0, xPrev, xt),
  }),
  equation("A.terms", {
    title: "and its average over q is the sum of the divergences: the middle term (expectation of the log ratio given x_t)",
    latex: String.raw`E_{q(x_{t-1}\mid x_t,x_0)}\Big[\log\frac{q(x_{t-1}\mid x_t,x_0)}{p_\theta(x_{t-1}\mid x_t)}\Big] = D_{KL}\big(q(x_{t-1}\mid x_t,x_0)\,\|\,p_\theta(x_{t-1}\mid x_t)\big)`,
    core: "posterior, integrate, klDivergence",
    coefficients: (v) => ({ ...posteriorOf(v), ...modelOf(v), half: 0.5, one: 1 }),
    left(v) {
      const law = posterior(v.schedule, v.t);
      const { slope, noise } = modelOf(v);
      return pointwise((x0, xt) => {
        const [q, p] = [{ mean: law.mean({ x0, xt }), variance: law.variance }, { mean: slope * xt, variance: noise }];
        const std = Math.sqrt(q.variance);
        return integrate((x) => pdf(x, q) * (logDensity(x, q) - logDensity(x, p)), grid(q.mean - 12 * std, q.mean + 12 * std, 72));
      }, v.x0, v.xt);
    },
    right: ({ x0, xt }, c) => pointwise((x0, xt) => {
      const ratio = c.variance / c.noise;
      return c.half * (ratio - c.one - Math.log(ratio) + (c.x0 * x0 + c.xt * xt - c.slope * xt) ** 2 / c.noise);
    }, x0, xt),
  }),
  erratum("A.swapped", {
    title: "the model's kernel goes from x_1 to x_0: read from x_0 to x_1 it gives another joint",
    latex: String.raw`p_\theta(x_{0:1}) = p(x_1)\,p_\theta(x_0\mid x_1)`,
    says: String.raw`p_\theta(x_{0:1}) = p_\theta(x_0)\,p_\theta(x_1\mid x_0),\ p_\theta(\cdot\mid\cdot) \text{ the model's kernel}`,
    core: "logDensity",
    coefficients(v) {
      const { slope, noise } = modelOf(v);
      const variance = noise / (slope ** 2 + noise);
      return { mean: (variance * slope) / noise, variance, total: slope ** 2 + noise };
    },
    left(v) {
      const { slope, noise } = modelOf(v);
      return pointwise((x0, x1) => logDensity(x1, { mean: 0, variance: 1 }) + logDensity(x0, { mean: slope * x1, variance: noise }), v.x0, v.xt);
    },
    // p_θ(x_1 | x_0) as Bayes makes it of the model: with that reading the seed's factors are right, if circular.
    right: ({ x0, xt }, c) => pointwise((x0, x1) => logNormal(x0, 0, c.total) + logNormal(x1, c.mean * x0, c.variance), x0, xt),
    stated(v) {
      const { slope, noise } = modelOf(v);
      return pointwise((x0, x1) => logNormal(x0, 0, slope ** 2 + noise) + logNormal(x1, slope * x0, noise), v.x0, v.xt);
    },
    counterexample: {
      where: "log joint at x_0 = 2, x_1 = ½ of a linear model", values: () => stepAt(linearSchedule(), 500, { x0: 2, xt: 0.5 }),
    },
  }),
];
