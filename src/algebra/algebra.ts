/**
 * What a formula needs of the values it is written over. A formula that asks for an `Algebra<V>` runs on numbers, arrays, dual numbers
 * and tensors alike; each kind is one object of this shape, found by `algebraOf`.
 *
 * Binary operations are elementwise between values of one shape: there is no broadcasting, and values that differ throw a TypeError.
 */
export interface Algebra<V> {
  /** How messages call a value of this kind, e.g. "a Float64Array". */
  readonly kind: string;
  is(value: unknown): value is V;

  add(a: V, b: V): V;
  sub(a: V, b: V): V;
  mul(a: V, b: V): V;
  div(a: V, b: V): V;
  /** factor · a */
  scale(a: V, factor: number): V;
  /** a + amount, in every coordinate */
  shift(a: V, amount: number): V;
  exp(a: V): V;
  log(a: V): V;
  sqrt(a: V): V;
  /** Every coordinate moved into [low, high]. */
  clamp(a: V, low: number, high: number): V;
  /** Σ_i coefficients[i] · values[i], added from left to right. At least one term. */
  combine(coefficients: readonly number[], values: readonly V[]): V;
  /** Sum over the coordinates. */
  sum(a: V): ScalarOf<V>;

  /** Gives back what a value occupies, which nobody may use any more. For kinds that nobody else gives back: loops do it for their own. */
  free?(value: V): void;
}

/** What summing over the coordinates gives: of an array a number, of a tensor what its own `sum` gives, of other kinds the kind itself. */
export type ScalarOf<V> = V extends Float64Array ? number : V extends { sum(): infer S } ? S : V;
