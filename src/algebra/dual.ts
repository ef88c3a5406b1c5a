import { type Algebra } from "./algebra.ts";

/** A number with the derivative it carries along: `value + derivative·ε`, ε² = 0. */
export class Dual {
  readonly value: number;
  readonly derivative: number;

  constructor(value: number, derivative: number) {
    this.value = value;
    this.derivative = derivative;
  }
}

/** A dual number; derivative 0 (the default) makes a constant, 1 the variable one differentiates by. */
export function dual(value: number, derivative = 0): Dual {
  return new Dual(value, derivative);
}

/** f′(x), exact up to rounding: `derivative((x) => marginal(schedule, t).logDensity(x, { x0: dual(1) }), 0.3)`. */
export function derivative(f: (x: Dual) => Dual, x: number): number {
  return f(dual(x, 1)).derivative;
}

/** Dual numbers: forward-mode derivatives of whatever formula runs on them. */
export const dualAlgebra: Algebra<Dual> = {
  kind: "a dual number",
  is: (value) => value instanceof Dual,
  add: (a, b) => dual(a.value + b.value, a.derivative + b.derivative),
  sub: (a, b) => dual(a.value - b.value, a.derivative - b.derivative),
  mul: (a, b) => dual(a.value * b.value, a.derivative * b.value + a.value * b.derivative),
  div(a, b) {
    const quotient = a.value / b.value;
    return dual(quotient, (a.derivative - quotient * b.derivative) / b.value);
  },
  scale: (a, factor) => dual(factor * a.value, factor * a.derivative),
  shift: (a, amount) => dual(a.value + amount, a.derivative),
  exp(a) {
    const value = Math.exp(a.value);
    return dual(value, value * a.derivative);
  },
  log: (a) => dual(Math.log(a.value), a.derivative / a.value),
  sqrt(a) {
    const root = Math.sqrt(a.value);
    return dual(root, a.derivative / (2 * root));
  },
  clamp: (a, low, high) => (a.value < low ? dual(low) : a.value > high ? dual(high) : a),
  combine(coefficients, values) {
    let total = dualAlgebra.scale(values[0]!, coefficients[0]!);
    for (let i = 1; i < values.length; i++) total = dualAlgebra.add(total, dualAlgebra.scale(values[i]!, coefficients[i]!));
    return total;
  },
  sum: (a) => a,
};
