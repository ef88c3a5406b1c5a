import { type Key } from "../random/index.ts";

/** The five texts, by the first digits of their file names. */
export type Seed = "000" | "001" | "002" | "003" | "004";

/** One side of a statement: a number, an array, or several of them by name, each of which has to agree. */
export type Side = number | Float64Array | Readonly<Record<string, number | Float64Array>>;

/** The numbers that a seed's formula multiplies its variables by, by name. */
export type Coefficients<K extends string = string> = Readonly<Record<K, number>>;

/**
 * One statement of a seed as an executable check: for all values that `draw` can give, `left` and `right` are the same number.
 * `left` asks the core (or, where the core has no such thing, quadrature or enumeration); `right` is the seed's formula transcribed on its
 * own, from β alone, with every coefficient taken from `coefficients`, so that a test can spoil one and must see the check fail.
 */
export interface Statement<V = unknown, K extends string = string> {
  /** Seed and place, such as "002.14": the number of the equation where it has one, a name where it has none. */
  readonly id: string;
  readonly seed: Seed;
  readonly title: string;
  /** The statement, for an erratum the corrected one; in our notation, without dollar signs. */
  readonly latex: string;
  /** What the core calls it. */
  readonly core: string;
  /** Largest relative difference that passes, part by part in the largest norm. */
  readonly tolerance: number;
  /** Random values to try the statement on. */
  draw(key: Key): V;
  coefficients(values: V): Coefficients<K>;
  left(values: V): Side;
  right(values: V, coefficients: Coefficients<K>): Side;
}

/** A statement that its seed gets right. */
export interface Equation<V = unknown, K extends string = string> extends Statement<V, K> {
  readonly kind: "equation";
}

/** A statement that its seed gets wrong: `right` is the corrected formula, `stated` the seed's own. */
export interface Erratum<V = unknown, K extends string = string> extends Statement<V, K> {
  readonly kind: "erratum";
  /** The seed's formula or claim, in LaTeX without dollar signs. */
  readonly says: string;
  stated(values: V): Side;
  readonly counterexample: {
    /** The values in words, such as "linear, t = 500, x_0 = 1". */
    readonly where: string;
    values(): V;
  };
}

export type Entry = Equation | Erratum;
