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
export function weigh(tables: Components, x: Float64Array, at: number, shares: Float64Array): number {
  const largest = exponents(tables, x, at, shares);
  return largest === -Infinity ? -Infinity : largest + Math.log(normalise(shares, largest));
}

/** Σ_k r_k(x) (m_k − x)/v_k of each point, a row a point: the loop that Langevin dynamics spends its time in. */
export function scores(tables: Components, x: Float64Array): Float64Array<ArrayBuffer> {
  const { weights, means, variances } = tables;
  const [k, d] = [weights.length, means.length / weights.length];
  const rows = new Float64Array(x.length);
  if (k === 1) {
    const pull = 1 / variances[0]!;
    if (d === 1) for (let at = 0, mean = means[0]!; at < x.length; at++) rows[at] = pull * (mean - x[at]!);
    else for (let at = 0; at < x.length; at++) rows[at] = pull * (means[at % d]! - x[at]!);
    return rows;
  }
  const shares = new Float64Array(k);
  for (let at = 0; at < x.length; at += d) {
    const largest = exponents(tables, x, at, shares);
    if (largest !== -Infinity) normalise(shares, largest);
    for (let c = 0; c < k; c++) {
      const pull = shares[c]! / variances[c]!;
      for (let i = 0; i < d; i++) rows[at + i]! += pull * (means[c * d + i]! - x[at + i]!);
    }
  }
  return rows;
}

/** Writes log w_k p_k(x) into `shares` and returns the largest; if that is −∞, the responsibilities at once. */
function exponents({ weights, means, variances, heights }: Components, x: Float64Array, at: number, shares: Float64Array): number {
  const [k, d] = [weights.length, means.length / weights.length];
  let largest = -Infinity;
  for (let c = 0; c < k; c++) {
    let square = 0;
    for (let i = 0; i < d; i++) square += (x[at + i]! - means[c * d + i]!) ** 2;
    const exponent = heights[c]! - (0.5 * square) / variances[c]!;
    shares[c] = exponent;
    if (exponent > largest) largest = exponent;
  }
  if (largest === -Infinity) {
    const point = x.subarray(at, at + d);
    const distances = weights.map((weight, c) => (weight === 0 ? Infinity : distance(point, means.subarray(c * d, c * d + d), variances[c]!)));
    shares.fill(0);
    shares[distances.indexOf(Math.min(...distances))] = 1;
  }
  return largest;
}

/** Turns exponents into shares of 1 and returns the sum of their exponentials over the largest. */
function normalise(shares: Float64Array, largest: number): number {
  let total = 0;
  for (let c = 0; c < shares.length; c++) {
    const share = Math.exp(shares[c]! - largest);
    shares[c] = share;
    total += share;
  }
  for (let c = 0; c < shares.length; c++) shares[c] = shares[c]! / total;
  return total;
}

function distance(point: Float64Array, mean: Float64Array, variance: number): number {
  return Math.hypot(...point.map((value, i) => value - mean[i]!)) / Math.sqrt(variance);
}
