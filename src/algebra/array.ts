import { type Algebra } from "./algebra.ts";

/**
 * Float64Arrays, coordinate by coordinate: one point of d coordinates, or n points row by row (length n·d).
 * Results are new arrays. Arrays of different lengths throw a TypeError.
 */
export const arrayAlgebra: Algebra<Float64Array> = {
  kind: "a Float64Array",
  is: (value) => value instanceof Float64Array,
  add: (a, b) => combine([1, 1], [a, b]),
  sub: (a, b) => combine([1, -1], [a, b]),
  mul(a, b) {
    requireEqualLengths(a, b);
    return a.map((x, i) => x * b[i]!);
  },
  div(a, b) {
    requireEqualLengths(a, b);
    return a.map((x, i) => x / b[i]!);
  },
  scale: (a, factor) => combine([factor], [a]),
  shift: (a, amount) => a.map((x) => x + amount),
  exp: (a) => a.map(Math.exp),
  log: (a) => a.map(Math.log),
  sqrt: (a) => a.map(Math.sqrt),
  clamp: (a, low, high) => a.map((x) => Math.min(Math.max(x, low), high)),
  combine,
  sum,
};

function combine(coefficients: readonly number[], values: readonly Float64Array[]): Float64Array {
  const first = values[0]!;
  const n = first.length;
  for (const value of values) requireEqualLengths(first, value);
  const total = new Float64Array(n);
  // Two and three terms in one pass: most formulas have no more, and passes through memory are what an array costs.
  const [a, b, c] = [coefficients[0]!, coefficients[1]!, coefficients[2]!];
  const [, second, third] = values;
  if (second === undefined) for (let i = 0; i < n; i++) total[i] = a * first[i]!;
  else if (third === undefined) for (let i = 0; i < n; i++) total[i] = a * first[i]! + b * second[i]!;
  else for (let i = 0; i < n; i++) total[i] = a * first[i]! + b * second[i]! + c * third[i]!;
  for (let term = 3; term < values.length; term++) {
    const [coefficient, value] = [coefficients[term]!, values[term]!];
    for (let i = 0; i < n; i++) total[i] = total[i]! + coefficient * value[i]!;
  }
  return total;
}

/** Neumaier's compensated sum: the error does not grow with the length. */
function sum(values: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(lost) ? total + lost : total;
}

function requireEqualLengths(a: Float64Array, b: Float64Array): void {
  if (a.length !== b.length) {
    throw new TypeError(`lengths ${a.length} and ${b.length} differ: values of one formula have one shape (repeat the shorter one yourself)`);
  }
}
