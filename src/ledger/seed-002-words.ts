import { klDivergence, logDensity } from "../gaussian/index.ts";
import { marginal, posterior } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { pointwise, posteriorOf, sumOfSquares, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { drawStep, stepAt } from "./values.ts";

const { erratum } = section("002", drawStep);

/** What seed 002 says between its equations, where numbers can decide. */
export const seed002Words: readonly Entry[] = [
  erratum("image", {
    title: "the noise of an image is N(0, I), with one coordinate a pixel; N(0, 1) and the constants of 26 to 29 are those of one pixel",
    latex: String.raw`\log\mathcal N(\epsilon;0,I) = -\tfrac d2\log2\pi-\tfrac12\|\epsilon\|^2`,
    says: String.raw`\log\mathcal N(\epsilon;0,1) = -\tfrac12\log2\pi-\tfrac12\epsilon^2`,
    core: "logDensity",
    coefficients: ({ eps }) => ({ d: eps.length, half: 0.5 }),
    left: ({ eps }) => logDensity(eps, { mean: eps.map(() => 0), variance: 1 }),
    right: ({ eps }, c) => -c.half * c.d * Math.log(2 * Math.PI) - c.half * sumOfSquares(eps),
    stated: ({ eps }) => -0.5 * Math.log(2 * Math.PI) - 0.5 * sumOfSquares(eps),
    counterexample: {
      where: "an image of three pixels, ε = 0", values: () => ({ ...stepAt(linearSchedule(), 500), eps: new Float64Array(3) }),
    },
  }),
  erratum("pixels", {
    title: "pixels left in [0, 255] break the prior: x_T keeps a mean, and L_T is large",
    latex: String.raw`D_{KL}\big(q(x_T\mid x_0)\,\|\,\mathcal N(0,1)\big) = \tfrac12\big(\bar\alpha_Tx_0^2-\bar\alpha_T-\log(1-\bar\alpha_T)\big)`,
    says: String.raw`x_0\in[0,255],\quad x_T \approx \mathcal N(0,1)`,
    core: "klDivergence over marginal",
    coefficients: ({ schedule, bar }) => ({ signal: bar(schedule.T), kept: bar(schedule.T), noise: 1 - bar(schedule.T) }),
    left({ schedule, x0 }) {
      const law = marginal(schedule, schedule.T);
      return pointwise((x) => klDivergence({ mean: law.mean({ x0: x }), variance: law.variance }, { mean: 0, variance: 1 }), x0);
    },
    right: ({ x0 }, c) => pointwise((x) => 0.5 * (c.signal * x * x - c.kept - Math.log(c.noise)), x0),
    stated: ({ x0 }) => x0.map(() => 0),
    counterexample: {
      where: "L_T in nats of a white pixel, linear, T = 1000, x_0 = 255", values: () => stepAt(linearSchedule(), 1000, { x0: 255 }),
    },
  }),
  erratum("probability", {
    title: "P(x_{t−1} | x_t) is a density, not the probability of an image: it exceeds 1",
    latex: String.raw`\max_x q(x\mid x_t,x_0) = \frac1{\sqrt{2\pi\tilde\beta_t}}`,
    says: String.raw`P(x_{t-1}\mid x_t) \le 1`,
    core: "posterior(…).logDensity at its mean",
    coefficients: (v) => ({ height: 1 / Math.sqrt(2 * Math.PI * posteriorOf(v).variance) }),
    left: ({ schedule, t }) => Math.exp(posterior(schedule, t).logDensity(0, { x0: 0, xt: 0 })),
    right: (_, c) => c.height,
    stated: (v) => Math.min(1, 1 / Math.sqrt(2 * Math.PI * posteriorOf(v).variance)),
    counterexample: { where: "at its mean, linear, t = 2", values: () => stepAt(linearSchedule(), 2) },
  }),
  erratum("speed", {
    title: "growing β does not mean that the image fades ever faster: at the end of the schedule hardly any is left to fade",
    latex: String.raw`\sqrt{\bar\alpha_{t-1}}-\sqrt{\bar\alpha_t} = \sqrt{\bar\alpha_{t-1}}\big(1-\sqrt{\alpha_t}\big)`,
    says: String.raw`\sqrt{\bar\alpha_{t-1}}-\sqrt{\bar\alpha_t} \approx \tfrac{\beta_t}2 \text{ grows with } t`,
    core: "marginal(…).coefficients",
    coefficients: (v) => ({ before: Math.sqrt(tables(v).barPrev), one: 1, root: Math.sqrt(tables(v).alpha) }),
    left: ({ schedule, t }) => marginal(schedule, t - 1).coefficients.x0 - marginal(schedule, t).coefficients.x0,
    right: (_, c) => c.before * (c.one - c.root),
    stated: (v) => 1 - Math.sqrt(tables(v).alpha),
    counterexample: { where: "what step 1000 takes from the image, linear", values: () => stepAt(linearSchedule(), 1000) },
  }),
];
