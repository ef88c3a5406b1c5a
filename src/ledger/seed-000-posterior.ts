import { marginal, posterior } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { completedSquare, constantTerm, logPosterior } from "./completed-square.ts";
import { type Entry } from "./entry.ts";
import { logBivariate, logNormal, pointwise, posteriorOf, tables } from "./formulas.ts";
import { markovProperty, posteriorLaw } from "./restated.ts";
import { section } from "./section.ts";
import { drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("000", drawStep);

/** Seed 000 on the posterior: the completed square, and C(x_t, x_0), which the seed leaves to do. */
export const seed000Posterior: readonly Entry[] = [
  posteriorLaw("000", "posterior.law"),
  equation("posterior.joint", {
    title: "the posterior as joint over marginal, both given x_0",
    latex: String.raw`q(x_{t-1}\mid x_t,x_0) = \frac{q(x_{t-1},x_t\mid x_0)}{q(x_t\mid x_0)}`,
    core: "posterior(…).logDensity",
    coefficients(v) {
      const { alpha, bar, barPrev } = tables(v);
      return {
        before: Math.sqrt(barPrev), after: Math.sqrt(bar), beforeVariance: 1 - barPrev, afterVariance: 1 - bar,
        covariance: Math.sqrt(alpha) * (1 - barPrev),
      };
    },
    left: logPosterior,
    right: ({ x0, xt, xPrev }, c) =>
      pointwise((x, xt, x0) => {
        const joint = logBivariate(x - c.before * x0, xt - c.after * x0, c.beforeVariance, c.afterVariance, c.covariance);
        return joint - logNormal(xt, c.after * x0, c.afterVariance);
      }, xPrev, xt, x0),
  }),
  markovProperty("000", "posterior.markov"),
  ...completedSquare("000", "posterior"),
  erratum("posterior.precision", {
    title: "what multiplies x_{t−1}² is 1/σ²; its inverse β̃_t is σ²",
    latex: String.raw`\sigma^2 = 1\Big/\Big(\frac{\alpha_t}{\beta_t}+\frac1{1-\bar\alpha_{t-1}}\Big) = \tilde\beta_t`,
    says: String.raw`\frac{1}{\sigma^2} = 1\Big/\Big(\frac{\alpha_t}{\beta_t}+\frac1{1-\bar\alpha_{t-1}}\Big) = \tilde\beta_t`,
    core: "1 / posterior(…).variance",
    coefficients: (v) => ({ first: tables(v).alpha / tables(v).beta, second: 1 / (1 - tables(v).barPrev) }),
    left: ({ schedule, t }) => 1 / posterior(schedule, t).variance,
    right: (_, c) => c.first + c.second,
    stated: (v) => posteriorOf(v).variance,
    counterexample: { where: "1/σ², linear, t = 500", values: () => stepAt(linearSchedule(), 500) },
  }),
  erratum("posterior.constant", {
    title: "after the proportionality sign comes an equality that needs the constant back",
    latex: String.raw`q(x_{t-1}\mid x_t,x_0) = \frac{1}{\sqrt{2\pi\tilde\beta_t}}\exp\big(-\tfrac12(\dots + C)\big)`,
    says: String.raw`q(x_{t-1}\mid x_t,x_0) = \exp\big(-\tfrac12(\dots + C)\big)`,
    core: "posterior(…).logDensity",
    coefficients(v) {
      const { variance, xt, x0 } = posteriorOf(v);
      return { square: 1 / variance, xt: (2 * xt) / variance, x0: (2 * x0) / variance, C: 1, half: 0.5, twoPi: 2 * Math.PI, variance };
    },
    left: logPosterior,
    right: (v, c) =>
      pointwise(
        (x, xt, x0) => -c.half * (Math.log(c.twoPi * c.variance) + c.square * x * x - (c.xt * xt + c.x0 * x0) * x + c.C * constantTerm(v, xt, x0)),
        v.xPrev, v.xt, v.x0,
      ),
    stated: (v) =>
      pointwise((x, xt, x0) => {
        const { variance, xt: ofXt, x0: ofX0 } = posteriorOf(v);
        return -0.5 * ((x * x) / variance - (2 * (ofXt * xt + ofX0 * x0) * x) / variance + constantTerm(v, xt, x0));
      }, v.xPrev, v.xt, v.x0),
    counterexample: { where: "log density, linear, t = 500, all points ½", values: () => stepAt(linearSchedule(), 500) },
  }),
  equation("C", {
    title: "C(x_t, x_0) written out (the seed's first TODO)",
    latex: String.raw`C(x_t,x_0) = \frac{x_t^2}{\beta_t}+\frac{\bar\alpha_{t-1}x_0^2}{1-\bar\alpha_{t-1}}-\frac{(x_t-\sqrt{\bar\alpha_t}x_0)^2}{1-\bar\alpha_t}`,
    core: "−2 log of the posterior's density at x_{t−1} = 0, over its height",
    coefficients(v) {
      const { beta, bar, barPrev } = tables(v);
      return { xt: 1 / beta, x0: barPrev / (1 - barPrev), after: 1 / (1 - bar), root: Math.sqrt(bar) };
    },
    left: ({ schedule, t, xt, x0 }) =>
      pointwise((xt, x0) => {
        const law = posterior(schedule, t);
        return -2 * (law.logDensity(0, { xt, x0 }) - law.logDensity(law.mean({ xt, x0 }), { xt, x0 }));
      }, xt, x0),
    right: ({ xt, x0 }, c) => pointwise((xt, x0) => c.xt * xt * xt + c.x0 * x0 * x0 - c.after * (xt - c.root * x0) ** 2, xt, x0),
  }),
  equation("C.form", {
    title: "C by powers of x_t and x_0, with α_t + β_t = 1 used: three positive coefficients that make a perfect square",
    latex: String.raw`C = \frac{\alpha_t(1-\bar\alpha_{t-1})}{\beta_t(1-\bar\alpha_t)}x_t^2 + \frac{2\sqrt{\bar\alpha_t}}{1-\bar\alpha_t}x_tx_0 + \frac{\bar\alpha_{t-1}\beta_t}{(1-\bar\alpha_{t-1})(1-\bar\alpha_t)}x_0^2`,
    core: "posterior(…).mean, variance",
    coefficients(v) {
      const { alpha, beta, bar, barPrev } = tables(v);
      return {
        xt: (alpha * (1 - barPrev)) / (beta * (1 - bar)), cross: (2 * Math.sqrt(bar)) / (1 - bar),
        x0: (barPrev * beta) / ((1 - barPrev) * (1 - bar)),
      };
    },
    left: ({ schedule, t, xt, x0 }) =>
      posterior(schedule, t).mean({ xt, x0 }).map((mean) => mean ** 2 / posterior(schedule, t).variance),
    right: ({ xt, x0 }, c) => pointwise((xt, x0) => c.xt * xt * xt + c.cross * xt * x0 + c.x0 * x0 * x0, xt, x0),
  }),
  equation("C.square", {
    title: "so completing the square leaves nothing over: C is μ̃²/β̃ exactly",
    latex: String.raw`C(x_t,x_0) = \frac{\tilde\mu_t(x_t,x_0)^2}{\tilde\beta_t}`,
    core: "posterior(…).mean, variance",
    coefficients: (v) => ({
      beta: 1 / tables(v).beta, x0: tables(v).barPrev / (1 - tables(v).barPrev), after: 1 / (1 - tables(v).bar), root: Math.sqrt(tables(v).bar),
    }),
    left: ({ schedule, t, xt, x0 }) =>
      posterior(schedule, t).mean({ xt, x0 }).map((mean) => mean ** 2 / posterior(schedule, t).variance),
    right: ({ xt, x0 }, c) => pointwise((xt, x0) => c.beta * xt ** 2 + c.x0 * x0 ** 2 - c.after * (xt - c.root * x0) ** 2, xt, x0),
  }),
  equation("C.constant", {
    title: "and the three heights make the one of N(μ̃, β̃): ∝ becomes = with 1/√(2πβ̃_t)",
    latex: String.raw`\frac{\sqrt{2\pi(1-\bar\alpha_t)}}{\sqrt{2\pi\beta_t}\sqrt{2\pi(1-\bar\alpha_{t-1})}} = \frac1{\sqrt{2\pi\tilde\beta_t}}`,
    core: "posterior(…).logDensity at its mean",
    coefficients: (v) => ({ twoPi: 2 * Math.PI, beta: tables(v).beta, before: 1 - tables(v).barPrev, after: 1 - tables(v).bar }),
    left: ({ schedule, t }) => Math.exp(posterior(schedule, t).logDensity(0.3, { x0: 0, xt: 0 }) + 0.045 / posterior(schedule, t).variance),
    right: (_, c) => Math.sqrt(c.twoPi * c.after) / (Math.sqrt(c.twoPi * c.beta) * Math.sqrt(c.twoPi * c.before)),
  }),
  equation("posterior.matched", {
    title: "matching with the Gaussian's own exponent: 1/σ² in red, 2μ/σ² in blue",
    latex: String.raw`\frac1{\sigma^2} = \frac{\alpha_t}{\beta_t}+\frac1{1-\bar\alpha_{t-1}},\qquad \frac{2\mu}{\sigma^2} = \frac{2\sqrt{\alpha_t}}{\beta_t}x_t+\frac{2\sqrt{\bar\alpha_{t-1}}}{1-\bar\alpha_{t-1}}x_0`,
    core: "posterior(…).mean, variance",
    coefficients(v) {
      const { alpha, beta, barPrev } = tables(v);
      return {
        first: alpha / beta, second: 1 / (1 - barPrev), xt: (2 * Math.sqrt(alpha)) / beta, x0: (2 * Math.sqrt(barPrev)) / (1 - barPrev),
      };
    },
    left({ schedule, t, xt, x0 }) {
      const law = posterior(schedule, t);
      return { square: 1 / law.variance, linear: law.mean({ xt, x0 }).map((mean) => (2 * mean) / law.variance) };
    },
    right: ({ xt, x0 }, c) => ({ square: c.first + c.second, linear: pointwise((xt, x0) => c.xt * xt + c.x0 * x0, xt, x0) }),
  }),
  erratum("posterior.from", {
    title: "x_{t−1} does not follow from final noise and data: it needs x_t, and then has a law of variance β̃_t",
    latex: String.raw`x_{t-1} = \tilde\mu_t(x_t,x_0) + \sqrt{\tilde\beta_t}\,\epsilon`,
    says: String.raw`x_{t-1} \text{ is determined by } x_0 \text{ and the final noise}`,
    core: "posterior(…).sample",
    coefficients: (v) => ({ xt: posteriorOf(v).xt, x0: posteriorOf(v).x0, std: Math.sqrt(posteriorOf(v).variance) }),
    left: ({ schedule, t, x0, xt, eps }) => posterior(schedule, t).sample({ x0, xt }, eps),
    right: ({ x0, xt, eps }, c) => pointwise((x0, xt, eps) => c.x0 * x0 + c.xt * xt + c.std * eps, x0, xt, eps),
    // The nearest thing that x_0 and the noise ε_T = (x_T − √ᾱ_T x_0)/√(1−ᾱ_T) determine: the marginal at t − 1 with that noise.
    stated: ({ schedule, t, bar, x0, xPrev: xT }) =>
      pointwise((x0, xT) => {
        const noise = (xT - Math.sqrt(bar(schedule.T)) * x0) / Math.sqrt(1 - bar(schedule.T));
        return marginal(schedule, t - 1).coefficients.x0 * x0 + Math.sqrt(1 - bar(t - 1)) * noise;
      }, x0, xT),
    counterexample: {
      where: "linear, t = 500, x_0 = 1, x_t = ½, x_T = −1, ε = 0",
      values: () => stepAt(linearSchedule(), 500, { x0: 1, xt: 0.5, xPrev: -1, eps: 0 }),
    },
  }),
];
