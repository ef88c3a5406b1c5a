import { type Key, foldIn, normal, permutation, uniform } from "../random/index.ts";
import { type Measured, type TwoSamples, countPoints, mean, requireCounts, variance } from "./measured.ts";
import { type Line, sortedLine, transportCost } from "./transport.ts";

export interface SlicedWassersteinOptions extends TwoSamples {
  /** For the directions, and for the resamplings. */
  readonly key: Key;
  /** The p of the distance, 2 unless told. */
  readonly p?: 1 | 2;
  /** How many directions; 64 unless told, and one where there is but one dimension. */
  readonly directions?: number;
  /** How many resamplings each of the standard error and of the floor is made from; 20 unless told. */
  readonly resamplings?: number;
}

export interface SlicedWasserstein extends Measured {
  /** What two samples of these sizes from one law show on average: the mean over random exchanges of points between the two. */
  readonly floor: number;
  /** The standard deviation of a single such exchange: a value within two or three of these from the floor tells no difference. */
  readonly floorSpread: number;
}

/**
 * The sliced Wasserstein distance $\big(\frac1L\sum_l W_p^p(\theta_l^\top X, \theta_l^\top Y)\big)^{1/p}$ (Bonneel et al. 2015) over random
 * directions θ, in units of x; in one dimension the Wasserstein distance itself, $\big(\int_0^1 |F_X^{-1}-F_Y^{-1}|^p\big)^{1/p}$. It is
 * never negative, so with equal laws it is not 0 but about `floor`. The standard error is the bootstrap's, with that of the directions;
 * near the floor, where the bootstrap fails, compare with `floorSpread`. RangeError for fewer than 2 points or counts that are no whole
 * number.
 */
export function slicedWasserstein(options: SlicedWassersteinOptions): SlicedWasserstein {
  const { x, y, dimensions = 1, key, p = 2, resamplings = 20 } = options;
  const [n, m] = [countPoints(x, dimensions, 2), countPoints(y, dimensions, 2)];
  const count = dimensions === 1 ? 1 : (options.directions ?? 64);
  requireCounts({ directions: count, resamplings });
  const theta = directions(foldIn(key, 0), count, dimensions);
  const [plain, boots, exchanges] = [new Float64Array(count), new Float64Array(resamplings), new Float64Array(resamplings)];
  const weights = {
    own: membership(n, m),
    boot: Array.from({ length: resamplings }, (_, r) => bootstrapWeights(foldIn(foldIn(key, 1), r), n, m)),
    exchange: Array.from({ length: resamplings }, (_, r) => exchangedWeights(foldIn(foldIn(key, 2), r), n, m)),
  };
  for (let l = 0; l < count; l++) {
    const line = projected(x, y, theta.subarray(l * dimensions, (l + 1) * dimensions));
    plain[l] = transportCost(line, weights.own, p);
    weights.boot.forEach((weight, r) => (boots[r]! += transportCost(line, weight, p) / count));
    weights.exchange.forEach((weight, r) => (exchanges[r]! += transportCost(line, weight, p) / count));
  }
  const root = (cost: number): number => cost ** (1 / p);
  const value = root(mean(plain));
  const spread = (resamplings > 1 ? variance(boots) : 0) + (count > 1 ? variance(plain) / count : 0);
  const floors = exchanges.map(root);
  return {
    value,
    standardError: value > 0 ? Math.sqrt(spread) / (p * value ** (p - 1)) : 0,
    floor: mean(floors),
    floorSpread: resamplings > 1 ? Math.sqrt(variance(floors)) : NaN,
  };
}

/** Each point's share of its own sample: of the n points of x first, positive; of the m of y, negative. */
function membership(n: number, m: number): Float64Array {
  return Float64Array.from({ length: n + m }, (_, i) => (i < n ? 1 / n : -1 / m));
}

function bootstrapWeights(key: Key, n: number, m: number): Float64Array {
  const weights = new Float64Array(n + m);
  const draws = uniform(key, n + m);
  for (let i = 0; i < n; i++) weights[Math.floor(draws[i]! * n)]! += 1 / n;
  for (let j = 0; j < m; j++) weights[n + Math.floor(draws[n + j]! * m)]! -= 1 / m;
  return weights;
}

function exchangedWeights(key: Key, n: number, m: number): Float64Array {
  const own = membership(n, m);
  return Float64Array.from(permutation(key, n + m), (from) => own[from]!);
}

/** Uniform on the sphere; (1) in one dimension. */
function directions(key: Key, count: number, d: number): Float64Array {
  if (d === 1) return Float64Array.of(1);
  const theta = normal(key, [count, d]);
  for (let l = 0; l < count; l++) {
    const row = theta.subarray(l * d, (l + 1) * d);
    const norm = Math.hypot(...row);
    row.forEach((value, c) => (row[c] = value / norm));
  }
  return theta;
}

function projected(x: Float64Array, y: Float64Array, theta: Float64Array): Line {
  const d = theta.length;
  const along = (points: Float64Array, i: number): number => {
    let total = 0;
    for (let c = 0; c < d; c++) total += theta[c]! * points[i * d + c]!;
    return total;
  };
  const n = x.length / d;
  return sortedLine(Float64Array.from({ length: n + y.length / d }, (_, i) => (i < n ? along(x, i) : along(y, i - n))));
}
