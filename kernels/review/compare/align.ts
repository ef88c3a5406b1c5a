/** Two positions that belong together, or one that has no counterpart. */
export type Pair = readonly [before: number | undefined, after: number | undefined];

/** Work beyond this many comparisons is not done: what is left is paired by position. */
const limit = 1_000_000;

/**
 * Pairs two sequences in order so that the scores of the pairs sum to the most. A score of 0 never pairs;
 * `perfect` is the best there is, and pairs without a search at both ends.
 */
export function align(n: number, m: number, score: (before: number, after: number) => number, perfect: number): Pair[] {
  let start = 0;
  while (start < n && start < m && score(start, start) >= perfect) start++;
  let end = 0;
  while (end < n - start && end < m - start && score(n - 1 - end, m - 1 - end) >= perfect) end++;
  const ends = (from: number, to: number, shift: number): Pair[] => Array.from({ length: to - from }, (_, i) => [from + i, from + i + shift]);
  return [...ends(0, start, 0), ...middle(start, n - end, m - end, score), ...ends(n - end, n, m - n)];
}

function middle(start: number, n: number, m: number, score: (before: number, after: number) => number): Pair[] {
  const rows = n - start;
  const columns = m - start;
  if (rows * columns > limit) {
    return Array.from({ length: Math.max(rows, columns) }, (_, i) => [i < rows ? start + i : undefined, i < columns ? start + i : undefined]);
  }
  const scores = new Float64Array(rows * columns);
  const best = new Float64Array((rows + 1) * (columns + 1));
  const at = (i: number, j: number): number => i * (columns + 1) + j;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const own = (scores[i * columns + j] = score(start + i, start + j));
      best[at(i, j)] = Math.max(best[at(i + 1, j)], best[at(i, j + 1)], own > 0 ? own + best[at(i + 1, j + 1)] : 0);
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    const own = scores[i * columns + j];
    if (own > 0 && best[at(i, j)] === own + best[at(i + 1, j + 1)]) pairs.push([start + i++, start + j++]);
    else if (best[at(i + 1, j)] >= best[at(i, j + 1)]) pairs.push([start + i++, undefined]);
    else pairs.push([undefined, start + j++]);
  }
  while (i < rows) pairs.push([start + i++, undefined]);
  while (j < columns) pairs.push([undefined, start + j++]);
  return pairs;
}
