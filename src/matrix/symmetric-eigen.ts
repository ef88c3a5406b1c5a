/** $A = \sum_k \lambda_k u_k u_k^\top$. */
export interface Eigen {
  /** λ_k, ascending. */
  readonly values: Float64Array<ArrayBuffer>;
  /** u_k, one a row: orthonormal. */
  readonly vectors: Float64Array<ArrayBuffer>;
}

/**
 * Eigenvalues and eigenvectors of a symmetric d × d matrix by Jacobi's cyclic rotations (Golub & Van Loan 2013, section 8.5): to rounding,
 * small eigenvalues included, at O(d³) a sweep and some eight sweeps. A tenth of a second for d = 128. Only the upper triangle is read.
 */
export function symmetricEigen(matrix: ArrayLike<number>, d: number): Eigen {
  const a = Float64Array.from({ length: d * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    return i <= j ? matrix[at]! : matrix[j * d + i]!;
  });
  const u = new Float64Array(d * d);
  for (let i = 0; i < d; i++) u[i * d + i] = 1;
  const negligible = 1e-22 * Math.sqrt(a.reduce((total, value) => total + value * value, 0));
  for (let sweep = 0; sweep < 60 && rotateAll(a, u, d, negligible); sweep++);

  const order = Array.from({ length: d }, (_, i) => i).sort((i, j) => a[i * d + i]! - a[j * d + j]!);
  const vectors = new Float64Array(d * d);
  order.forEach((from, to) => vectors.set(u.subarray(from * d, from * d + d), to * d));
  return { values: Float64Array.from(order, (i) => a[i * d + i]!), vectors };
}

/** One sweep; false where nothing was left to turn. */
function rotateAll(a: Float64Array, u: Float64Array, d: number, negligible: number): boolean {
  let turned = false;
  for (let p = 0; p < d; p++) {
    for (let q = p + 1; q < d; q++) {
      const off = a[p * d + q]!;
      const [app, aqq] = [a[p * d + p]!, a[q * d + q]!];
      if (Math.abs(off) <= Math.max(negligible, 1e-17 * Math.sqrt(Math.abs(app * aqq)))) continue;
      turned = true;
      const theta = (aqq - app) / (2 * off);
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
      const c = 1 / Math.hypot(1, t);
      const s = t * c;
      turnRows(a, d, p, q, c, s);
      for (let k = 0; k < d; k++) {
        if (k === p || k === q) continue;
        a[k * d + p] = a[p * d + k]!;
        a[k * d + q] = a[q * d + k]!;
      }
      a[p * d + p] = app - t * off;
      a[q * d + q] = aqq + t * off;
      a[p * d + q] = 0;
      a[q * d + p] = 0;
      turnRows(u, d, p, q, c, s);
    }
  }
  return turned;
}

function turnRows(m: Float64Array, d: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0, i = p * d, j = q * d; k < d; k++, i++, j++) {
    const [x, y] = [m[i]!, m[j]!];
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  }
}
