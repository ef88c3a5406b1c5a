import { type Eigen, fromEigen } from "../matrix/index.ts";

/** k Gaussian components in d dimensions, each by its own axes: C_k = Σ_i λ_ki u_ki u_kiᵀ. */
export interface Axes {
  readonly weights: Float64Array;
  /** k·d, row by row. */
  readonly means: Float64Array;
  readonly eigen: readonly Eigen[];
  /** log w_k − ½ Σ_i log 2πλ_ki */
  readonly heights: Float64Array;
}

export function axes(weights: Float64Array, means: Float64Array, eigen: readonly Eigen[]): Axes {
  return {
    weights,
    means,
    eigen,
    heights: weights.map((weight, k) =>
      eigen[k]!.values.reduce((sum, value) => sum - 0.5 * Math.log(2 * Math.PI * value), Math.log(weight))),
  };
}

/** The components of scale·x + N(0, variance·I). */
export function noisedAxes({ weights, means, eigen }: Axes, scale: number, variance: number): Axes {
  return axes(
    weights,
    means.map((mean) => scale * mean),
    eigen.map(({ values, vectors }) => ({ values: values.map((value) => scale * scale * value + variance), vectors })),
  );
}

export function requireRegular({ eigen }: Axes): void {
  if (eigen.some(({ values }) => values[0] === 0)) {
    throw new RangeError("a mixture with a component of singular covariance has no density: diffuse it to some t from 1 up");
  }
}

/** Coordinates along the axes of component c: out_i = u_i · (x − m). */
export function along({ means, eigen }: Axes, c: number, x: Float64Array, at: number, out: Float64Array): void {
  const d = out.length;
  const { vectors } = eigen[c]!;
  for (let i = 0; i < d; i++) {
    let total = 0;
    for (let j = 0; j < d; j++) total += vectors[i * d + j]! * (x[at + j]! - means[c * d + j]!);
    out[i] = total;
  }
}

/** Back from the axes of component c: Σ_i u_i z_i. */
export function back({ eigen }: Axes, c: number, z: Float64Array): Float64Array<ArrayBuffer> {
  const d = z.length;
  const { vectors } = eigen[c]!;
  const out = new Float64Array(d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[j]! += z[i]! * vectors[i * d + j]!;
  return out;
}

/**
 * Writes the responsibilities of a point into `shares`, given its coordinates along each component's axes, and returns its log density.
 * Where even the exponents overflow, all goes to the component nearest in its own deviations.
 */
export function weighAxes({ weights, eigen, heights }: Axes, z: readonly Float64Array[], shares: Float64Array): number {
  const k = weights.length;
  let largest = -Infinity;
  for (let c = 0; c < k; c++) {
    const [own, { values }] = [z[c]!, eigen[c]!];
    let square = 0;
    for (let i = 0; i < own.length; i++) square += own[i]! ** 2 / values[i]!;
    shares[c] = heights[c]! - 0.5 * square;
    if (shares[c]! > largest) largest = shares[c]!;
  }
  if (largest === -Infinity) {
    const deviations = (own: Float64Array, c: number): Float64Array => own.map((value, i) => value / Math.sqrt(eigen[c]!.values[i]!));
    const distances = z.map((own, c) => (weights[c] === 0 ? Infinity : Math.hypot(...deviations(own, c))));
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

/** Adds Σ_c r_c C_c⁻¹(m_c − x) to the row at `at`: in the loops of sampling, so nothing is made anew. */
export function addScore({ eigen }: Axes, z: readonly Float64Array[], shares: Float64Array, rows: Float64Array, at: number): void {
  for (let c = 0; c < shares.length; c++) {
    const [own, share, { values, vectors }] = [z[c]!, shares[c]!, eigen[c]!];
    const d = own.length;
    for (let i = 0; i < d; i++) {
      const pull = (-share * own[i]!) / values[i]!;
      for (let j = 0; j < d; j++) rows[at + j]! += pull * vectors[i * d + j]!;
    }
  }
}

export function covarianceOf(eigen: Eigen): Float64Array<ArrayBuffer> {
  return fromEigen(eigen, (value) => value);
}
