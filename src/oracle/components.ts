/** k isotropic Gaussian components in d dimensions, as tables: `means` is row-major, `weights` add up to 1. */
export interface Components {
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** log w_k − (d/2) log 2πv_k of each. */
  readonly heights: Float64Array;
}

export function components(weights: Float64Array, means: Float64Array, variances: Float64Array): Components {
  const d = means.length / weights.length;
  return {
    weights,
    means,
    variances,
    heights: weights.map((weight, k) => Math.log(weight) - 0.5 * d * Math.log(2 * Math.PI * variances[k]!)),
  };
}

export function requireDensity({ variances }: Components): void {
  if (variances.includes(0)) {
    throw new RangeError("a mixture with a component of variance 0 has no density: diffuse it to some t from 1 up");
  }
}

/**
 * Writes the responsibilities of the point that starts at `at` of `x` into `shares` and returns its log density: one log-sum-exp gives both.
 * Where even the exponents overflow, all goes to the component nearest in its own deviations.
 */
export function weigh({ weights, means, variances, heights }: Components, x: Float64Array, at: number, shares: Float64Array): number {
  const [k, d] = [weights.length, means.length / weights.length];
  let largest = -Infinity;
  for (let c = 0; c < k; c++) {
    let square = 0;
    for (let i = 0; i < d; i++) square += (x[at + i]! - means[c * d + i]!) ** 2;
    shares[c] = heights[c]! - (0.5 * square) / variances[c]!;
    if (shares[c]! > largest) largest = shares[c]!;
  }
  if (largest === -Infinity) {
    const point = x.subarray(at, at + d);
    const distances = weights.map((weight, c) => (weight === 0 ? Infinity : distance(point, means.subarray(c * d, c * d + d), variances[c]!)));
    shares.fill(0);
    shares[distances.indexOf(Math.min(...distances))] = 1;
    return -Infinity;
  }
  let total = 0;
  for (let c = 0; c < k; c++) {
    shares[c] = Math.exp(shares[c]! - largest);
    total += shares[c]!;
  }
  for (let c = 0; c < k; c++) shares[c] = shares[c]! / total;
  return largest + Math.log(total);
}

function distance(point: Float64Array, mean: Float64Array, variance: number): number {
  return Math.hypot(...point.map((value, i) => value - mean[i]!)) / Math.sqrt(variance);
}
