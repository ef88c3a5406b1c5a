import { type Key, key as keyOf, split } from "../random/index.ts";
import { type CheckResult } from "./check.ts";
import { compare, numberAt } from "./compare.ts";
import { type Entry, type Side } from "./entry.ts";

/**
 * What is wrong where an entry fails, in one sentence: what the core gives, what the formula gives, and, where one number reconciles the two,
 * which: "002.16 (the jump): marginal(…).sample gives 0.4796, the formula 0.4791, …: the core has the formula's x0 times 1.001". That is
 * where to look in the code named. Empty for an entry that passed.
 */
export function explain({ entry, passed, maxError, core, formula, part, counterexample }: CheckResult): string {
  if (passed) return "";
  const subject = `${entry.id} (${entry.title})`;
  if (maxError <= entry.tolerance) {
    const { where, stated, right } = counterexample!;
    return `${subject}: at its counterexample (${where}) the text's own formula is not refuted: it gives ${stated}, the core ${right}`;
  }
  const values = `${entry.core} gives ${digits(core)}${part === "" ? "" : ` for ${part}`}, the formula ${digits(formula)}`;
  const found = reconcile(entry);
  const reason = found.length > 0 ? `: the core has the formula's ${found.join(", or its ")}` : "";
  return `${subject}: ${values}, ${maxError.toExponential(1)} apart where ${entry.tolerance} is allowed${reason}`;
}

const digits = (value: number): number => Number(value.toPrecision(10));

/** The coefficients of the formula that alone, times a factor, make it agree with the core on all of six draws, each with its factor. */
function reconcile(entry: Entry): string[] {
  const trials = split(keyOf(1), 6).map((trial: Key) => {
    const values = entry.draw(trial);
    return { values, left: entry.left(values), coefficients: entry.coefficients(values) };
  });
  return Object.keys(trials[0]!.coefficients).flatMap((name) => {
    const sides = trials.map(({ values, left, coefficients }) => ({
      left,
      right: (factor: number): Side => entry.right(values, { ...coefficients, [name]: coefficients[name]! * factor }),
    }));
    const factor = solve(sides[0]!);
    if (factor === undefined || factor === 1) return [];
    const agree = sides.every(({ left, right }) => compare(left, right(factor)).error < 1e-9);
    return agree ? [`${name} times ${Number(factor.toPrecision(9))}`] : [];
  });
}

/** The factor at which the two sides meet where they differ most, by the secant method from 1; undefined if it finds none. */
function solve({ left, right }: { left: Side; right: (factor: number) => Side }): number | undefined {
  const place = compare(left, right(1));
  const gap = (factor: number): number => numberAt(right(factor), place) - place.left;
  let [a, b] = [1, 1.0001];
  let [gapA, gapB] = [gap(a), gap(b)];
  for (let round = 0; round < 40 && gapB !== 0; round++) {
    const next = b - (gapB * (b - a)) / (gapB - gapA);
    if (!Number.isFinite(next)) return undefined;
    [a, gapA, b] = [b, gapB, next];
    gapB = gap(b);
    if (Math.abs(b - a) <= 1e-15 * Math.abs(b)) break;
  }
  return b;
}
