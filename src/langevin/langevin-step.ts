import { type Algebra, algebraOf } from "../algebra/index.ts";

/** One Langevin step of size δ, written as what it multiplies the point, the score and the noise by. */
export interface LangevinStep {
  /** δ */
  readonly step: number;
  readonly x: 1;
  /** δ/2 */
  readonly score: number;
  /** √δ */
  readonly noise: number;
  /** Where it takes a point, z being standard normal; by the values' own algebra unless told. */
  apply<V>(values: { x: V; score: V; z: V }, algebra?: Algebra<V>): V;
}

/**
 * $x + \tfrac\delta2\,s + \sqrt\delta\,z$: seed 000's formula, which unadjusted, stochastic-gradient and annealed Langevin dynamics all repeat
 * and of which they differ in s and δ alone. RangeError for a δ that is not positive.
 */
export function langevinStep(delta: number): LangevinStep {
  if (!(delta > 0 && delta < Infinity)) throw new RangeError(`Langevin step of size ${delta}: a positive number is needed, such as 0.01`);
  const coefficients = { x: 1, score: delta / 2, noise: Math.sqrt(delta) } as const;
  return {
    step: delta,
    ...coefficients,
    apply({ x, score, z }, algebra) {
      // Values of kinds that differ are met here, whichever algebra adds them.
      const common = algebraOf(x, score, z);
      return (algebra ?? common).combine([coefficients.x, coefficients.score, coefficients.noise], [x, score, z]);
    },
  };
}
