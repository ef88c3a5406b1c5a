import { type LangevinSampler, type Score, type StepSize, stepAt } from "./chain.ts";
import { langevinStep } from "./langevin-step.ts";

export interface UlaOptions<V> {
  score: Score<V>;
  step: StepSize;
}

/**
 * The unadjusted Langevin algorithm, $x \leftarrow x + \tfrac\delta2\nabla\log p(x) + \sqrt\delta\,\epsilon$: seed 000's formula with δ its
 * step size. (Others call δ/2 the step: their dt.) With a step size that stays, the law it settles in is not p but near it: see
 * `stationaryVariance`. RangeError for a step that is not positive.
 */
export function ula<V>({ score, step }: UlaOptions<V>): LangevinSampler<V> {
  return {
    name: "ULA",
    async step({ x, index, algebra, own, noise }) {
      const delta = stepAt(step, index, "ULA");
      return { x: langevinStep(delta).apply({ x, score: own(await score(x)), z: noise() }, algebra), step: delta };
    },
  };
}

export interface StationaryOptions {
  step: number;
  /** Of the target N(m, variance); 1 unless told. */
  variance?: number;
  /** Of the gradient's own noise, at any x; 0 unless told. */
  gradientVariance?: number;
}

/**
 * The variance in which `ula` and `sgld` settle on a Gaussian target: $v\,\frac{1 + \delta s^2/4}{1 - \delta/(4v)}$, s² being the variance of
 * a stochastic gradient; 1/(1 − δ/4) for ULA on N(0, 1). RangeError where δ is not in (0, 4v): there the chain diverges.
 */
export function stationaryVariance({ step, variance = 1, gradientVariance = 0 }: StationaryOptions): number {
  if (!(step > 0 && step < 4 * variance)) {
    throw new RangeError(`step ${step} on a target of variance ${variance}: below ${4 * variance}, four variances, the chain settles`);
  }
  return (variance * (1 + (step * gradientVariance) / 4)) / (1 - step / (4 * variance));
}
