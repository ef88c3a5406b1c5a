import { type Eigen } from "./symmetric-eigen.ts";

/** The product of two d × d matrices, row by row. */
export function multiply(a: Float64Array, b: Float64Array, d: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const factor = a[i * d + k]!;
      for (let j = 0; j < d; j++) product[i * d + j]! += factor * b[k * d + j]!;
    }
  }
  return product;
}

/** $\sum_i a_{ii}$ of a d × d matrix, row by row. */
export function trace(a: Float64Array, d: number): number {
  let total = 0;
  for (let i = 0; i < d; i++) total += a[i * d + i]!;
  return total;
}

/** $\sum_i f(\lambda_i)\,u_i u_i^\top$: a function of a symmetric matrix. */
export function fromEigen({ values, vectors }: Eigen, f: (value: number) => number): Float64Array<ArrayBuffer> {
  const d = values.length;
  const matrix = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    const value = f(values[k]!);
    for (let i = 0; i < d; i++) {
      const factor = value * vectors[k * d + i]!;
      for (let j = 0; j < d; j++) matrix[i * d + j]! += factor * vectors[k * d + j]!;
    }
  }
  return matrix;
}

/** Throws a TypeError unless `a` holds d·d numbers, a RangeError unless they are finite and symmetric to rounding. */
export function requireSymmetric(a: ArrayLike<number>, d: number, what: string): void {
  if (a.length !== d * d) throw new TypeError(`${what} of ${a.length} numbers in ${d} dimensions: ${d * d} are needed, row by row`);
  let size = 0;
  for (let i = 0; i < d * d; i++) {
    if (!Number.isFinite(a[i]!)) throw new RangeError(`${what} with an entry ${a[i]}: finite numbers are needed`);
    size = Math.max(size, Math.abs(a[i]!));
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [a[i * d + j]!, a[j * d + i]!];
      if (Math.abs(below - above) <= 1e-10 * size) continue;
      throw new RangeError(`${what} with ${above} and ${below} across the diagonal: it is symmetric`);
    }
  }
}
