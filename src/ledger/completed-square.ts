import { marginal, posterior, transition } from "../process/index.ts";
import { type Entry, type Seed } from "./entry.ts";
import { logNormal, pointwise, posteriorOf, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawStep } from "./values.ts";

/** log q(x_{t−1} | x_t, x_0) as the core has it, coordinate by coordinate. */
export const logPosterior = ({ schedule, t, x0, xt, xPrev }: Step): Float64Array =>
  pointwise((x, xt, x0) => posterior(schedule, t).logDensity(x, { xt, x0 }), xPrev, xt, x0);

/** The log of the constant that ∝ leaves out: √(1−ᾱ_t) / √(2π β_t (1−ᾱ_{t−1})). */
export function logConstant(v: Step): number {
  const { beta, bar, barPrev } = tables(v);
  return 0.5 * (Math.log(1 - bar) - Math.log(2 * Math.PI * beta) - Math.log(1 - barPrev));
}

/** C(x_t, x_0): what does not involve x_{t−1} in −2 times the exponent. */
export function constantTerm(v: Step, xt: number, x0: number): number {
  const { beta, bar, barPrev } = tables(v);
  return (xt * xt) / beta + (barPrev * x0 * x0) / (1 - barPrev) - (xt - Math.sqrt(bar) * x0) ** 2 / (1 - bar);
}

/**
 * The derivation of the posterior that seeds 000 and 004 both write, line by line: Bayes, exponents, squares multiplied out, powers of
 * x_{t−1} collected, mean and variance read off in three forms each. Each line is held against the core's posterior rather than against the
 * line before, with the constant that ∝ drops put back, so that every coefficient counts.
 */
export function completedSquare(seed: Seed, prefix: string): Entry[] {
  const { equation } = section(seed, drawStep);
  const variance = (v: Step): number => posterior(v.schedule, v.t).variance;
  const mean = ({ schedule, t, x0, xt }: Step): Float64Array => posterior(schedule, t).mean({ x0, xt });
  return [
    equation(`${prefix}.bayes`, {
      title: "Bayes' rule given x_0: posterior = transition × marginal before / marginal after",
      latex: String.raw`q(x_{t-1}\mid x_t,x_0) = q(x_t\mid x_{t-1},x_0)\,\frac{q(x_{t-1}\mid x_0)}{q(x_t\mid x_0)}`,
      core: "posterior, transition, marginal",
      coefficients: () => ({ transition: 1, before: 1, after: 1 }),
      left: logPosterior,
      right: ({ schedule, t, x0, xt, xPrev }, c) =>
        pointwise(
          (x, xt, x0) =>
            c.transition * transition(schedule, t).logDensity(xt, { xPrev: x }) +
            c.before * marginal(schedule, t - 1).logDensity(x, { x0 }) -
            c.after * marginal(schedule, t).logDensity(xt, { x0 }),
          xPrev, xt, x0,
        ),
    }),
    equation(`${prefix}.gaussians`, {
      title: "the three Gaussians put in",
      latex: String.raw`\frac{\mathcal N(x_t;\sqrt{\alpha_t}x_{t-1},\beta_t I)\ \mathcal N(x_{t-1};\sqrt{\bar\alpha_{t-1}}x_0,(1-\bar\alpha_{t-1})I)}{\mathcal N(x_t;\sqrt{\bar\alpha_t}x_0,(1-\bar\alpha_t)I)}`,
      core: "posterior(…).logDensity",
      coefficients(v) {
        const { alpha, beta, bar, barPrev } = tables(v);
        return {
          transition: Math.sqrt(alpha), beta, before: Math.sqrt(barPrev), beforeVariance: 1 - barPrev, after: Math.sqrt(bar),
          afterVariance: 1 - bar,
        };
      },
      left: logPosterior,
      right: ({ x0, xt, xPrev }, c) =>
        pointwise(
          (x, xt, x0) => logNormal(xt, c.transition * x, c.beta) + logNormal(x, c.before * x0, c.beforeVariance) -
            logNormal(xt, c.after * x0, c.afterVariance),
          xPrev, xt, x0,
        ),
    }),
    equation(`${prefix}.exponents`, {
      title: "the exponents alone; ∝ made = by its constant",
      latex: String.raw`\propto \exp\Big(-\tfrac12\Big(\frac{(x_t-\sqrt{\alpha_t}x_{t-1})^2}{\beta_t} + \frac{(x_{t-1}-\sqrt{\bar\alpha_{t-1}}x_0)^2}{1-\bar\alpha_{t-1}} - \frac{(x_t-\sqrt{\bar\alpha_t}x_0)^2}{1-\bar\alpha_t}\Big)\Big)`,
      core: "posterior(…).logDensity",
      coefficients(v) {
        const { alpha, beta, bar, barPrev } = tables(v);
        return {
          alpha: Math.sqrt(alpha), beta, barPrev: Math.sqrt(barPrev), before: 1 - barPrev, bar: Math.sqrt(bar), after: 1 - bar, half: 0.5,
          constant: logConstant(v),
        };
      },
      left: logPosterior,
      right: (v, c) =>
        pointwise(
          (x, xt, x0) =>
            c.constant - c.half * ((xt - c.alpha * x) ** 2 / c.beta + (x - c.barPrev * x0) ** 2 / c.before - (xt - c.bar * x0) ** 2 / c.after),
          v.xPrev, v.xt, v.x0,
        ),
    }),
    equation(`${prefix}.multiplied-out`, {
      title: "the squares with x_{t−1} multiplied out",
      latex: String.raw`\exp\Big(-\tfrac12\Big(\frac{x_t^2 - 2\sqrt{\alpha_t}x_tx_{t-1} + \alpha_tx_{t-1}^2}{\beta_t} + \frac{x_{t-1}^2 - 2\sqrt{\bar\alpha_{t-1}}x_0x_{t-1} + \bar\alpha_{t-1}x_0^2}{1-\bar\alpha_{t-1}} - \frac{(x_t-\sqrt{\bar\alpha_t}x_0)^2}{1-\bar\alpha_t}\Big)\Big)`,
      core: "posterior(…).logDensity",
      coefficients(v) {
        const { alpha, beta, bar, barPrev } = tables(v);
        return {
          xt2: 1 / beta, xtCross: (2 * Math.sqrt(alpha)) / beta, xPrev2: alpha / beta,
          xPrev2Again: 1 / (1 - barPrev), x0Cross: (2 * Math.sqrt(barPrev)) / (1 - barPrev), x02: barPrev / (1 - barPrev), last: 1 / (1 - bar),
          bar: Math.sqrt(bar), half: 0.5, constant: logConstant(v),
        };
      },
      left: logPosterior,
      right: (v, c) =>
        pointwise((x, xt, x0) => {
          const first = c.xt2 * xt * xt - c.xtCross * xt * x + c.xPrev2 * x * x;
          const second = c.xPrev2Again * x * x - c.x0Cross * x0 * x + c.x02 * x0 * x0;
          return c.constant - c.half * (first + second - c.last * (xt - c.bar * x0) ** 2);
        }, v.xPrev, v.xt, v.x0),
    }),
    equation(`${prefix}.collected`, {
      title: "collected by powers of x_{t−1}",
      latex: String.raw`\exp\Big(-\tfrac12\Big(\Big(\frac{\alpha_t}{\beta_t}+\frac1{1-\bar\alpha_{t-1}}\Big)x_{t-1}^2 - \Big(\frac{2\sqrt{\alpha_t}}{\beta_t}x_t + \frac{2\sqrt{\bar\alpha_{t-1}}}{1-\bar\alpha_{t-1}}x_0\Big)x_{t-1} + C(x_t,x_0)\Big)\Big)`,
      core: "posterior(…).logDensity",
      coefficients(v) {
        const { alpha, beta, barPrev } = tables(v);
        return {
          square: alpha / beta + 1 / (1 - barPrev), xt: (2 * Math.sqrt(alpha)) / beta, x0: (2 * Math.sqrt(barPrev)) / (1 - barPrev), C: 1, half: 0.5,
          constant: logConstant(v),
        };
      },
      left: logPosterior,
      right: (v, c) =>
        pointwise(
          (x, xt, x0) => c.constant - c.half * (c.square * x * x - (c.xt * xt + c.x0 * x0) * x + c.C * constantTerm(v, xt, x0)),
          v.xPrev, v.xt, v.x0,
        ),
    }),
    equation(`${prefix}.beta-tilde.1`, {
      title: "the variance as the inverse of what multiplies x_{t−1}²",
      latex: String.raw`\tilde\beta_t = 1\Big/\Big(\frac{\alpha_t}{\beta_t}+\frac{1}{1-\bar\alpha_{t-1}}\Big)`,
      core: "posterior(…).variance",
      coefficients: (v) => ({ first: tables(v).alpha / tables(v).beta, second: 1 / (1 - tables(v).barPrev) }),
      left: variance,
      right: (_, c) => 1 / (c.first + c.second),
    }),
    equation(`${prefix}.beta-tilde.2`, {
      title: "over one denominator, with α_t ᾱ_{t−1} = ᾱ_t",
      latex: String.raw`\tilde\beta_t = 1\Big/\frac{\alpha_t-\bar\alpha_t+\beta_t}{\beta_t(1-\bar\alpha_{t-1})}`,
      core: "posterior(…).variance",
      coefficients: (v) => ({
        alpha: tables(v).alpha, bar: tables(v).bar, beta: tables(v).beta, denominator: tables(v).beta * (1 - tables(v).barPrev),
      }),
      left: variance,
      right: (_, c) => 1 / ((c.alpha - c.bar + c.beta) / c.denominator),
    }),
    equation(`${prefix}.beta-tilde.3`, {
      title: "simplified, with α_t + β_t = 1",
      latex: String.raw`\tilde\beta_t = \frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\,\beta_t`,
      core: "posterior(…).variance",
      coefficients: (v) => ({ before: 1 - tables(v).barPrev, after: 1 - tables(v).bar, beta: tables(v).beta }),
      left: variance,
      right: (_, c) => (c.before / c.after) * c.beta,
    }),
    equation(`${prefix}.mu-tilde.1`, {
      title: "the mean as half of what multiplies x_{t−1}, over what multiplies its square",
      latex: String.raw`\tilde\mu_t = \Big(\frac{\sqrt{\alpha_t}}{\beta_t}x_t+\frac{\sqrt{\bar\alpha_{t-1}}}{1-\bar\alpha_{t-1}}x_0\Big)\Big/\Big(\frac{\alpha_t}{\beta_t}+\frac1{1-\bar\alpha_{t-1}}\Big)`,
      core: "posterior(…).mean",
      coefficients(v) {
        const { alpha, beta, barPrev } = tables(v);
        return { xt: Math.sqrt(alpha) / beta, x0: Math.sqrt(barPrev) / (1 - barPrev), first: alpha / beta, second: 1 / (1 - barPrev) };
      },
      left: mean,
      right: ({ xt, x0 }, c) => pointwise((xt, x0) => (c.xt * xt + c.x0 * x0) / (c.first + c.second), xt, x0),
    }),
    equation(`${prefix}.mu-tilde.2`, {
      title: "times β̃_t instead",
      latex: String.raw`\tilde\mu_t = \Big(\frac{\sqrt{\alpha_t}}{\beta_t}x_t+\frac{\sqrt{\bar\alpha_{t-1}}}{1-\bar\alpha_{t-1}}x_0\Big)\,\frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\,\beta_t`,
      core: "posterior(…).mean",
      coefficients(v) {
        const { alpha, beta, barPrev } = tables(v);
        return { xt: Math.sqrt(alpha) / beta, x0: Math.sqrt(barPrev) / (1 - barPrev), betaTilde: posteriorOf(v).variance };
      },
      left: mean,
      right: ({ xt, x0 }, c) => pointwise((xt, x0) => (c.xt * xt + c.x0 * x0) * c.betaTilde, xt, x0),
    }),
    equation(`${prefix}.mu-tilde.3`, {
      title: "multiplied out: the posterior's mean",
      latex: String.raw`\tilde\mu_t = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}\,x_t + \frac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1-\bar\alpha_t}\,x_0`,
      core: "posterior(…).mean",
      coefficients: (v) => ({ xt: posteriorOf(v).xt, x0: posteriorOf(v).x0 }),
      left: mean,
      right: ({ xt, x0 }, c) => pointwise((xt, x0) => c.xt * xt + c.x0 * x0, xt, x0),
    }),
  ];
}
