import { type LangevinSampler, type Score, type StepSize, stepAt } from "./chain.ts";

export interface UnderdampedOptions<V> {
  score: Score<V>;
  /** δ = h², h being the step in time: so that δ means in the limit of strong friction what it means to ULA. */
  step: StepSize;
  /** γ, from 0 up; 1 unless told. */
  friction?: number;
}

/** The velocity, and the score at the position that it belongs to. */
export interface UnderdampedState<V> {
  readonly velocity: V;
  readonly score: V;
}

/**
 * Underdamped Langevin dynamics, $dx = v\,dt$, $dv = \nabla\log p(x)\,dt - \gamma v\,dt + \sqrt{2\gamma}\,dW$, by the splitting BAOAB
 * (Leimkuhler & Matthews 2013): half a kick, half a drift, friction and noise exactly, half a drift, half a kick. Of a Gaussian target the
 * positions settle in the exact variance at any stable step, h < 2σ. One evaluation a step; velocities start from N(0, I).
 * RangeError for a step that is not positive or a friction below 0.
 */
export function underdamped<V>({ score, step, friction = 1 }: UnderdampedOptions<V>): LangevinSampler<V, UnderdampedState<V>> {
  if (!(friction >= 0)) throw new RangeError(`friction ${friction}: a number from 0 up is needed`);
  return {
    name: "underdamped Langevin",
    async step({ x, state, index, algebra: { combine }, own, noise }) {
      const delta = stepAt(step, index, "underdamped Langevin");
      const h = Math.sqrt(delta);
      const { velocity, score: slope } = state ?? { velocity: noise(), score: own(await score(x)) };
      const kicked = combine([1, h / 2], [velocity, slope]);
      const middle = combine([1, h / 2], [x, kicked]);
      const kept = Math.exp(-friction * h);
      const rubbed = friction > 0 ? combine([kept, Math.sqrt(-Math.expm1(-2 * friction * h))], [kicked, noise()]) : kicked;
      const end = combine([1, h / 2], [middle, rubbed]);
      const newSlope = own(await score(end));
      return { x: end, state: { velocity: combine([1, h / 2], [rubbed, newSlope]), score: newSlope }, step: delta };
    },
  };
}
