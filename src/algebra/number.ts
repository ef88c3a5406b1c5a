import { type Algebra } from "./algebra.ts";

/** Numbers: one coordinate in float64. */
export const numberAlgebra: Algebra<number> = {
  kind: "a number",
  is: (value) => typeof value === "number",
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  scale: (a, factor) => factor * a,
  shift: (a, amount) => a + amount,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  clamp: (a, low, high) => Math.min(Math.max(a, low), high),
  combine(coefficients, values) {
    let total = coefficients[0]! * values[0]!;
    for (let i = 1; i < values.length; i++) total += coefficients[i]! * values[i]!;
    return total;
  },
  sum: (a) => a,
};
