import { arrayAlgebra } from "../algebra/index.ts";
import { uniform } from "../random/index.ts";
import { type LangevinSampler, type StepSize, stepAt } from "./chain.ts";

/** log p of each of n points: a number for a number, n numbers for an array. */
export type LogDensity<V> = (x: V) => number | Float64Array;

export interface MalaOptions<V> {
  logDensity: LogDensity<V>;
  score: (x: V) => V;
  step: StepSize;
}

/** What is known of the points where the chain is. */
export interface MalaState {
  readonly logDensity: Float64Array;
  readonly score: Float64Array;
}

/**
 * The Metropolis-adjusted Langevin algorithm (Roberts & Tweedie 1996): ULA's step is a proposal $q(y\mid x) = \mathcal N(y;\ x +
 * \tfrac\delta2\nabla\log p(x),\ \delta I)$, accepted with probability $\min\big(1, \frac{p(y)\,q(x\mid y)}{p(x)\,q(y\mid x)}\big)$, so that
 * the law it settles in is p itself, at any δ. Each point is accepted or refused by itself. Takes numbers and Float64Arrays of n points, whose
 * number is that of `logDensity`'s values (TypeError where it does not divide the coordinates). RangeError for a step that is not positive.
 */
export function mala<V extends number | Float64Array>({ logDensity, score, step }: MalaOptions<V>): LangevinSampler<V, MalaState> {
  const known = (x: V): MalaState => ({ logDensity: asArray(logDensity(x)), score: asArray(score(x)) });
  return {
    name: "MALA",
    step({ x, state: here = known(x), index, noise, key }) {
      const delta = stepAt(step, index, "MALA");
      const from = asArray(x);
      const n = here.logDensity.length;
      const d = from.length / n;
      if (!Number.isInteger(d)) throw new TypeError(`${n} log densities of ${from.length} coordinates: give one a point`);
      const eps = asArray(noise());
      const to = arrayAlgebra.combine([1, delta / 2, Math.sqrt(delta)], [from, here.score, eps]);
      const there = known((typeof x === "number" ? to[0] : to) as V);
      const draws = uniform(key(), n);
      let accepted = 0;
      for (let point = 0; point < n; point++) {
        let logRatio = there.logDensity[point]! - here.logDensity[point]!;
        for (let i = point * d; i < (point + 1) * d; i++) {
          const back = from[i]! - to[i]! - (delta / 2) * there.score[i]!;
          logRatio += eps[i]! ** 2 / 2 - back ** 2 / (2 * delta);
        }
        if (Math.log1p(-draws[point]!) < logRatio) accepted += 1;
        else {
          there.logDensity[point] = here.logDensity[point]!;
          for (let i = point * d; i < (point + 1) * d; i++) {
            to[i] = from[i]!;
            there.score[i] = here.score[i]!;
          }
        }
      }
      return { x: (typeof x === "number" ? to[0] : to) as V, state: there, step: delta, accepted: accepted / n };
    },
  };
}

/** A copy, so that a refused proposal can be taken back in place. */
function asArray(value: number | Float64Array): Float64Array {
  return typeof value === "number" ? Float64Array.of(value) : Float64Array.from(value);
}
