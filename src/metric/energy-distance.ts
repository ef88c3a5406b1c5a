import { discrepancy } from "./discrepancy.ts";
import { type Measured, type TwoSamples, countPoints, mean } from "./measured.ts";
import { type Kernel, type PairSums, pairSums } from "./pair-sums.ts";

/**
 * The energy distance $2E\|X-Y\| - E\|X-X'\| - E\|Y-Y'\|$ of Székely & Rizzo 2013, in units of x: 0 for equal laws and for no others.
 * Without bias, so that with equal laws it is 0 on average and as often negative. The standard error is a jackknife's, right with equal
 * laws too (see `discrepancy`). All pairs are compared: about a second for 10,000 points against 10,000 in two dimensions; in one dimension
 * it is done by sorting, in a few milliseconds. RangeError for fewer than 2 points, TypeError for a wrong number of coordinates.
 */
export function energyDistance({ x, y, dimensions = 1 }: TwoSamples): Measured {
  countPoints(x, dimensions, 2);
  countPoints(y, dimensions, 2);
  const sums = dimensions === 1 ? sortedSums : (a: Float64Array, b: Float64Array) => pairSums(a, b, dimensions, negativeDistance);
  return discrepancy(sums(x, x), sums(y, y), sums(x, y));
}

const negativeDistance: Kernel = (squares, count) => {
  for (let j = 0; j < count; j++) squares[j] = -Math.sqrt(squares[j]!);
};

/** `pairSums` of −|x − y| in one dimension. */
function sortedSums(a: Float64Array, b: Float64Array): PairSums {
  const centre = mean(b);
  const [ownA, ownB] = [a.map((value) => value - centre), b.map((value) => value - centre)];
  const [n, m] = [a.length, b.length];
  const power = (values: Float64Array, exponent: 1 | 2): number => values.reduce((total, value) => total + value ** exponent, 0);
  const squares = m * power(ownA, 2) + n * power(ownB, 2) - 2 * power(ownA, 1) * power(ownB, 1);
  return { ofA: distancesTo(ownB, ownA), ofB: a === b ? distancesTo(ownB, ownB) : distancesTo(ownA, ownB), squares };
}

/** −Σ_j |at_i − points_j| of each i. */
function distancesTo(points: Float64Array, at: Float64Array): Float64Array {
  const sorted = points.toSorted();
  const n = sorted.length;
  const below = new Float64Array(n + 1);
  sorted.forEach((value, j) => (below[j + 1] = below[j]! + value));
  return at.map((value) => {
    let [low, high] = [0, n];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return -(value * (2 * low - n) - 2 * below[low]! + below[n]!);
  });
}
