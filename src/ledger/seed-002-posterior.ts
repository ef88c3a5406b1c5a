import { reverseKernel } from "../oracle/index.ts";
import { marginal, posterior, transition } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { logPosterior } from "./completed-square.ts";
import { type Entry } from "./entry.ts";
import { dataOf, logMixture, logNormal, pointwise, posteriorOf, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Joint, type Step, drawJoint, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("002", drawStep);
const tabled = section("002", drawJoint);

const column = ({ rows }: Joint, b: 0 | 1 | 2): number => rows[0]![b] + rows[1]![b];

/** The law of a point given another, as mean and variance: what a line such as "… ~ N(m, v)" says. */
function lawEquation(place: string, title: string, latex: string, core: string, law: (v: Step) => { mean: Float64Array; variance: number },
  transcribed: (v: Step) => { factor: number; variance: number }, from: (v: Step) => Float64Array): Entry {
  return equation(place, {
    title, latex, core,
    coefficients: transcribed,
    left: law,
    right: (v, c) => ({ mean: pointwise((x) => c.factor * x, from(v)), variance: c.variance }),
  });
}

/** Seed 002, equations 17 to 30: from Bayes' rule to the posterior. */
export const seed002Posterior: readonly Entry[] = [
  equation("17", {
    title: "the step again",
    latex: String.raw`x_t = \sqrt{1-\alpha_t}\,\epsilon_t + \sqrt{\alpha_t}\,x_{t-1}`,
    core: "transition(…).sample",
    coefficients: (v) => ({ eps: Math.sqrt(1 - tables(v).alpha), x: Math.sqrt(tables(v).alpha) }),
    left: ({ schedule, t, xPrev, eps }) => transition(schedule, t).sample({ xPrev }, eps),
    right: ({ xPrev, eps }, c) => pointwise((x, e) => c.eps * e + c.x * x, xPrev, eps),
  }),
  equation("18", {
    title: "the jump again",
    latex: String.raw`x_t = \sqrt{1-\bar\alpha_t}\,\epsilon + \sqrt{\bar\alpha_t}\,x_0`,
    core: "marginal(…).sample",
    coefficients: (v) => ({ eps: Math.sqrt(1 - tables(v).bar), x0: Math.sqrt(tables(v).bar) }),
    left: ({ schedule, t, x0, eps }) => marginal(schedule, t).sample({ x0 }, eps),
    right: ({ x0, eps }, c) => pointwise((x, e) => c.eps * e + c.x0 * x, x0, eps),
  }),
  tabled.equation("19", {
    title: "Bayes' rule, on a table",
    latex: String.raw`P(A\mid B) = \frac{P(B\mid A)P(A)}{P(B)}`,
    core: "enumeration",
    coefficients: (v) => {
      const prior = v.rows[1]![0] + v.rows[1]![1] + v.rows[1]![2];
      return { likelihood: v.rows[1]![0] / prior, prior, evidence: column(v, 0) };
    },
    left: ({ rows }) => 1 / (1 + rows[0]![0] / rows[1]![0]),
    right: (_, c) => (c.likelihood * c.prior) / c.evidence,
  }),
  erratum("20", {
    title: "without x_0 on the left, none on the right: the first equality holds with the data's own marginals, the second does not",
    latex: String.raw`q(x_{t-1}\mid x_t) = \frac{q(x_t\mid x_{t-1})\,q(x_{t-1})}{q(x_t)}`,
    says: String.raw`P(x_{t-1}\mid x_t) = \frac{P(x_t\mid x_{t-1})\,P(x_{t-1}\mid x_0)}{P(x_t\mid x_0)}`,
    core: "reverseKernel",
    coefficients: (v) => ({
      x: Math.sqrt(tables(v).alpha), variance: 1 - tables(v).alpha, before: 1 - tables(v).barPrev, after: 1 - tables(v).bar,
      beforeSignal: Math.sqrt(tables(v).barPrev), afterSignal: Math.sqrt(tables(v).bar),
    }),
    left: (v) => pointwise((x, xt) => reverseKernel(dataOf(v), v.schedule, v.t, xt).logDensity(x), v.xPrev, v.xt),
    right: (v, c) => {
      const data = dataOf(v);
      return pointwise(
        (x, xt) => logNormal(xt, c.x * x, c.variance) + logMixture(x, data, c.beforeSignal, c.before) - logMixture(xt, data, c.afterSignal, c.after),
        v.xPrev, v.xt,
      );
    },
    stated: (v) => pointwise((x, xt, x0) => {
      const { x0: ofX0, xt: ofXt, variance } = posteriorOf(v);
      return logNormal(x, ofX0 * x0 + ofXt * xt, variance);
    }, v.xPrev, v.xt, v.x0),
    counterexample: {
      where: "log density, linear, t = 50, data at ±2, x_0 = −2, x_t = x_{t−1} = −1",
      values: () => stepAt(linearSchedule(), 50, { x0: -2, xt: -1, xPrev: -1 }),
    },
  }),
  equation("21", {
    title: "Bayes' rule with x_0 in every factor",
    latex: String.raw`P(x_{t-1}\mid x_t,x_0) = \frac{P(x_t\mid x_{t-1},x_0)\,P(x_{t-1}\mid x_0)}{P(x_t\mid x_0)}`,
    core: "posterior; transition, marginal",
    coefficients: () => ({ transition: 1, before: 1, after: 1 }),
    left: logPosterior,
    right: ({ schedule, t, xPrev, xt, x0 }, c) =>
      pointwise(
        (x, xt, x0) =>
          c.transition * transition(schedule, t).logDensity(xt, { xPrev: x }) + c.before * marginal(schedule, t - 1).logDensity(x, { x0 }) -
          c.after * marginal(schedule, t).logDensity(xt, { x0 }),
        xPrev, xt, x0,
      ),
  }),
  lawEquation("22", "the law of the step", String.raw`x_t \sim \mathcal N\big(\sqrt{\alpha_t}\,x_{t-1},\,1-\alpha_t\big)`, "transition",
    ({ schedule, t, xPrev }) => ({ mean: transition(schedule, t).mean({ xPrev }), variance: transition(schedule, t).variance }),
    (v) => ({ factor: Math.sqrt(tables(v).alpha), variance: 1 - tables(v).alpha }), ({ xPrev }) => xPrev),
  lawEquation("23", "the law of the jump", String.raw`x_t \sim \mathcal N\big(\sqrt{\bar\alpha_t}\,x_0,\,1-\bar\alpha_t\big)`, "marginal",
    ({ schedule, t, x0 }) => ({ mean: marginal(schedule, t).mean({ x0 }), variance: marginal(schedule, t).variance }),
    (v) => ({ factor: Math.sqrt(tables(v).bar), variance: 1 - tables(v).bar }), ({ x0 }) => x0),
  lawEquation("24", "the law of the jump to t − 1", String.raw`x_{t-1} \sim \mathcal N\big(\sqrt{\bar\alpha_{t-1}}\,x_0,\,1-\bar\alpha_{t-1}\big)`, "marginal",
    ({ schedule, t, x0 }) => ({ mean: marginal(schedule, t - 1).mean({ x0 }), variance: marginal(schedule, t - 1).variance }),
    (v) => ({ factor: Math.sqrt(tables(v).barPrev), variance: 1 - tables(v).barPrev }), ({ x0 }) => x0),
  equation("25", {
    title: "Bayes' rule with the three Gaussians",
    latex: String.raw`P(x_{t-1}\mid x_t,x_0) = \frac{\mathcal N(x_t;\sqrt{\alpha_t}x_{t-1},1-\alpha_t)\,\mathcal N(x_{t-1};\sqrt{\bar\alpha_{t-1}}x_0,1-\bar\alpha_{t-1})}{\mathcal N(x_t;\sqrt{\bar\alpha_t}x_0,1-\bar\alpha_t)}`,
    core: "posterior(…).logDensity",
    coefficients(v) {
      const { alpha, bar, barPrev } = tables(v);
      return {
        x: Math.sqrt(alpha), step: 1 - alpha, before: Math.sqrt(barPrev), beforeVariance: 1 - barPrev, after: Math.sqrt(bar),
        afterVariance: 1 - bar,
      };
    },
    left: logPosterior,
    right: ({ xPrev, xt, x0 }, c) =>
      pointwise(
        (x, xt, x0) => logNormal(xt, c.x * x, c.step) + logNormal(x, c.before * x0, c.beforeVariance) -
          logNormal(xt, c.after * x0, c.afterVariance),
        xPrev, xt, x0,
      ),
  }),
  erratum("26", {
    title: "the step's density has √α_t over x_{t−1}, not √ᾱ_t",
    latex: String.raw`P(x_t\mid x_{t-1},x_0) = \frac1{\sqrt{2\pi}\sqrt{1-\alpha_t}}\exp\Big(-\tfrac12\frac{(x_t-\sqrt{\alpha_t}\,x_{t-1})^2}{1-\alpha_t}\Big)`,
    says: String.raw`\frac1{\sqrt{2\pi}\sqrt{1-\alpha_t}}\exp\Big(-\tfrac12\frac{(x_t-\sqrt{\bar\alpha_t}\,x_{t-1})^2}{1-\alpha_t}\Big)`,
    core: "transition(…).logDensity",
    coefficients: (v) => ({ x: Math.sqrt(tables(v).alpha), std: Math.sqrt(1 - tables(v).alpha), half: 0.5, twoPi: 2 * Math.PI }),
    left: ({ schedule, t, xPrev, xt }) => pointwise((x, xt) => transition(schedule, t).logDensity(xt, { xPrev: x }), xPrev, xt),
    right: ({ xPrev, xt }, c) =>
      pointwise((x, xt) => -Math.log(Math.sqrt(c.twoPi) * c.std) - c.half * ((xt - c.x * x) / c.std) ** 2, xPrev, xt),
    stated: (v) => pointwise((x, xt) => logNormal(xt, Math.sqrt(tables(v).bar) * x, 1 - tables(v).alpha), v.xPrev, v.xt),
    counterexample: {
      where: "log density, linear, t = 500, x_{t−1} = 1, x_t = 1",
      values: () => stepAt(linearSchedule(), 500, { xPrev: 1, xt: 1 }),
    },
  }),
  equation("27", {
    title: "the jump's density",
    latex: String.raw`P(x_t\mid x_0) = \frac1{\sqrt{2\pi}\sqrt{1-\bar\alpha_t}}\exp\Big(-\tfrac12\frac{(x_t-\sqrt{\bar\alpha_t}\,x_0)^2}{1-\bar\alpha_t}\Big)`,
    core: "marginal(…).logDensity",
    coefficients: (v) => ({ x0: Math.sqrt(tables(v).bar), std: Math.sqrt(1 - tables(v).bar), half: 0.5, twoPi: 2 * Math.PI }),
    left: ({ schedule, t, x0, xt }) => pointwise((x0, xt) => marginal(schedule, t).logDensity(xt, { x0 }), x0, xt),
    right: ({ x0, xt }, c) => pointwise((x0, xt) => -Math.log(Math.sqrt(c.twoPi) * c.std) - c.half * ((xt - c.x0 * x0) / c.std) ** 2, x0, xt),
  }),
  equation("28", {
    title: "the density of the jump to t − 1",
    latex: String.raw`P(x_{t-1}\mid x_0) = \frac1{\sqrt{2\pi}\sqrt{1-\bar\alpha_{t-1}}}\exp\Big(-\tfrac12\frac{(x_{t-1}-\sqrt{\bar\alpha_{t-1}}\,x_0)^2}{1-\bar\alpha_{t-1}}\Big)`,
    core: "marginal(…).logDensity",
    coefficients: (v) => ({ x0: Math.sqrt(tables(v).barPrev), std: Math.sqrt(1 - tables(v).barPrev), half: 0.5, twoPi: 2 * Math.PI }),
    left: ({ schedule, t, x0, xPrev }) => pointwise((x0, x) => marginal(schedule, t - 1).logDensity(x, { x0 }), x0, xPrev),
    right: ({ x0, xPrev }, c) =>
      pointwise((x0, x) => -Math.log(Math.sqrt(c.twoPi) * c.std) - c.half * ((x - c.x0 * x0) / c.std) ** 2, x0, xPrev),
  }),
  erratum("29", {
    title: "the posterior's density; printed, two ᾱ lose their subscripts (and an α is an a): 1 − ᾱt says 1 − ᾱ·t",
    latex: String.raw`P(x_{t-1}\mid x_t,x_0) = \frac1{\sqrt{2\pi}\,s}\exp\Big(-\frac{\big(x_{t-1}-\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t-\frac{\sqrt{\bar\alpha_{t-1}}(1-\alpha_t)}{1-\bar\alpha_t}x_0\big)^2}{2s^2}\Big),\ s = \frac{\sqrt{1-\alpha_t}\sqrt{1-\bar\alpha_{t-1}}}{\sqrt{1-\bar\alpha_t}}`,
    says: String.raw`\dots\ \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha t}x_t\ \dots`,
    core: "posterior(…).logDensity",
    coefficients: (v) => {
      const { alpha, bar, barPrev } = tables(v);
      return {
        xt: posteriorOf(v).xt, x0: (Math.sqrt(barPrev) * (1 - alpha)) / (1 - bar),
        std: (Math.sqrt(1 - alpha) * Math.sqrt(1 - barPrev)) / Math.sqrt(1 - bar), two: 2, twoPi: 2 * Math.PI,
      };
    },
    left: logPosterior,
    right: ({ xPrev, xt, x0 }, c) =>
      pointwise((x, xt, x0) => -Math.log(Math.sqrt(c.twoPi) * c.std) - (x - (c.xt * xt + c.x0 * x0)) ** 2 / (c.two * c.std ** 2), xPrev, xt, x0),
    stated: (v) => {
      const { alpha, bar, barPrev } = tables(v);
      const { x0: ofX0, variance } = posteriorOf(v);
      return pointwise((x, xt, x0) => logNormal(x, ((Math.sqrt(alpha) * (1 - barPrev)) / (1 - bar * v.t)) * xt + ofX0 * x0, variance), v.xPrev, v.xt, v.x0);
    },
    counterexample: { where: "log density read literally, linear, t = 500, all points ½", values: () => stepAt(linearSchedule(), 500) },
  }),
  equation("30", {
    title: "the posterior's mean and variance",
    latex: String.raw`x_{t-1}\mid x_t,x_0 \sim \mathcal N\Big(\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t+\frac{\sqrt{\bar\alpha_{t-1}}(1-\alpha_t)}{1-\bar\alpha_t}x_0,\ \Big(\frac{\sqrt{1-\alpha_t}\sqrt{1-\bar\alpha_{t-1}}}{\sqrt{1-\bar\alpha_t}}\Big)^2\Big)`,
    core: "posterior",
    coefficients: (v) => {
      const { alpha, bar, barPrev } = tables(v);
      return {
        xt: posteriorOf(v).xt, x0: (Math.sqrt(barPrev) * (1 - alpha)) / (1 - bar),
        std: (Math.sqrt(1 - alpha) * Math.sqrt(1 - barPrev)) / Math.sqrt(1 - bar),
      };
    },
    left: ({ schedule, t, x0, xt }) => ({ mean: posterior(schedule, t).mean({ x0, xt }), variance: posterior(schedule, t).variance }),
    right: ({ x0, xt }, c) => ({ mean: pointwise((x0, xt) => c.xt * xt + c.x0 * x0, x0, xt), variance: c.std ** 2 }),
  }),
];
