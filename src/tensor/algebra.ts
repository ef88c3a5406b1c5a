import { type Algebra, registerAlgebra } from "../algebra/index.ts";

/**
 * What formulas use of a `tf.Tensor`. Tensors bring their operations with them, so no copy of TensorFlow.js is named or loaded here, and
 * tensors of any of its builds and backends will do.
 */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly dataId: object;
  add(other: TensorLike | number): TensorLike;
  sub(other: TensorLike): TensorLike;
  mul(other: TensorLike | number): TensorLike;
  div(other: TensorLike): TensorLike;
  exp(): TensorLike;
  log(): TensorLike;
  sqrt(): TensorLike;
  clipByValue(low: number, high: number): TensorLike;
  sum(): TensorLike;
  dispose(): void;
}

/**
 * Tensors: float32, so formulas hold to a few units of 2^-24 of the sizes of their terms. Differentiable by tf.grad. What lies between is
 * left to the caller's tf.tidy, as with tfjs's own operations; `sample`, `invert`, `chain` and the integrators free their own. Shapes that differ throw a TypeError: no broadcasting.
 */
export const tensorAlgebra: Algebra<TensorLike> = {
  kind: "a tensor",
  is: isTensor,
  add: (a, b) => alike(a, b).add(b),
  sub: (a, b) => alike(a, b).sub(b),
  mul: (a, b) => alike(a, b).mul(b),
  div: (a, b) => alike(a, b).div(b),
  scale: (a, factor) => a.mul(factor),
  shift: (a, amount) => a.add(amount),
  exp: (a) => a.exp(),
  log: (a) => a.log(),
  sqrt: (a) => a.sqrt(),
  clamp: (a, low, high) => a.clipByValue(low, high),
  combine(coefficients, values) {
    let total = values[0]!.mul(coefficients[0]!);
    for (let i = 1; i < values.length; i++) {
      const [before, term] = [alike(total, values[i]!), values[i]!.mul(coefficients[i]!)];
      total = before.add(term);
      before.dispose();
      term.dispose();
    }
    return total;
  },
  sum: (a) => a.sum(),
  free: (a) => a.dispose(),
};

registerAlgebra(tensorAlgebra);

function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== "object" || value === null) return false;
  const { shape, dtype, dataId, add } = value as Partial<TensorLike>;
  return Array.isArray(shape) && typeof dtype === "string" && typeof dataId === "object" && typeof add === "function";
}

function alike(a: TensorLike, b: TensorLike): TensorLike {
  if (a.shape.join() !== b.shape.join()) {
    const shapes = `[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`;
    throw new TypeError(`shapes ${shapes} differ: values of one formula have one shape (tf.broadcastTo makes it so)`);
  }
  return a;
}
