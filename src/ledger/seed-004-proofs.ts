import { logPdf, mergeGaussians } from "../gaussian/index.ts";
import { convert, marginal, transition } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { completedSquare } from "./completed-square.ts";
import { type Entry } from "./entry.ts";
import { noiseForm, pointwise, posteriorOf, tables } from "./formulas.ts";
import { jumpSolved, nextJump, posteriorLaw } from "./restated.ts";
import { section } from "./section.ts";
import { type Step, drawJoint, drawParameters, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("004", drawStep);
const gaussian = section("004", drawParameters);
const tabled = section("004", drawJoint);

const mean = ({ schedule, t, xt, eps }: Step): Float64Array => convert(schedule, t, xt, { kind: "eps", value: eps }, "mean");

/** Seed 004's background knowledge: the Markov chain, Proof-1 (the jump) and Proof-2 (the posterior). */
export const seed004Proofs: readonly Entry[] = [
  tabled.equation("markov", {
    title: "a Markov chain factorises from either end (A, B from a table, C from B alone)",
    latex: String.raw`P(A,B,C) = P(A)P(B\mid A)P(C\mid B)`,
    core: "enumeration",
    coefficients: ({ rows }) => {
      const first = rows[0]!.reduce((total, p) => total + p, 0);
      return { first, second: rows[0]![1] / first, third: 0.3 };
    },
    left({ rows }) {
      // P(C) P(B | C) P(A | B), with P(C | B = 0, 1, 2) = 0.8, 0.3, 0.5.
      const ofB = [0, 1, 2].map((b) => rows[0]![b as 0 | 1 | 2] + rows[1]![b as 0 | 1 | 2]);
      const ofC = 0.8 * ofB[0]! + 0.3 * ofB[1]! + 0.5 * ofB[2]!;
      return ofC * ((0.3 * ofB[1]!) / ofC) * (rows[0]![1] / ofB[1]!);
    },
    right: (_, c) => c.first * c.second * c.third,
  }),
  gaussian.erratum("proof-1.merge", {
    title: "the variance of aX + bY has the factors' squares",
    latex: String.raw`aX+bY \sim \mathcal N(a\mu_1+b\mu_2,\ a^2\sigma_1^2+b^2\sigma_2^2)`,
    says: String.raw`\mathcal N(a\mu_1+b\mu_2,\ \sigma_1^2+\sigma_2^2)`,
    core: "mergeGaussians",
    coefficients: ({ a, b }) => ({ a, b, a2: a ** 2, b2: b ** 2 }),
    left: ({ a, b, mu, mu2, sigma, sigma2 }) => ({
      ...mergeGaussians(a, { mean: Float64Array.of(mu, 1), variance: sigma ** 2 }, b, { mean: Float64Array.of(mu2, 1), variance: sigma2 ** 2 }),
    }),
    right: ({ mu, mu2, sigma, sigma2 }, c) => ({
      mean: Float64Array.of(c.a * mu + c.b * mu2, c.a + c.b), variance: c.a2 * sigma ** 2 + c.b2 * sigma2 ** 2,
    }),
    stated: ({ a, b, mu, mu2, sigma, sigma2 }) => ({ mean: Float64Array.of(a * mu + b * mu2, a + b), variance: sigma ** 2 + sigma2 ** 2 }),
    counterexample: {
      where: "variance of 2X + 3Y, X and Y standard",
      values: () => ({ mu: 0, sigma: 1, mu2: 0, sigma2: 1, a: 2, b: 3, x: new Float64Array(1), eps: new Float64Array(1) }),
    },
  }),
  equation("proof-1.step", {
    title: "the recursion",
    latex: String.raw`x_t = \sqrt{\alpha_t}\,x_{t-1}+\sqrt{1-\alpha_t}\,\epsilon`,
    core: "transition(…).sample",
    coefficients: (v) => ({ x: Math.sqrt(tables(v).alpha), eps: Math.sqrt(1 - tables(v).alpha) }),
    left: ({ schedule, t, xPrev, eps }) => transition(schedule, t).sample({ xPrev }, eps),
    right: ({ xPrev, eps }, c) => pointwise((x, e) => c.x * x + c.eps * e, xPrev, eps),
  }),
  equation("proof-1.two", {
    title: "two steps of it",
    latex: String.raw`x_t = \sqrt{\alpha_t\alpha_{t-1}}\,x_{t-2}+\sqrt{\alpha_t}\sqrt{1-\alpha_{t-1}}\,\epsilon_{t-2}+\sqrt{1-\alpha_t}\,\epsilon_{t-1}`,
    core: "transition(…).sample, twice",
    coefficients: ({ t, alpha }) => ({
      x: Math.sqrt(alpha(t) * alpha(t - 1)), first: Math.sqrt(alpha(t)) * Math.sqrt(1 - alpha(t - 1)), second: Math.sqrt(1 - alpha(t)),
    }),
    left: ({ schedule, t, xPrev2, epsPrev, eps }) =>
      transition(schedule, t).sample({ xPrev: transition(schedule, t - 1).sample({ xPrev: xPrev2 }, epsPrev) }, eps),
    right: ({ xPrev2, epsPrev, eps }, c) => pointwise((x, e, f) => c.x * x + c.first * e + c.second * f, xPrev2, epsPrev, eps),
  }),
  equation("proof-1.merged", {
    title: "their noises merged (the squares that the rule above lacks are used here)",
    latex: String.raw`x_t = \sqrt{\alpha_t\alpha_{t-1}}\,x_{t-2}+\sqrt{1-\alpha_t\alpha_{t-1}}\;\bar\epsilon`,
    core: "mergeGaussians over transition",
    coefficients: ({ t, alpha }) => ({ x: Math.sqrt(alpha(t) * alpha(t - 1)), std: Math.sqrt(1 - alpha(t) * alpha(t - 1)) }),
    left({ schedule, t, xPrev2 }) {
      const [last, before] = [transition(schedule, t), transition(schedule, t - 1)];
      const law = { mean: before.mean({ xPrev: xPrev2 }), variance: before.variance };
      return { ...mergeGaussians(last.coefficients.xPrev, law, 1, { mean: xPrev2.map(() => 0), variance: last.variance }) };
    },
    right: ({ xPrev2 }, c) => ({ mean: pointwise((x) => c.x * x, xPrev2), variance: c.std ** 2 }),
  }),
  nextJump("004", "proof-1.dots"),
  erratum("proof-1.jump", {
    title: "what is to be proved is stated with x_{t−1}, and proved with x_0",
    latex: String.raw`q(x_t\mid x_0) = \mathcal N(x_t;\sqrt{\bar\alpha_t}\,x_0,(1-\bar\alpha_t)I)`,
    says: String.raw`\mathcal N(x_t;\sqrt{\bar\alpha_t}\,x_{t-1},(1-\bar\alpha_t)I)`,
    core: "marginal(…).sample",
    coefficients: (v) => ({ x0: Math.sqrt(tables(v).bar), eps: Math.sqrt(1 - tables(v).bar) }),
    left: ({ schedule, t, x0, eps }) => marginal(schedule, t).sample({ x0 }, eps),
    right: ({ x0, eps }, c) => pointwise((x, e) => c.x0 * x + c.eps * e, x0, eps),
    stated: ({ t, bar, xPrev, eps }) => pointwise((x, e) => Math.sqrt(bar(t)) * x + Math.sqrt(1 - bar(t)) * e, xPrev, eps),
    counterexample: {
      where: "x_t, linear, t = 500, x_0 = 1, x_{t−1} = ½, ε = 0",
      values: () => stepAt(linearSchedule(), 500, { x0: 1, xPrev: 0.5, eps: 0 }),
    },
  }),
  posteriorLaw("004", "proof-2.law"),
  ...completedSquare("004", "proof-2"),
  gaussian.equation("proof-2.pdf", {
    title: "the density that the exponent is matched with, its square multiplied out",
    latex: String.raw`\frac{1}{\sqrt{2\pi}\sigma}e^{-\frac{(x-\mu)^2}{2\sigma^2}} = \frac{1}{\sqrt{2\pi}\sigma}e^{-\frac12\left(\frac1{\sigma^2}x^2-\frac2{\sigma^2}\mu x+\frac1{\sigma^2}\mu^2\right)}`,
    core: "logPdf",
    coefficients: ({ sigma }) => ({ height: Math.sqrt(2 * Math.PI) * sigma, square: 1 / sigma ** 2, linear: 2 / sigma ** 2, constant: 1 / sigma ** 2 }),
    left: ({ mu, sigma, x }) => pointwise((x) => logPdf(x, { mean: mu, variance: sigma ** 2 }), x),
    right: ({ mu, x }, c) => pointwise((x) => -Math.log(c.height) - 0.5 * (c.square * x * x - c.linear * mu * x + c.constant * mu * mu), x),
  }),
  jumpSolved("004", "proof-2.x0"),
  equation("proof-2.noise.1", {
    title: "x_0 from x_t put into the mean",
    latex: String.raw`\tilde\mu = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t+\frac{\sqrt{\bar\alpha_{t-1}}\beta_t}{1-\bar\alpha_t}\,\frac1{\sqrt{\bar\alpha_t}}\big(x_t-\sqrt{1-\bar\alpha_t}\,\epsilon_t\big)`,
    core: "convert, eps to mean",
    coefficients: (v) => ({
      xt: posteriorOf(v).xt, x0: posteriorOf(v).x0, inverse: 1 / Math.sqrt(tables(v).bar), eps: Math.sqrt(1 - tables(v).bar),
    }),
    left: mean,
    right: ({ xt, eps }, c) => pointwise((x, e) => c.xt * x + c.x0 * c.inverse * (x - c.eps * e), xt, eps),
  }),
  equation("proof-2.noise.2", {
    title: "and simplified",
    latex: String.raw`\tilde\mu = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}}\epsilon_t\Big)`,
    core: "convert, eps to mean",
    coefficients: noiseForm,
    left: mean,
    right: ({ xt, eps }, c) => pointwise((x, e) => c.factor * (x - c.eps * e), xt, eps),
  }),
];
