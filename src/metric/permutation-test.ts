import { type Key, foldIn, permutation } from "../random/index.ts";
import { type TwoSamples, countPoints, requireCounts } from "./measured.ts";

export interface PermutationTestOptions extends TwoSamples {
  /** Large where the laws differ: `(samples) => energyDistance(samples).value`. */
  readonly statistic: (samples: Required<TwoSamples>) => number;
  readonly key: Key;
  /** How many times the points are dealt anew; 99 unless told. */
  readonly permutations?: number;
}

/** What `permutationTest` finds. */
export interface PermutationTest {
  readonly statistic: number;
  /** How often, the samples themselves counted in, points dealt at random do as well: with equal laws at most α with probability α. */
  readonly pValue: number;
}

/**
 * Whether two samples come from one law: the points of both are put together and dealt anew, which changes nothing if they do. Exact for
 * any statistic and any size of sample: a right pair fails at level α with a probability of at most α (Phipson & Smyth 2010).
 * RangeError for permutations that are no whole number from 1 up.
 */
export function permutationTest(options: PermutationTestOptions): PermutationTest {
  const { x, y, dimensions = 1, statistic, key, permutations = 99 } = options;
  const n = countPoints(x, dimensions, 1);
  const total = n + countPoints(y, dimensions, 1);
  requireCounts({ permutations });
  const pooled = new Float64Array(x.length + y.length);
  pooled.set(x);
  pooled.set(y, x.length);
  const observed = statistic({ x, y, dimensions });
  let asLarge = 1;
  for (let round = 0; round < permutations; round++) {
    const order = permutation(foldIn(key, round), total);
    const dealt = new Float64Array(pooled.length);
    order.forEach((from, to) => dealt.set(pooled.subarray(from * dimensions, (from + 1) * dimensions), to * dimensions));
    if (statistic({ x: dealt.slice(0, x.length), y: dealt.slice(x.length), dimensions }) >= observed) asLarge++;
  }
  return { statistic: observed, pValue: asLarge / (permutations + 1) };
}
