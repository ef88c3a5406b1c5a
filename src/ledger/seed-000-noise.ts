import { convert, posterior } from "../process/index.ts";
import { linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { noiseForm, pointwise, posteriorOf, tables } from "./formulas.ts";
import { jumpSolved } from "./restated.ts";
import { section } from "./section.ts";
import { type Step, drawStep, stepAt } from "./values.ts";

const { equation, erratum } = section("000", drawStep);

/** μ̃_t for the noise ε, as the core converts it. */
const mean = ({ schedule, t, xt, eps }: Step): Float64Array => convert(schedule, t, xt, { kind: "eps", value: eps }, "mean");

/** A line of the derivation that multiplies x_t and ε by one number each. */
const line = (of: { xt: number; eps: number }, { xt, eps }: Step): Float64Array => pointwise((x, e) => of.xt * x - of.eps * e, xt, eps);

/** Seed 000 from μ̃_t(x_t, x_0) to μ̃_t(x_t, ε), with the algebra that it leaves to do (its second TODO) in four lines. */
export const seed000Noise: readonly Entry[] = [
  jumpSolved("000", "x0"),
  equation("noise.1", {
    title: "x_0 put into the mean",
    latex: String.raw`\tilde\mu_t = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t + \frac{\sqrt{\bar\alpha_{t-1}}\beta_t}{1-\bar\alpha_t}\,\frac{1}{\sqrt{\bar\alpha_t}}\big(x_t-\sqrt{1-\bar\alpha_t}\,\epsilon_t\big)`,
    core: "convert, eps to mean",
    coefficients: (v) => ({ xt: posteriorOf(v).xt, x0: posteriorOf(v).x0, root: Math.sqrt(tables(v).bar), eps: Math.sqrt(1 - tables(v).bar) }),
    left: mean,
    right: ({ xt, eps }, c) => pointwise((x, e) => c.xt * x + (c.x0 * (x - c.eps * e)) / c.root, xt, eps),
  }),
  equation("noise.2", {
    title: "multiplied out",
    latex: String.raw`\tilde\mu_t = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t + \frac{\sqrt{\bar\alpha_{t-1}}\beta_t}{(1-\bar\alpha_t)\sqrt{\bar\alpha_t}}x_t - \frac{\sqrt{\bar\alpha_{t-1}}\beta_t}{(1-\bar\alpha_t)\sqrt{\bar\alpha_t}}\sqrt{1-\bar\alpha_t}\,\epsilon_t`,
    core: "convert, eps to mean",
    coefficients(v) {
      const { beta, bar, barPrev } = tables(v);
      const factor = (Math.sqrt(barPrev) * beta) / ((1 - bar) * Math.sqrt(bar));
      return { first: posteriorOf(v).xt, second: factor, third: factor * Math.sqrt(1 - bar) };
    },
    left: mean,
    right: (v, c) => line({ xt: c.first + c.second, eps: c.third }, v),
  }),
  erratum("noise.3", {
    title: "gathered: the second term over x_t keeps its 1/√ᾱ_t, which the seed loses",
    latex: String.raw`\tilde\mu_t = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})+\beta_t\sqrt{\bar\alpha_{t-1}}/\sqrt{\bar\alpha_t}}{1-\bar\alpha_t}x_t - \frac{\beta_t\sqrt{\bar\alpha_{t-1}}}{\sqrt{\bar\alpha_t}\sqrt{1-\bar\alpha_t}}\epsilon_t`,
    says: String.raw`\tilde\mu_t = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})+\beta_t\sqrt{\bar\alpha_{t-1}}}{1-\bar\alpha_t}x_t - \frac{\beta_t\sqrt{\bar\alpha_{t-1}}}{\sqrt{\bar\alpha_t}\sqrt{1-\bar\alpha_t}}\epsilon_t`,
    core: "convert, eps to mean",
    coefficients(v) {
      const { alpha, beta, bar, barPrev } = tables(v);
      return {
        first: Math.sqrt(alpha) * (1 - barPrev), second: (beta * Math.sqrt(barPrev)) / Math.sqrt(bar), denominator: 1 - bar,
        eps: (beta * Math.sqrt(barPrev)) / (Math.sqrt(bar) * Math.sqrt(1 - bar)),
      };
    },
    left: mean,
    right: (v, c) => line({ xt: (c.first + c.second) / c.denominator, eps: c.eps }, v),
    stated(v) {
      const { alpha, beta, bar, barPrev } = tables(v);
      const xt = (Math.sqrt(alpha) * (1 - barPrev) + beta * Math.sqrt(barPrev)) / (1 - bar);
      return line({ xt, eps: (beta * Math.sqrt(barPrev)) / (Math.sqrt(bar) * Math.sqrt(1 - bar)) }, v);
    },
    counterexample: { where: "what multiplies x_t, linear, t = 500", values: () => stepAt(linearSchedule(), 500, { xt: 1, eps: 0 }) },
  }),
  equation("noise.4", {
    title: "the TODO, first: √ᾱ_{t−1}/√ᾱ_t = 1/√α_t",
    latex: String.raw`\tilde\mu_t = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})+\beta_t/\sqrt{\alpha_t}}{1-\bar\alpha_t}x_t - \frac{\beta_t}{\sqrt{\alpha_t}\sqrt{1-\bar\alpha_t}}\epsilon_t`,
    core: "convert, eps to mean",
    coefficients(v) {
      const { alpha, beta, bar, barPrev } = tables(v);
      return {
        first: Math.sqrt(alpha) * (1 - barPrev), second: beta / Math.sqrt(alpha), denominator: 1 - bar,
        eps: beta / (Math.sqrt(alpha) * Math.sqrt(1 - bar)),
      };
    },
    left: mean,
    right: (v, c) => line({ xt: (c.first + c.second) / c.denominator, eps: c.eps }, v),
  }),
  equation("noise.5", {
    title: "second: 1/√α_t in front, β_t = 1 − α_t",
    latex: String.raw`\tilde\mu_t = \frac{1}{\sqrt{\alpha_t}}\,\frac{\alpha_t(1-\bar\alpha_{t-1})+1-\alpha_t}{1-\bar\alpha_t}x_t - \frac{1-\alpha_t}{\sqrt{\alpha_t}\sqrt{1-\bar\alpha_t}}\epsilon_t`,
    core: "convert, eps to mean",
    coefficients(v) {
      const { alpha, bar, barPrev } = tables(v);
      return {
        front: 1 / Math.sqrt(alpha), before: alpha * (1 - barPrev), one: 1, alpha, denominator: 1 - bar,
        eps: (1 - alpha) / (Math.sqrt(alpha) * Math.sqrt(1 - bar)),
      };
    },
    left: mean,
    right: (v, c) => line({ xt: (c.front * (c.before + c.one - c.alpha)) / c.denominator, eps: c.eps }, v),
  }),
  equation("noise.6", {
    title: "third: α_t ᾱ_{t−1} = ᾱ_t turns the numerator into the denominator",
    latex: String.raw`\alpha_t(1-\bar\alpha_{t-1})+1-\alpha_t = \alpha_t-\bar\alpha_t+1-\alpha_t = 1-\bar\alpha_t`,
    core: "schedule.oneMinusAlphaBar",
    coefficients: (v) => ({ alpha: tables(v).alpha, bar: tables(v).bar, one: 1, minus: tables(v).alpha }),
    left: ({ schedule, t }) => schedule.oneMinusAlphaBar[t]!,
    right: (_, c) => c.alpha - c.bar + c.one - c.minus,
  }),
  equation("noise.7", {
    title: "fourth: what is left",
    latex: String.raw`\tilde\mu_t = \frac{1}{\sqrt{\alpha_t}}x_t - \frac{1-\alpha_t}{\sqrt{\alpha_t}\sqrt{1-\bar\alpha_t}}\epsilon_t`,
    core: "convert, eps to mean",
    coefficients(v) {
      const { alpha, bar } = tables(v);
      return { xt: 1 / Math.sqrt(alpha), eps: (1 - alpha) / (Math.sqrt(alpha) * Math.sqrt(1 - bar)) };
    },
    left: mean,
    right: (v, c) => line(c, v),
  }),
  equation("noise.8", {
    title: "the mean in terms of noise",
    latex: String.raw`\tilde\mu_t = \frac{1}{\sqrt{\alpha_t}}\Big(x_t-\frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}}\epsilon_t\Big)`,
    core: "convert, eps to mean; posterior(…).mean at the x_0 that belongs to ε",
    coefficients: noiseForm,
    left: (v) => ({
      converted: mean(v),
      posterior: posterior(v.schedule, v.t).mean({ xt: v.xt, x0: convert(v.schedule, v.t, v.xt, { kind: "eps", value: v.eps }, "x0") }),
    }),
    right({ xt, eps }, c) {
      const value = pointwise((x, e) => c.factor * (x - c.eps * e), xt, eps);
      return { converted: value, posterior: value };
    },
  }),
];
