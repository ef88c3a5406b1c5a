import { type ScalarOf } from "../algebra/index.ts";
import { klDivergence } from "../gaussian/index.ts";
import { boundTerm, boundWeighting, lossWeights, simpleLoss } from "../objective/index.ts";
import { entropy, gaussianTarget, reverseKernel } from "../oracle/index.ts";
import { marginal } from "../process/index.ts";
import { type Entry } from "./entry.ts";
import { pointwise, posteriorOf, sumOfSquares, tables } from "./formulas.ts";
import { section } from "./section.ts";
import { type Step, drawStep } from "./values.ts";

const { equation } = section("001", drawStep);

const timesteps = ({ schedule }: Step, from: number): number[] => Array.from({ length: schedule.T + 1 - from }, (_, i) => from + i);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
/** ½(r − 1 − log r), the divergence between Gaussians of one mean whose variances have the ratio r. */
const ofRatio = (ratio: number): number => 0.5 * (ratio - 1 - Math.log(ratio));

/** Another noise for every t, made of the two of the draw. */
const noiseAt = (v: Step, t: number): Float64Array => pointwise((a, b) => Math.cos(t) * a + Math.sin(t) * b, v.eps, v.epsPrev);
/** A network of one bend. */
const network = (x: Float64Array, bias: Float64Array): Float64Array => pointwise((x, b) => 0.8 * x + 0.3 * Math.sin(x) + 0.1 * b, x, bias);

/** Seed 001's bound summed over all steps, its equation 5 on data, and L_simple as the objective that it is. */
export const seed001Objective: readonly Entry[] = [
  equation("vlb", {
    title: "the paper's equation 5 as a whole, T divergences and the decoder, for one noise at each t (σ² = β)",
    latex: String.raw`L = D_{KL}\big(q(x_T\mid x_0)\,\|\,p(x_T)\big)+\sum_{t\ge2}D_{KL}\big(q(x_{t-1}\mid x_t,x_0)\,\|\,p_\theta(x_{t-1}\mid x_t)\big)-\log p_\theta(x_0\mid x_1)`,
    core: "klDivergence over marginal; boundTerm, which vlb adds up",
    coefficients: (v) => ({
      signal: v.bar(v.schedule.T), noise: 1 - v.bar(v.schedule.T), half: 0.5, last: v.beta(1), twoPi: 2 * Math.PI,
      // Those that stand once for each t, as factors of 1.
      jumpSignal: 1, jumpNoise: 1, x0: 1, xt: 1, betaTilde: 1, variance: 1, mean: 1, eps: 1,
    }),
    left(v) {
      const { schedule, x0, epsTheta } = v;
      const end = marginal(schedule, schedule.T);
      const prior = klDivergence({ mean: end.mean({ x0 }), variance: end.variance }, { mean: x0.map(() => 0), variance: 1 });
      return prior + total(timesteps(v, 1).map((t) => {
        const xt = marginal(schedule, t).sample({ x0 }, noiseAt(v, t));
        return total([...boundTerm(schedule, t, { x0, xt, output: { kind: "eps", value: network(xt, epsTheta) } })]);
      }));
    },
    right(v, c) {
      const d = v.x0.length;
      const prior = c.half * (c.signal * sumOfSquares(v.x0) + d * (c.noise - 1 - Math.log(c.noise)));
      return prior + total(timesteps(v, 1).map((t) => {
        const xt = pointwise((x, e) => c.jumpSignal * Math.sqrt(v.bar(t)) * x + c.jumpNoise * Math.sqrt(1 - v.bar(t)) * e, v.x0, noiseAt(v, t));
        const own = t === 1 ? c.last : c.variance * v.beta(t);
        const law = posteriorOf({ ...v, t });
        const gap = pointwise((x0, x, e) => {
          const mean = (c.mean * (x - c.eps * (v.beta(t) / Math.sqrt(1 - v.bar(t))) * e)) / Math.sqrt(v.alpha(t));
          return (t === 1 ? x0 : c.x0 * law.x0 * x0 + c.xt * law.xt * x) - mean;
        }, v.x0, xt, network(xt, v.epsTheta));
        return (c.half * sumOfSquares(gap)) / own + d * (t === 1 ? c.half * Math.log(c.twoPi * own) : ofRatio((c.betaTilde * law.variance) / own));
      }));
    },
  }),
  equation("vlb.entropy", {
    title: "equation 5 on data: its average is the entropy and what the model misses of the chain read backwards (N(0, w), linear model, σ² = β)",
    latex: String.raw`E_{x_0}[L] = h(x_0)+D_{KL}\big(q(x_T)\,\|\,p\big)+\sum_{t\ge1}E\,D_{KL}\big(q(x_{t-1}\mid x_t)\,\|\,p_\theta(x_{t-1}\mid x_t)\big)`,
    core: "entropy, reverseKernel, klDivergence",
    coefficients: (v) => ({
      data: 0.3 + v.beta(1), signal: v.bar(v.schedule.T), noise: 1 - v.bar(v.schedule.T), last: v.beta(1), half: 0.5, twoPi: 2 * Math.PI,
      // Those that stand once for each t, as factors of 1.
      x0: 1, xt: 1, betaTilde: 1, variance: 1, slope: 1, jumpSignal: 1, jumpNoise: 1,
    }),
    left(v) {
      const data = gaussianTarget({ mean: 0, variance: 0.3 + v.beta(1) });
      const variance = (t: number): number => data.diffused(v.schedule, t).variances[0]!;
      const missed = timesteps(v, 1).map((t) => {
        const std = Math.sqrt(variance(t));
        const truth = reverseKernel(data, v.schedule, t, std);
        return klDivergence({ mean: truth.means[0]!, variance: truth.variances[0]! }, { mean: slopeAt(v, t) * std, variance: v.schedule.beta[t]! });
      });
      return entropy(data) + klDivergence({ mean: 0, variance: variance(v.schedule.T) }, { mean: 0, variance: 1 }) + total(missed);
    },
    right(v, c) {
      const prior = c.half * (c.signal * c.data + c.noise - 1 - Math.log(c.noise));
      return prior + total(timesteps(v, 1).map((t) => {
        const [signal, noise, own] = [c.jumpSignal * v.bar(t), c.jumpNoise * (1 - v.bar(t)), t === 1 ? c.last : c.variance * v.beta(t)];
        const law = t === 1 ? { x0: 1, xt: 0, variance: own } : posteriorOf({ ...v, t });
        const [ofX0, rest] = [c.x0 * law.x0, c.xt * law.xt - c.slope * slopeAt(v, t)];
        const square = ofX0 ** 2 * c.data + 2 * ofX0 * rest * Math.sqrt(signal) * c.data + rest ** 2 * (signal * c.data + noise);
        return (c.half * square) / own + (t === 1 ? c.half * Math.log(c.twoPi * own) : ofRatio((c.betaTilde * law.variance) / own));
      }));
    },
  }),
  equation("L-simple", {
    title: "L_simple for one t and one noise: the network is asked at x_t made of both, and its answer held against the noise",
    latex: String.raw`\big\|\epsilon-\epsilon_\theta\big(\sqrt{\bar\alpha_t}\,x_0+\sqrt{1-\bar\alpha_t}\,\epsilon,\ t\big)\big\|^2`,
    core: "simpleLoss, marginal",
    coefficients: (v) => ({ signal: Math.sqrt(v.bar(v.t)), noise: Math.sqrt(1 - v.bar(v.t)) }),
    left({ schedule, t, x0, eps, epsTheta }): ScalarOf<Float64Array> {
      const xt = marginal(schedule, t).sample({ x0 }, eps);
      return simpleLoss(network(xt, epsTheta), eps, { weight: eps.length });
    },
    right(v, c) {
      const guess = network(pointwise((x, e) => c.signal * x + c.noise * e, v.x0, v.eps), v.epsTheta);
      return sumOfSquares(pointwise((e, g) => e - g, v.eps, guess));
    },
  }),
  equation("L-simple.weight", {
    title: "what the bound multiplies the same square by, which L_simple sets to 1 (σ² = β)",
    latex: String.raw`\frac{\beta_t^2}{2\sigma_t^2\,\alpha_t\,(1-\bar\alpha_t)}`,
    core: "lossWeights(schedule, boundWeighting())",
    coefficients: (v) => ({ beta: tables(v).beta, alpha: tables(v).alpha, noise: 1 - tables(v).bar }),
    left: ({ schedule, t }) => lossWeights(schedule, boundWeighting(), "eps")[t]!,
    right: (_, c) => c.beta / (2 * c.alpha * c.noise),
  }),
];

/** A model's step back whose mean is this times x_t: near the right one, and not right. */
function slopeAt(v: Step, t: number): number {
  return 0.9 * Math.sqrt(v.alpha(t));
}
