import { mergeGaussians, reparameterize } from "../gaussian/index.ts";
import { marginal, transition } from "../process/index.ts";
import { type Entry } from "./entry.ts";
import { pointwise } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawStep } from "./values.ts";

const { equation } = section("002", drawStep);

/** The core's step into `at`, from the given point with the given noise. */
const into = ({ schedule }: Step, at: number, xPrev: Float64Array, eps: Float64Array): Float64Array =>
  transition(schedule, at).sample({ xPrev }, eps);

/** A step of the chain, as the seed writes it again and again: √β x-noise + √(1−β) x, or the same in α. */
function stepEquation(place: string, at: (v: Step) => number, subscript: string, form: "beta" | "alpha"): Entry {
  const [noise, kept] = form === "beta" ? [`\\beta_{${subscript}}`, `1-\\beta_{${subscript}}`] : [`1-\\alpha_{${subscript}}`, `\\alpha_{${subscript}}`];
  return equation(place, {
    title: form === "beta" ? "a step of the chain" : "a step of the chain, in α",
    latex: `x_{${subscript}} = \\sqrt{${noise}}\\,\\epsilon + \\sqrt{${kept}}\\,x`,
    core: "transition(…).sample",
    coefficients: (v) => ({
      eps: Math.sqrt(form === "beta" ? v.beta(at(v)) : 1 - v.alpha(at(v))), x: Math.sqrt(form === "beta" ? 1 - v.beta(at(v)) : v.alpha(at(v))),
    }),
    left: (v) => into(v, at(v), v.xPrev, v.eps),
    right: ({ xPrev, eps }, c) => pointwise((x, e) => c.eps * e + c.x * x, xPrev, eps),
  });
}

/** What step i of the chain into x_t leaves of its noise: √(α_t … α_{i+1} (1 − α_i)). */
function share({ t, alpha }: Step, i: number): number {
  let product = 1 - alpha(i);
  for (let s = i + 1; s <= t; s++) product *= alpha(s);
  return Math.sqrt(product);
}

/** One row of the seed's table of noises: the variance of what ε of step i contributes to x_t, by sending that noise alone through the chain. */
function tableRow(place: string, name: string, latex: string, step: (v: Step) => number): Entry {
  return equation(place, {
    title: `the table of noises: ${name}`,
    latex,
    core: "transition(…).mean, step by step",
    coefficients: (v) => ({ variance: share(v, step(v)) ** 2 }),
    left(v) {
      let contribution = Math.sqrt(transition(v.schedule, step(v)).variance);
      for (let s = step(v) + 1; s <= v.t; s++) contribution = transition(v.schedule, s).mean({ xPrev: contribution });
      return contribution ** 2;
    },
    right: (_, c) => c.variance,
  });
}

/** Noises for all of the steps up to t, from the few that a draw has. */
const noises = ({ t, eps, epsPrev, epsPrev2, epsTheta }: Step): Float64Array[] =>
  Array.from({ length: t }, (_, i) => [eps, epsPrev, epsPrev2, epsTheta][(t - 1 - i) % 4]!.map((value) => value + 0.1 * i));

/** Seed 002, equations 1 to 16: the forward process, unrolled. */
export const seed002Forward: readonly Entry[] = [
  equation("1", {
    title: "image and noise mixed by β",
    latex: String.raw`\sqrt\beta\,\epsilon + \sqrt{1-\beta}\,x`,
    core: "reparameterize",
    coefficients: ({ t, beta }) => ({ eps: Math.sqrt(beta(t)), x: Math.sqrt(1 - beta(t)) }),
    left: ({ schedule, t, xt, eps }) =>
      reparameterize({ mean: xt.map((x) => x * Math.sqrt(schedule.alpha[t]!)), variance: schedule.beta[t]! }, eps),
    right: ({ xt, eps }, c) => pointwise((x, e) => c.eps * e + c.x * x, xt, eps),
  }),
  stepEquation("2", () => 1, "1", "beta"),
  stepEquation("3", () => 2, "2", "beta"),
  stepEquation("4", () => 3, "3", "beta"),
  stepEquation("5", ({ t }) => t, "t", "beta"),
  stepEquation("6", ({ schedule }) => schedule.T, "T", "beta"),
  stepEquation("7", ({ schedule }) => schedule.T, "T", "alpha"),
  stepEquation("8", ({ t }) => t, "t", "alpha"),
  stepEquation("9", ({ t }) => t - 1, "t-1", "alpha"),
  stepEquation("10", ({ t }) => t - 2, "t-2", "alpha"),
  stepEquation("11", () => 1, "1", "alpha"),
  equation("12", {
    title: "two steps put together",
    latex: String.raw`x_t = \sqrt{1-\alpha_t}\,\epsilon_t + \sqrt{\alpha_t(1-\alpha_{t-1})}\,\epsilon_{t-1} + \sqrt{\alpha_t\alpha_{t-1}}\,x_{t-2}`,
    core: "transition(…).sample, twice",
    coefficients: ({ t, alpha }) => ({
      eps: Math.sqrt(1 - alpha(t)), epsPrev: Math.sqrt(alpha(t) * (1 - alpha(t - 1))), x: Math.sqrt(alpha(t) * alpha(t - 1)),
    }),
    left: (v) => into(v, v.t, into(v, v.t - 1, v.xPrev2, v.epsPrev), v.eps),
    right: ({ xPrev2, eps, epsPrev }, c) => pointwise((x, e, f) => c.eps * e + c.epsPrev * f + c.x * x, xPrev2, eps, epsPrev),
  }),
  equation("13", {
    title: "three steps put together",
    latex: String.raw`x_t = \sqrt{1-\alpha_t}\,\epsilon_t + \sqrt{\alpha_t(1-\alpha_{t-1})}\,\epsilon_{t-1} + \sqrt{\alpha_t\alpha_{t-1}(1-\alpha_{t-2})}\,\epsilon_{t-2} + \sqrt{\alpha_t\alpha_{t-1}\alpha_{t-2}}\,x_{t-3}`,
    core: "transition(…).sample, three times",
    coefficients: ({ t, alpha }) => ({
      eps: Math.sqrt(1 - alpha(t)),
      epsPrev: Math.sqrt(alpha(t) * (1 - alpha(t - 1))),
      epsPrev2: Math.sqrt(alpha(t) * alpha(t - 1) * (1 - alpha(t - 2))),
      x: Math.sqrt(alpha(t) * alpha(t - 1) * alpha(t - 2)),
    }),
    left: (v) => into(v, v.t, into(v, v.t - 1, into(v, v.t - 2, v.xPrev3, v.epsPrev2), v.epsPrev), v.eps),
    right: ({ xPrev3, eps, epsPrev, epsPrev2 }, c) =>
      pointwise((x, e, f, g) => c.eps * e + c.epsPrev * f + c.epsPrev2 * g + c.x * x, xPrev3, eps, epsPrev, epsPrev2),
  }),
  equation("14", {
    title: "all steps put together",
    latex: String.raw`x_t = \sum_{i=1}^t \sqrt{\alpha_t\cdots\alpha_{i+1}(1-\alpha_i)}\;\epsilon_i + \sqrt{\alpha_t\alpha_{t-1}\cdots\alpha_1}\,x_0`,
    core: "transition(…).sample, t times",
    coefficients: (v) => ({ last: share(v, v.t), middle: share(v, v.t - 1), first: share(v, 1), x0: Math.sqrt(v.bar(v.t)) }),
    left: (v) => noises(v).reduce((x, eps, i) => into(v, i + 1, x, eps), v.x0),
    right(v, c) {
      const factor = (i: number): number => (i === v.t ? c.last : i === v.t - 1 ? c.middle : i === 1 ? c.first : share(v, i));
      return noises(v).reduce((x, eps, i) => pointwise((x, e) => x + factor(i + 1) * e, x, eps), pointwise((x) => c.x0 * x, v.x0));
    },
  }),
  tableRow("table.1", "the last step's", String.raw`\operatorname{Var}\big(\sqrt{1-\alpha_t}\,\epsilon_t\big) = 1-\alpha_t`, ({ t }) => t),
  tableRow("table.2", "the step before", String.raw`\operatorname{Var}\big(\sqrt{\alpha_t(1-\alpha_{t-1})}\,\epsilon_{t-1}\big) = \alpha_t(1-\alpha_{t-1})`, ({ t }) => t - 1),
  tableRow("table.3", "two steps before", String.raw`\operatorname{Var}\big(\sqrt{\alpha_t\alpha_{t-1}(1-\alpha_{t-2})}\,\epsilon_{t-2}\big) = \alpha_t\alpha_{t-1}(1-\alpha_{t-2})`, ({ t }) => t - 2),
  tableRow("table.4", "the first step's", String.raw`\operatorname{Var}\big(\sqrt{\alpha_t\cdots\alpha_2(1-\alpha_1)}\,\epsilon_1\big) = \alpha_t\cdots\alpha_2(1-\alpha_1)`, () => 1),
  equation("table.sum", {
    title: "the table's variances add up to the box's: the sum telescopes",
    latex: String.raw`\sum_{i=1}^t \alpha_t\cdots\alpha_{i+1}(1-\alpha_i) = 1-\alpha_t\alpha_{t-1}\cdots\alpha_1`,
    core: "marginal(…).variance; mergeGaussians over the chain",
    coefficients: () => ({ sum: 1, one: 1, product: 1 }),
    left({ schedule, t }) {
      let law = { mean: 0, variance: 0 };
      for (let s = 1; s <= t; s++) {
        const { coefficients, variance } = transition(schedule, s);
        law = mergeGaussians(coefficients.xPrev, law, 1, { mean: 0, variance });
      }
      return { merged: law.variance, jump: marginal(schedule, t).variance };
    },
    right(v, c) {
      let total = 0;
      for (let i = 1; i <= v.t; i++) total += share(v, i) ** 2;
      return { merged: c.sum * total, jump: c.one - c.product * v.bar(v.t) };
    },
  }),
  equation("15", {
    title: "the noises merged into one (the seed's root reaches too far: a parenthesis misplaced)",
    latex: String.raw`x_t = \sqrt{1-\alpha_t\alpha_{t-1}\cdots\alpha_1}\;\epsilon + \sqrt{\alpha_t\alpha_{t-1}\cdots\alpha_1}\;x_0`,
    core: "marginal(…).sample",
    coefficients({ t, alpha }) {
      const product = Array.from({ length: t }, (_, i) => alpha(t - i)).reduce((total, value) => total * value, 1);
      return { eps: Math.sqrt(1 - product), x0: Math.sqrt(product) };
    },
    left: ({ schedule, t, x0, eps }) => marginal(schedule, t).sample({ x0 }, eps),
    right: ({ x0, eps }, c) => pointwise((x, e) => c.eps * e + c.x0 * x, x0, eps),
  }),
  equation("16", {
    title: "the jump",
    latex: String.raw`x_t = \sqrt{1-\bar\alpha_t}\;\epsilon + \sqrt{\bar\alpha_t}\;x_0`,
    core: "marginal(…).sample",
    coefficients: ({ t, bar }) => ({ eps: Math.sqrt(1 - bar(t)), x0: Math.sqrt(bar(t)) }),
    left: ({ schedule, t, x0, eps }) => marginal(schedule, t).sample({ x0 }, eps),
    right: ({ x0, eps }, c) => pointwise((x, e) => c.eps * e + c.x0 * x, x0, eps),
  }),
];
