import { convert, marginal, transition } from "../process/index.ts";
import { logPosterior } from "./completed-square.ts";
import { type Entry, type Seed } from "./entry.ts";
import { logNormal, pointwise, posteriorOf, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { drawStep } from "./values.ts";

/*
 * Lines that more than one seed writes, word for word: an entry for each, under its own seed.
 */

/** The posterior as it is announced, before it is derived: a Gaussian with the mean and the variance found later. */
export function posteriorLaw(seed: Seed, place: string): Entry {
  return section(seed, drawStep).equation(place, {
    title: "the posterior as it is announced: a Gaussian, with the mean and variance that are then derived",
    latex: String.raw`q(x_{t-1}\mid x_t,x_0) = \mathcal N\big(x_{t-1};\ \tilde\mu_t(x_t,x_0),\ \tilde\beta_t I\big)`,
    core: "posterior",
    coefficients: posteriorOf,
    left: logPosterior,
    right: ({ xPrev, xt, x0 }, c) => pointwise((x, xt, x0) => logNormal(x, c.xt * xt + c.x0 * x0, c.variance), xPrev, xt, x0),
  });
}

/** That x_0 may be written behind the bar of a step, or left out. */
export function markovProperty(seed: Seed, place: string): Entry {
  return section(seed, drawStep).equation(place, {
    title: "given x_{t−1}, x_0 adds nothing to x_t: the joint's own conditional is the transition",
    latex: String.raw`q(x_t\mid x_{t-1},x_0) = q(x_t\mid x_{t-1})`,
    core: "transition",
    coefficients(v) {
      const { alpha, bar, barPrev } = tables(v);
      return {
        after: Math.sqrt(bar), before: Math.sqrt(barPrev), gain: Math.sqrt(alpha), afterVariance: 1 - bar, explained: alpha * (1 - barPrev),
      };
    },
    left({ schedule, t, xPrev }) {
      const law = transition(schedule, t);
      return { mean: law.mean({ xPrev }), variance: law.variance };
    },
    right: ({ x0, xPrev }, c) => ({
      mean: pointwise((x0, x) => c.after * x0 + c.gain * (x - c.before * x0), x0, xPrev),
      variance: c.afterVariance - c.explained,
    }),
  });
}

/** What "…" stands for in the unrolled chain. */
export function nextJump(seed: Seed, place: string): Entry {
  return section(seed, drawStep).equation(place, {
    title: "the dots: one more step merged into a jump gives the next jump",
    latex: String.raw`\alpha_t(1-\bar\alpha_{t-1}) + (1-\alpha_t) = 1-\bar\alpha_t,\qquad \sqrt{\alpha_t}\sqrt{\bar\alpha_{t-1}} = \sqrt{\bar\alpha_t}`,
    core: "marginal",
    coefficients: (v) => ({
      alpha: tables(v).alpha, before: 1 - tables(v).barPrev, added: 1 - tables(v).alpha, root: Math.sqrt(tables(v).alpha),
      rootBefore: Math.sqrt(tables(v).barPrev),
    }),
    left: ({ schedule, t }) => ({ variance: marginal(schedule, t).variance, mean: marginal(schedule, t).coefficients.x0 }),
    right: (_, c) => ({ variance: c.alpha * c.before + c.added, mean: c.root * c.rootBefore }),
  });
}

/** The jump, with x_0 and the noise for its variables. */
export function jumpOf(seed: Seed, place: string): Entry {
  return section(seed, drawStep).equation(place, {
    title: "the jump from x_0, reparameterized",
    latex: String.raw`x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\epsilon`,
    core: "marginal(…).sample",
    coefficients: ({ t, bar }) => ({ x0: Math.sqrt(bar(t)), eps: Math.sqrt(1 - bar(t)) }),
    left: ({ schedule, t, x0, eps }) => marginal(schedule, t).sample({ x0 }, eps),
    right: ({ x0, eps }, c) => pointwise((x, e) => c.x0 * x + c.eps * e, x0, eps),
  });
}

/** The same solved for x_0. */
export function jumpSolved(seed: Seed, place: string): Entry {
  return section(seed, drawStep).equation(place, {
    title: "the jump solved for x_0",
    latex: String.raw`x_0 = \frac{1}{\sqrt{\bar\alpha_t}}\big(x_t-\sqrt{1-\bar\alpha_t}\,\epsilon_t\big)`,
    core: "convert, eps to x0",
    coefficients: (v) => ({ factor: 1 / Math.sqrt(tables(v).bar), eps: Math.sqrt(1 - tables(v).bar) }),
    left: ({ schedule, t, xt, eps }) => convert(schedule, t, xt, { kind: "eps", value: eps }, "x0"),
    right: ({ xt, eps }, c) => pointwise((x, e) => c.factor * (x - c.eps * e), xt, eps),
  });
}
