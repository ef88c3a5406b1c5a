import { arrayAlgebra } from "../algebra/index.ts";
import { convert, convertAt } from "../process/index.ts";
import { ancestral, type Estimate, type Sampler } from "../sampler/index.ts";
import { levelAt, linearSchedule } from "../schedule/index.ts";
import { type Entry } from "./entry.ts";
import { noiseForm, pointwise } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawStep, stepAt } from "./values.ts";

const { equation: of001 } = section("001", drawStep);
const { equation: of004, erratum: slipOf004 } = section("004", drawStep);

/** A network of one bend, and another noise for every t, made of the two of the draw. */
const network = (x: Float64Array, t: number, bias: Float64Array): Float64Array =>
  pointwise((x, b) => 0.7 * x + 0.2 * Math.sin(x + t) + 0.1 * b, x, bias);
const noiseAt = (v: Step, t: number): Float64Array => pointwise((a, b) => Math.cos(t) * a + Math.sin(t) * b, v.eps, v.epsPrev);

/** The core's sampler from x_T to x_0, step by step as `sample` does, but with the noises of the draw. */
function sampled(v: Step, sampler: Sampler): Float64Array {
  let x = v.xt;
  for (let t = v.schedule.T; t >= 1; t--) {
    const [from, to] = [levelAt(v.schedule, t), levelAt(v.schedule, t - 1)];
    const output = { kind: "eps", value: network(x, t, v.epsTheta) } as const;
    const here: Estimate<Float64Array> = { level: from, x, output, eps: output.value, x0: convertAt(from, x, output, "x0") };
    const stepped = sampler.step<Float64Array>({
      from, to, index: v.schedule.T - t, steps: v.schedule.T, x, here, past: [], algebra: arrayAlgebra, schedule: v.schedule,
      estimate: () => Promise.reject(new Error("an ancestral step asks the model once")), noise: () => noiseAt(v, t),
    }) as { x: Float64Array };
    x = stepped.x;
  }
  return x;
}

/** The loop as the seeds print it; `root` is the power that makes square roots, `factor` counts the noise. */
function looped(v: Step, { root, factor }: { root: number; factor: number }): Float64Array {
  let x = v.xt;
  for (let t = v.schedule.T; t >= 1; t--) {
    const [alpha, beta, rest] = [v.alpha(t), v.beta(t), 1 - v.bar(t)];
    const std = t > 1 ? factor * beta ** root : 0;
    x = pointwise((x, e, z) => (x - (beta / rest ** root) * e) / alpha ** root + std * z, x, network(x, t, v.epsTheta), noiseAt(v, t));
  }
  return x;
}

const loop = {
  coefficients: () => ({ root: 0.5, factor: 1 }),
  left: (v: Step) => sampled(v, ancestral({ variance: "beta" })),
  right: looped,
};

/** The paper's algorithm 2 as seed 001 tells it. */
export const seed001Sampling: readonly Entry[] = [
  of001("sampling", {
    title: "its recipe for a new picture (algorithm 2 of the paper), all steps from x_T to x_0 with a network of one bend (σ² = β)",
    latex: String.raw`x_{t-1} = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}\epsilon_\theta(x_t,t)\Big)+\sigma_tz,\quad t = T,\dots,1,\quad z = 0 \text{ at } t = 1`,
    core: "ancestral",
    ...loop,
  }),
];

/** Seed 004's sampling: the listing as a whole, and what it warns of. */
export const seed004Sampling: readonly Entry[] = [
  of004("code.reverse", {
    title: "reverse_diffustion as a whole, begun at t = T: denoising_onestep for every t, without noise at t = 1",
    latex: String.raw`x_{t-1} = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}\epsilon_\theta\Big)+\mathbf 1_{t>1}\sqrt{\beta_t}\,z,\quad t = T,\dots,1`,
    core: "ancestral",
    ...loop,
  }),
  slipOf004("subtract", {
    title: "to predict noise and subtract it, again and again, is no step of the chain: ε_θ is the noise down to x_0, of which a step takes β_t/√(1−ᾱ_t)",
    latex: String.raw`\mu_\theta = \frac1{\sqrt{\alpha_t}}\Big(x_t-\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}\epsilon_\theta\Big)`,
    says: String.raw`x_{t-1} = x_t-\epsilon_\theta \text{ ("it might work")}`,
    core: "convert, eps to mean",
    coefficients: noiseForm,
    left: ({ schedule, t, xt, epsTheta }) => convert(schedule, t, xt, { kind: "eps", value: epsTheta }, "mean"),
    right: ({ xt, epsTheta }, c) => pointwise((x, e) => c.factor * (x - c.eps * e), xt, epsTheta),
    stated: ({ xt, epsTheta }) => pointwise((x, e) => x - e, xt, epsTheta),
    counterexample: { where: "linear, t = 500, x_t = 1, ε_θ = ½", values: () => stepAt(linearSchedule(), 500, { xt: 1, epsTheta: 0.5 }) },
  }),
];
