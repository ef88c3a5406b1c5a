import { gaussianTarget } from "../oracle/index.ts";
import { convert, marginal, posterior } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { noiseForm, pointwise, posteriorOf, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("002", drawStep);

const mean = ({ schedule, t, xt, eps }: Step): Float64Array => convert(schedule, t, xt, { kind: "eps", value: eps }, "mean");

/** One line of (35): a number times x_t minus a number times ε, both made of the named coefficients. */
function lineOf35<K extends string>(
  n: number, title: string, latex: string, coefficients: (v: Step) => Record<K, number>, line: (c: Record<K, number>, x: number, e: number) => number,
): Entry {
  return equation(`35.${n}`, {
    title: `the mean in terms of noise, line ${n}: ${title}`,
    latex,
    core: "convert, eps to mean",
    coefficients,
    left: mean,
    right: (v, c) => pointwise((x, e) => line(c, x, e), v.xt, v.eps),
  });
}

/** Seed 002, equations 31 to 36 (its last): the posterior in terms of noise, and what the seed concludes from it. */
export const seed002Noise: readonly Entry[] = [
  equation("31", {
    title: "the jump a third time",
    latex: String.raw`x_t = \sqrt{1-\bar\alpha_t}\,\epsilon + \sqrt{\bar\alpha_t}\,x_0`,
    core: "marginal(…).sample",
    coefficients: (v) => ({ eps: Math.sqrt(1 - tables(v).bar), x0: Math.sqrt(tables(v).bar) }),
    left: ({ schedule, t, x0, eps }) => marginal(schedule, t).sample({ x0 }, eps),
    right: ({ x0, eps }, c) => pointwise((x, e) => c.eps * e + c.x0 * x, x0, eps),
  }),
  equation("32", {
    title: "solved for x_0",
    latex: String.raw`x_0 = \frac{x_t-\sqrt{1-\bar\alpha_t}\,\epsilon}{\sqrt{\bar\alpha_t}}`,
    core: "convert, eps to x0",
    coefficients: (v) => ({ eps: Math.sqrt(1 - tables(v).bar), root: Math.sqrt(tables(v).bar) }),
    left: ({ schedule, t, xt, eps }) => convert(schedule, t, xt, { kind: "eps", value: eps }, "x0"),
    right: ({ xt, eps }, c) => pointwise((x, e) => (x - c.eps * e) / c.root, xt, eps),
  }),
  erratum("33", {
    title: "solved for ε: x_0 stands where the seed has a second x_t",
    latex: String.raw`\epsilon = \frac{x_t-\sqrt{\bar\alpha_t}\,x_0}{\sqrt{1-\bar\alpha_t}}`,
    says: String.raw`\epsilon_t = \frac{x_t-\sqrt{\bar\alpha_t}\,x_t}{\sqrt{1-\bar\alpha_t}}`,
    core: "convert, x0 to eps",
    coefficients: (v) => ({ x0: Math.sqrt(tables(v).bar), root: Math.sqrt(1 - tables(v).bar) }),
    left: ({ schedule, t, xt, x0 }) => convert(schedule, t, xt, { kind: "x0", value: x0 }, "eps"),
    right: ({ xt, x0 }, c) => pointwise((x, x0) => (x - c.x0 * x0) / c.root, xt, x0),
    stated: (v) => pointwise((x) => (x - Math.sqrt(tables(v).bar) * x) / Math.sqrt(1 - tables(v).bar), v.xt),
    counterexample: { where: "linear, t = 500, x_0 = 1, x_t = ½", values: () => stepAt(linearSchedule(), 500, { x0: 1, xt: 0.5 }) },
  }),
  equation("34", {
    title: "x_0 put into the posterior (from 32; the seed says 33)",
    latex: String.raw`\mathcal N\Big(\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t+\frac{\sqrt{\bar\alpha_{t-1}}(1-\alpha_t)}{1-\bar\alpha_t}\cdot\frac{x_t-\sqrt{1-\bar\alpha_t}\,\epsilon}{\sqrt{\bar\alpha_t}},\ \frac{\beta_t(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}\Big)`,
    core: "convert, eps to mean; posterior(…).variance",
    coefficients: (v) => {
      const { alpha, beta, bar, barPrev } = tables(v);
      return {
        xt: posteriorOf(v).xt, x0: (Math.sqrt(barPrev) * (1 - alpha)) / (1 - bar), eps: Math.sqrt(1 - bar), root: Math.sqrt(bar),
        std: Math.sqrt((beta * (1 - barPrev)) / (1 - bar)),
      };
    },
    left: (v) => ({ mean: mean(v), variance: posterior(v.schedule, v.t).variance }),
    right: ({ xt, eps }, c) => ({ mean: pointwise((x, e) => c.xt * x + (c.x0 * (x - c.eps * e)) / c.root, xt, eps), variance: c.std ** 2 }),
  }),
  lineOf35(1, "as in 34", String.raw`\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t+\frac{\sqrt{\bar\alpha_{t-1}}(1-\alpha_t)}{1-\bar\alpha_t}\cdot\frac{x_t-\sqrt{1-\bar\alpha_t}\,\epsilon}{\sqrt{\bar\alpha_t}}`,
    (v) => ({ xt: posteriorOf(v).xt, x0: posteriorOf(v).x0, eps: Math.sqrt(1 - tables(v).bar), root: Math.sqrt(tables(v).bar) }),
    (c, x, e) => c.xt * x + (c.x0 * (x - c.eps * e)) / c.root),
  lineOf35(2, "over one denominator", String.raw`\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})x_t+\frac{\sqrt{\bar\alpha_{t-1}}}{\sqrt{\bar\alpha_t}}(1-\alpha_t)(x_t-\sqrt{1-\bar\alpha_t}\,\epsilon)}{1-\bar\alpha_t}`,
    (v) => {
      const { alpha, bar, barPrev } = tables(v);
      return {
        xt: Math.sqrt(alpha) * (1 - barPrev), ratio: Math.sqrt(barPrev) / Math.sqrt(bar), beta: 1 - alpha, eps: Math.sqrt(1 - bar),
        denominator: 1 - bar,
      };
    },
    (c, x, e) => (c.xt * x + c.ratio * c.beta * (x - c.eps * e)) / c.denominator),
  lineOf35(3, "√ᾱ_{t−1}/√ᾱ_t = 1/√α_t", String.raw`\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})x_t+\frac{1}{\sqrt{\alpha_t}}(1-\alpha_t)(x_t-\sqrt{1-\bar\alpha_t}\,\epsilon)}{1-\bar\alpha_t}`,
    (v) => {
      const { alpha, bar, barPrev } = tables(v);
      return {
        xt: Math.sqrt(alpha) * (1 - barPrev), ratio: 1 / Math.sqrt(alpha), beta: 1 - alpha, eps: Math.sqrt(1 - bar), denominator: 1 - bar,
      };
    },
    (c, x, e) => (c.xt * x + c.ratio * c.beta * (x - c.eps * e)) / c.denominator),
  lineOf35(4, "1/√α_t in front", String.raw`\frac1{\sqrt{\alpha_t}}\,\frac{\alpha_t(1-\bar\alpha_{t-1})x_t+(1-\alpha_t)x_t-(1-\alpha_t)\sqrt{1-\bar\alpha_t}\,\epsilon}{1-\bar\alpha_t}`,
    (v) => {
      const { alpha, bar, barPrev } = tables(v);
      return {
        front: 1 / Math.sqrt(alpha), before: alpha * (1 - barPrev), beta: 1 - alpha, eps: (1 - alpha) * Math.sqrt(1 - bar),
        denominator: 1 - bar,
      };
    },
    (c, x, e) => (c.front * (c.before * x + c.beta * x - c.eps * e)) / c.denominator),
  lineOf35(5, "α_t(1 − ᾱ_{t−1}) + 1 − α_t = 1 − ᾱ_t", String.raw`\frac1{\sqrt{\alpha_t}}\,\frac{(1-\bar\alpha_t)x_t-(1-\alpha_t)\sqrt{1-\bar\alpha_t}\,\epsilon}{1-\bar\alpha_t}`,
    (v) => {
      const { alpha, bar } = tables(v);
      return { front: 1 / Math.sqrt(alpha), x: 1 - bar, eps: (1 - alpha) * Math.sqrt(1 - bar), denominator: 1 - bar };
    },
    (c, x, e) => (c.front * (c.x * x - c.eps * e)) / c.denominator),
  lineOf35(6, "what is left", String.raw`\frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}}\epsilon\Big)`, noiseForm, (c, x, e) => c.factor * (x - c.eps * e)),
  equation("36", {
    title: "the posterior in terms of noise (printed with a for α)",
    latex: String.raw`x_{t-1}\mid x_t,x_0 \sim \mathcal N\Big(\frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}}\epsilon\Big),\ \frac{\beta_t(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}\Big)`,
    core: "convert, eps to mean; posterior(…).variance",
    coefficients: (v) => ({ ...noiseForm(v), variance: posteriorOf(v).variance }),
    left: (v) => ({ mean: mean(v), variance: posterior(v.schedule, v.t).variance }),
    right: ({ xt, eps }, c) => ({ mean: pointwise((x, e) => c.factor * (x - c.eps * e), xt, eps), variance: c.variance }),
  }),
  erratum("one-noise", {
    title: "the ε_t of 33 and 36 is the jump's merged noise, not the step's ε_t of 17, though they share a name",
    latex: String.raw`\tilde\mu_t = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}}\cdot\frac{x_t-\sqrt{\bar\alpha_t}x_0}{\sqrt{1-\bar\alpha_t}}\Big)`,
    says: String.raw`\epsilon_t = \frac{x_t-\sqrt{\alpha_t}x_{t-1}}{\sqrt{1-\alpha_t}} \text{ in (36)}`,
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
  erratum("original", {
    title: "running back from x_T gives a sample of the data's law, not the original image: two draws given one x_T are far apart",
    latex: String.raw`E\|x_0'-x_0\|^2 = 2\operatorname{Var}(x_0\mid x_T) = \frac{2w(1-\bar\alpha_T)}{\bar\alpha_Tw+1-\bar\alpha_T}`,
    says: String.raw`x_0' \approx x_0`,
    core: "gaussianTarget(…).posteriorVariance",
    coefficients: (v) => ({ two: 2, data: 0.5, signal: tables(v).bar, noise: 1 - tables(v).bar }),
    left: ({ schedule, t }) => 2 * gaussianTarget({ mean: 0, variance: 0.5 }).posteriorVariance(schedule, t, 0.3),
    right: (_, c) => (c.two * c.data * c.noise) / (c.signal * c.data + c.noise),
    stated: () => 0,
    counterexample: { where: "E(x_0′ − x_0)² for data N(0, ½), linear, T = 1000", values: () => stepAt(linearSchedule(), 1000) },
  }),
];
