import { type Algebra } from "./algebra.ts";
import { arrayAlgebra } from "./array.ts";
import { dualAlgebra } from "./dual.ts";
import { numberAlgebra } from "./number.ts";

const algebras = new Map<string, Algebra<unknown>>();

/** Makes formulas run on a further kind of value. A second algebra with the same `kind` takes the place of the first. */
export function registerAlgebra<V>(algebra: Algebra<V>): void {
  algebras.set(algebra.kind, algebra as Algebra<unknown>);
}

registerAlgebra(numberAlgebra);
registerAlgebra(arrayAlgebra);
registerAlgebra(dualAlgebra);

/**
 * The algebra that all the given values belong to.
 * Throws a TypeError where a value has none, or where the values are of two kinds.
 */
export function algebraOf<V>(...values: readonly [V, ...V[]]): Algebra<V> {
  const algebra = find(values[0]);
  for (const value of values) {
    if (!algebra.is(value)) throw new TypeError(`${algebra.kind} and ${find(value).kind} in one formula: make all values of one kind`);
  }
  return algebra as Algebra<V>;
}

function find(value: unknown): Algebra<unknown> {
  for (const algebra of algebras.values()) if (algebra.is(value)) return algebra;
  const kinds = [...algebras.keys()].join(", ");
  throw new TypeError(`no algebra for ${describe(value)}: formulas take ${kinds}, and kinds given to registerAlgebra`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a plain array (Float64Array.from(…) makes it one they take)";
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "null"}`;
  return `${value === null ? "null" : typeof value} (${String(value)})`;
}
