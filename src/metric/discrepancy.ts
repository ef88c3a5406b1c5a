import { type Measured, mean, variance } from "./measured.ts";
import { type PairSums } from "./pair-sums.ts";

/**
 * $E\,k(X,X') + E\,k(Y,Y') - 2E\,k(X,Y)$ from sums over pairs, each average over pairs of different points: without bias, hence 0 on
 * average, and negative half of the time, where the two laws are equal.
 *
 * Its variance has a part of order 1/n, that of the average of $h(x) = 2E\,k(x,X') - 2E\,k(x,Y)$, which vanishes where the laws are equal,
 * and a part of order 1/n² that does not, $S = \frac{2\zeta_X}{n(n-1)} + \frac{2\zeta_Y}{m(m-1)} + \frac{4\zeta_{XY}}{nm}$, ζ being the
 * mean square of the kernel less its row and column means (Hoeffding 1948). The jackknife's estimate, the variance of the rows' own
 * averages, counts the second part twice; here it is counted once, so that the standard error is right with equal laws too.
 */
export function discrepancy(xx: PairSums, yy: PairSums, xy: PairSums): Measured {
  const [n, m] = [xx.ofA.length, yy.ofA.length];
  const [withinX, withinY] = [xx.ofA.map((sum) => sum / (n - 1)), yy.ofA.map((sum) => sum / (m - 1))];
  const [fromX, fromY] = [xy.ofA.map((sum) => sum / m), xy.ofB.map((sum) => sum / n)];
  const value = mean(withinX) + mean(withinY) - 2 * mean(fromX);

  const first =
    (4 * variance(withinX.map((own, i) => own - fromX[i]!))) / n + (4 * variance(withinY.map((own, j) => own - fromY[j]!))) / m;
  const second =
    (2 * centredSquare(xx.squares / (n * (n - 1)), withinX, withinX)) / (n * (n - 1)) +
    (2 * centredSquare(yy.squares / (m * (m - 1)), withinY, withinY)) / (m * (m - 1)) +
    (4 * centredSquare(xy.squares / (n * m), fromX, fromY)) / (n * m);
  return { value, standardError: Math.sqrt(Math.max(first - second, second)) };
}

/** E k̃², k̃ being k less the averages of its row and of its column. */
function centredSquare(square: number, rows: Float64Array, columns: Float64Array): number {
  const centre = mean(rows);
  const spread = (values: Float64Array): number => mean(values.map((value) => (value - centre) ** 2));
  return Math.max(0, square - centre ** 2 - spread(rows) - spread(columns));
}
