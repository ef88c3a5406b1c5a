/** Numbers in ascending order, and where each stood before. */
export interface Line {
  readonly sorted: Float64Array;
  readonly order: Uint32Array;
}

export function sortedLine(values: Float64Array): Line {
  const order = Uint32Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  return { sorted: Float64Array.from(order, (i) => values[i]!), order };
}

/**
 * $\int_0^1 |F^{-1}(u) - G^{-1}(u)|^p\,du$ between two discrete laws on one line. `weights` has, for each value as it stood before sorting,
 * its probability in F if positive, in G if negative.
 */
export function transportCost({ sorted, order }: Line, weights: Float64Array, p: 1 | 2): number {
  const n = sorted.length;
  let [i, j] = [-1, -1];
  let [leftF, leftG] = [0, 0];
  let total = 0;
  for (;;) {
    // Weights below this are what rounding left of a value that has been used up.
    while (leftF <= 1e-14) {
      if (++i >= n) return total;
      leftF += Math.max(0, weights[order[i]!]!);
    }
    while (leftG <= 1e-14) {
      if (++j >= n) return total;
      leftG += Math.max(0, -weights[order[j]!]!);
    }
    const moved = Math.min(leftF, leftG);
    const gap = Math.abs(sorted[i]! - sorted[j]!);
    total += moved * (p === 1 ? gap : gap * gap);
    leftF -= moved;
    leftG -= moved;
  }
}
