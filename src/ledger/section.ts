import { type Key } from "../random/index.ts";
import { type Coefficients, type Equation, type Erratum, type Seed, type Side } from "./entry.ts";

const TOLERANCE = 1e-12;

type Written<V, K extends string> = Pick<Equation<V, K>, "title" | "latex" | "core"> & {
  coefficients(values: V): Coefficients<K>;
  left(values: V): Side;
  right(values: V, coefficients: Coefficients<NoInfer<K>>): Side;
};
type WrittenErratum<V, K extends string> = Written<V, K> & Pick<Erratum<V, K>, "says" | "stated" | "counterexample">;

/** What writes the entries of one part of a seed, all of which are tried on values of the same kind. */
export interface Section<V> {
  equation<K extends string>(place: string, entry: Written<V, K>): Equation<V, K>;
  erratum<K extends string>(place: string, entry: WrittenErratum<V, K>): Erratum<V, K>;
}

export function section<V>(seed: Seed, draw: (key: Key) => V): Section<V> {
  const common = (place: string) => ({ id: `${seed}.${place}`, seed, tolerance: TOLERANCE, draw });
  return {
    equation: (place, entry) => ({ kind: "equation", ...common(place), ...entry }),
    erratum: (place, entry) => ({ kind: "erratum", ...common(place), ...entry }),
  };
}
