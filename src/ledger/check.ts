import { type Key, split } from "../random/index.ts";
import { type Entry, type Erratum, type Side } from "./entry.ts";

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
  /** Of an erratum: what the seed's formula gives at the counterexample, and what is right there. */
  readonly counterexample?: { readonly where: string; readonly stated: number; readonly right: number };
}

/** How far apart two sides are, where, and the two numbers that differ most. */
interface Difference {
  error: number;
  part: string;
  left: number;
  right: number;
}

/** A seed's formula counts as wrong where it is off by more than this, relatively: far above rounding, far below any counterexample. */
const WRONG = 1e-6;

/**
 * Tries a statement on random values: passes where core and transcription agree to the entry's tolerance in every trial and, for an erratum,
 * the seed's own formula misses the core's value at the counterexample. RangeError for less than one trial or an unknown coefficient.
 */
export function checkEntry(entry: Entry, key: Key, { trials = 32, mutate }: CheckOptions = {}): CheckResult {
  if (!(Number.isInteger(trials) && trials >= 1)) throw new RangeError(`${trials} trials: a whole number from 1 up is needed`);
  let worst: Difference = { error: 0, part: "", left: 0, right: 0 };
  for (const trial of split(key, trials)) {
    const values = entry.draw(trial);
    const coefficients = mutated(entry, entry.coefficients(values), mutate);
    const difference = compare(entry.left(values), entry.right(values, coefficients));
    if (!(difference.error <= worst.error)) worst = difference;
  }
  const holds = worst.error <= entry.tolerance;
  const common = { entry, trials, maxError: worst.error, part: worst.part };
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

/** Part by part, the largest difference over the largest value; of all parts the worst. NaN anywhere is infinitely wrong. */
function compare(left: Side, right: Side): Difference {
  const [ofLeft, ofRight] = [partsOf(left), partsOf(right)];
  const differences = Object.keys(ofLeft).map((part) => comparePart(part, ofLeft[part]!, ofRight[part]));
  return differences.reduce((worst, difference) => (difference.error > worst.error ? difference : worst));
}

function comparePart(part: string, left: Float64Array, right: Float64Array | undefined): Difference {
  if (right?.length !== left.length) throw new TypeError(`sides of different shapes in part "${part}": ${left.length} and ${right?.length} numbers`);
  let [size, gap, at] = [0, 0, 0];
  left.forEach((value, i) => {
    size = Math.max(size, Math.abs(value), Math.abs(right[i]!));
    const difference = Math.abs(value - right[i]!);
    if (difference > gap) [gap, at] = [difference, i];
  });
  const error = Number.isNaN(size) || size === Infinity ? Infinity : gap === 0 ? 0 : gap / size;
  return { error, part, left: left[at]!, right: right[at]! };
}

function partsOf(side: Side): Record<string, Float64Array> {
  if (typeof side === "number" || side instanceof Float64Array) return { "": asArray(side) };
  return Object.fromEntries(Object.entries(side).map(([name, part]) => [name, asArray(part)]));
}

const asArray = (value: number | Float64Array): Float64Array => (typeof value === "number" ? Float64Array.of(value) : value);
