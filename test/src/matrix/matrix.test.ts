import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromEigen, multiply, requireSymmetric, symmetricEigen, trace } from "../../../src/matrix/index.ts";

const sizes = fc.integer({ min: 1, max: 7 });
const symmetric = sizes.chain((d) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: d * d, maxLength: d * d }).map((values) => {
    const a = Float64Array.from(values, (_, at) => values[Math.min(at, (at % d) * d + Math.floor(at / d))]!);
    return { d, a };
  }));

describe("the eigenvalues of a symmetric matrix", () => {
  it("put it together again from orthonormal vectors, in ascending order", () => {
    fc.assert(fc.property(symmetric, ({ d, a }) => {
      const { values, vectors } = symmetricEigen(a, d);
      fromEigen({ values, vectors }, (value) => value).forEach((value, at) => expect(value).toBeCloseTo(a[at]!, 12));
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          const product = vectors.subarray(i * d, i * d + d).reduce((total, value, c) => total + value * vectors[j * d + c]!, 0);
          expect(product).toBeCloseTo(Number(i === j), 13);
        }
      }
      expect([...values]).toEqual([...values].sort((p, q) => p - q));
      expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(trace(a, d), 12);
    }));
  });

  it("are known of the second-difference matrix: 2 − 2 cos(kπ/(d + 1))", () => {
    const d = 40;
    const a = Float64Array.from({ length: d * d }, (_, at) => [2, -1][Math.abs(Math.floor(at / d) - (at % d))] ?? 0);
    symmetricEigen(a, d).values.forEach((value, k) => expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (d + 1)), 12));
  });

  it("keep the digits of small ones, and find the zeros of a matrix of low rank", () => {
    const graded = Float64Array.of(1, 1e-9, 1e-9, 1e-15);
    // By the determinant, which is exact here: λ₁λ₂ = 1e-15 − 1e-18.
    expect(symmetricEigen(graded, 2).values[0]! / (1e-15 - 1e-18)).toBeCloseTo(1, 12);
    const rank1 = Float64Array.of(1, 2, 3, 2, 4, 6, 3, 6, 9);
    const { values } = symmetricEigen(rank1, 3);
    expect(values[2]).toBeCloseTo(14, 13);
    expect(Math.abs(values[0]!) + Math.abs(values[1]!)).toBeLessThan(1e-14);
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
  });
});

it("products and functions of matrices agree: the square of the root", () => {
  const a = Float64Array.of(2, 0.5, 0.5, 1);
  const root = fromEigen(symmetricEigen(a, 2), Math.sqrt);
  multiply(root, root, 2).forEach((value, at) => expect(value).toBeCloseTo(a[at]!, 14));
});

it("what is no symmetric matrix is refused, with the entries that differ", () => {
  expect(() => requireSymmetric([1, 2, 3], 2, "a covariance")).toThrow(new TypeError("a covariance of 3 numbers in 2 dimensions: 4 are needed, row by row"));
  expect(() => requireSymmetric([1, 2, 3, 1], 2, "a covariance")).toThrow(new RangeError("a covariance with 2 and 3 across the diagonal: it is symmetric"));
  expect(() => requireSymmetric([NaN], 1, "a covariance")).toThrow(RangeError);
});
