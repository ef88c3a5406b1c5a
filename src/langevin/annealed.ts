import { type Level } from "../schedule/index.ts";
import { type LangevinSampler } from "./chain.ts";
import { langevinStep } from "./langevin-step.ts";

export interface AnnealedOptions<V> {
  /** The score of the law at a level. */
  score: (x: V, level: Level) => V | Promise<V>;
  /** From the noisiest down. */
  levels: readonly Level[];
  /** T of the paper; 100 unless told. */
  stepsPerLevel?: number;
  /** δ at the last level; at level i it is $\text{step}\cdot\sigma_i^2/\sigma_L^2$. */
  step: number;
}

/**
 * Annealed Langevin dynamics (Song & Ermon 2019, algorithm 1): ULA at one level after another, with steps in proportion to the noise's
 * variance. Its chain ends by itself. RangeError for levels without noise or none, or a step or stepsPerLevel that is not positive.
 */
export function annealedLangevin<V>({ score, levels, stepsPerLevel = 100, step }: AnnealedOptions<V>): LangevinSampler<V> {
  const last = levels.at(-1);
  if (last === undefined || levels.some(({ sigma }) => !(sigma > 0))) {
    throw new RangeError("annealed Langevin dynamics at a level without noise, or none: give levels with sigma above 0");
  }
  if (!(step > 0)) throw new RangeError(`step ${step} at the last level: a positive number is needed`);
  if (!(Number.isInteger(stepsPerLevel) && stepsPerLevel >= 1)) throw new RangeError(`${stepsPerLevel} steps a level: a whole number from 1 up is needed`);
  return {
    name: "annealed Langevin",
    steps: levels.length * stepsPerLevel,
    async step({ x, index, algebra, own, noise }) {
      const level = levels[Math.min(Math.floor(index / stepsPerLevel), levels.length - 1)]!;
      const delta = step * (level.sigma / last.sigma) ** 2;
      return { x: langevinStep(delta).apply({ x, score: own(await score(x, level)), z: noise() }, algebra), step: delta };
    },
  };
}
