import { type Key, split } from "../random/index.ts";
import { type Difference, compare } from "./compare.ts";
import { type Entry, type Erratum } from "./entry.ts";

/** How a check is done. */
export interface CheckOptions {
  /** Number of random draws; 32 unless told, at least 1. */
  trials?: number;
  /** Multiplies one coefficient of the transcription by a factor: a check that then still passes would be no check. */
  mutate?: { coefficient: string; factor: number };
}

/** What became of one entry. */
export interface CheckResult {
  readonly entry: Entry;
  readonly passed: boolean;
  readonly trials: number;
  /** Largest relative difference between core and transcription that was met. */
  readonly maxError: number;
  /** The part in which it was met, where a side has several; empty otherwise. */
  readonly part: string;
  /** The two numbers that differed so: what the core gives and what the formula gives. 0 and 0 where all are equal. */
  readonly core: number;
  readonly formula: number;
  /** Of an erratum: what the seed's formula gives at the counterexample, and what is right there. */
  readonly counterexample?: { readonly where: string; readonly stated: number; readonly right: number };
}

/** A seed's formula counts as wrong where it is off by more than this, relatively: far above rounding, far below any counterexample. */
const WRONG = 1e-6;

/**
 * Tries a statement on random values: passes where core and transcription agree to the entry's tolerance in every trial and, for an erratum,
 * the seed's own formula misses the core's value at the counterexample. RangeError for less than one trial or an unknown coefficient.
 */
export function checkEntry(entry: Entry, key: Key, { trials = 32, mutate }: CheckOptions = {}): CheckResult {
  if (!(Number.isInteger(trials) && trials >= 1)) throw new RangeError(`${trials} trials: a whole number from 1 up is needed`);
  let worst: Difference = { error: 0, part: "", at: 0, left: 0, right: 0 };
  for (const trial of split(key, trials)) {
    const values = entry.draw(trial);
    const coefficients = mutated(entry, entry.coefficients(values), mutate);
    const difference = compare(entry.left(values), entry.right(values, coefficients));
    if (!(difference.error <= worst.error)) worst = difference;
  }
  const holds = worst.error <= entry.tolerance;
  const common = { entry, trials, maxError: worst.error, part: worst.part, core: worst.left, formula: worst.right };
  if (entry.kind === "equation") return { ...common, passed: holds };
  const { where, stated, right, error } = refute(entry);
  return { ...common, passed: holds && error > WRONG, counterexample: { where, stated, right } };
}

/** What the seed's formula gives at the erratum's counterexample, beside the core's value. */
function refute({ counterexample, stated, left }: Erratum): { where: string; stated: number; right: number; error: number } {
  const values = counterexample.values();
  const difference = compare(stated(values), left(values));
  return { where: counterexample.where, stated: difference.left, right: difference.right, error: difference.error };
}

function mutated(entry: Entry, coefficients: Readonly<Record<string, number>>, mutate: CheckOptions["mutate"]): Readonly<Record<string, number>> {
  if (!mutate) return coefficients;
  const { coefficient, factor } = mutate;
  if (!Object.hasOwn(coefficients, coefficient)) {
    throw new RangeError(`coefficient "${coefficient}" of entry ${entry.id}: it has ${Object.keys(coefficients).join(", ")}`);
  }
  return { ...coefficients, [coefficient]: coefficients[coefficient]! * factor };
}
