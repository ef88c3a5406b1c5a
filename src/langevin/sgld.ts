import { resultOf } from "../algebra/holding.ts";
import { algebraOf } from "../algebra/index.ts";
import { type Key, permutation } from "../random/index.ts";
import { type LangevinSampler, type StepSize, stepAt } from "./chain.ts";
import { langevinStep } from "./langevin-step.ts";

/** An unbiased estimate of ∇ log p at x, drawn with a key. It may answer later. */
export type StochasticGradient<V> = (x: V, key: Key, index: number) => V | Promise<V>;

export interface SgldOptions<V> {
  gradient: StochasticGradient<V>;
  step: StepSize;
}

/**
 * Stochastic gradient Langevin dynamics (Welling & Teh 2011, equation 4): ULA with a gradient that holds noise of its own, such as that of
 * a minibatch. That noise has the variance δ²s²/4 beside the step's δ: it vanishes as δ does, and not before (see `stationaryVariance`).
 * RangeError for a step that is not positive.
 */
export function sgld<V>({ gradient, step }: SgldOptions<V>): LangevinSampler<V> {
  return {
    name: "SGLD",
    async step({ x, index, algebra, own, noise, key }) {
      const delta = stepAt(step, index, "SGLD");
      const score = own(await gradient(x, key(), index));
      return { x: langevinStep(delta).apply({ x, score, z: noise() }, algebra), step: delta };
    },
  };
}

/**
 * $\delta_t = a\,(b + t)^{-\gamma}$ from t = 0: with γ in (½, 1] the steps add up to infinity and their squares do not, and SGLD's averages
 * converge to the target's (Welling & Teh 2011; γ 0.55 unless told). RangeError for a, b or γ out of range.
 */
export function polynomialDecay({ a, b = 1, gamma = 0.55 }: { a: number; b?: number; gamma?: number }): (index: number) => number {
  if (!(a > 0 && b > 0)) throw new RangeError(`a = ${a}, b = ${b} of a decaying step: both must be positive`);
  if (!(gamma > 0.5 && gamma <= 1)) throw new RangeError(`gamma ${gamma} of a decaying step: a number in (0.5, 1] is needed`);
  return (index) => a * (b + index) ** -gamma;
}

export interface MinibatchOptions<V> {
  /** N, the number of data. */
  size: number;
  /** n, how many a minibatch has, drawn anew for each step without replacement. */
  batch: number;
  /** $\nabla\log p(x)$ of the prior. */
  prior: (x: V) => V;
  /** $\sum_{i\in B}\nabla\log p(y_i\mid x)$ over the data with the given indices. */
  likelihood: (x: V, indices: Int32Array) => V;
}

/**
 * $\nabla\log p(x) + \frac Nn\sum_{i\in B}\nabla\log p(y_i\mid x)$: the gradient of a posterior, estimated from a minibatch (Welling & Teh
 * 2011). On average over minibatches it is the whole gradient. RangeError unless 1 ≤ batch ≤ size.
 */
export function minibatchGradient<V>({ size, batch, prior, likelihood }: MinibatchOptions<V>): StochasticGradient<V> {
  if (!(Number.isInteger(batch) && batch >= 1 && batch <= size)) throw new RangeError(`minibatches of ${batch} out of ${size}: 1…${size} are needed`);
  return (x, key) => resultOf(algebraOf(x), ({ algebra, answer }) =>
    algebra.combine([1, size / batch], [answer(prior(x), x), answer(likelihood(x, permutation(key, size).subarray(0, batch)), x)]));
}
