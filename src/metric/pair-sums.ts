/** A symmetric kernel k(x, y) of the distance: turns the first `count` squared distances in place into values. */
export type Kernel = (squares: Float64Array, count: number) => void;

/** Sums of k over all pairs of a point of a and a point of b. */
export interface PairSums {
  /** Of each point of a, over b, and the other way round. */
  readonly ofA: Float64Array;
  readonly ofB: Float64Array;
  /** Of k². */
  readonly squares: number;
}

/** Pairs are gone through in stretches that stay in cache. */
const STRETCH = 1024;

/** Sums of k over the n·m pairs of two samples; with one sample given twice, over its ordered pairs of different points. */
export function pairSums(a: Float64Array, b: Float64Array, d: number, kernel: Kernel): PairSums {
  const within = a === b;
  const [n, m] = [a.length / d, b.length / d];
  const columns = Array.from({ length: d }, (_, c) => Float64Array.from({ length: m }, (_, j) => b[j * d + c]!));
  const ofA = new Float64Array(n);
  const ofB = within ? ofA : new Float64Array(m);
  const values = new Float64Array(STRETCH);
  let squares = 0;
  for (let i = 0; i < n; i++) {
    let total = 0;
    for (let from = within ? i + 1 : 0; from < m; from += STRETCH) {
      const count = Math.min(STRETCH, m - from);
      squaredDistances(a, i * d, columns, from, count, values);
      kernel(values, count);
      for (let j = 0; j < count; j++) {
        const value = values[j]!;
        total += value;
        squares += value * value;
        ofB[from + j]! += value;
      }
    }
    ofA[i]! += total;
  }
  return { ofA, ofB, squares: within ? 2 * squares : squares };
}

/** Of the point at `at` of a, to `count` points from the one numbered `from` on, which are given column by column. */
function squaredDistances(
  a: Float64Array, at: number, columns: readonly Float64Array[], from: number, count: number, to: Float64Array,
): void {
  for (let c = 0; c < columns.length; c++) {
    const [own, column] = [a[at + c]!, columns[c]!];
    if (c === 0) {
      for (let j = 0; j < count; j++) {
        const gap = own - column[from + j]!;
        to[j] = gap * gap;
      }
    } else {
      for (let j = 0; j < count; j++) {
        const gap = own - column[from + j]!;
        to[j]! += gap * gap;
      }
    }
  }
}
