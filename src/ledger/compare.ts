import { type Side } from "./entry.ts";

/** How far apart two sides are, relatively, and the two numbers that differ most, with where they stand. */
export interface Difference {
  readonly error: number;
  readonly part: string;
  readonly at: number;
  readonly left: number;
  readonly right: number;
}

/** Part by part, the largest difference over the largest value; of all parts the worst. NaN anywhere is infinitely wrong. */
export function compare(left: Side, right: Side): Difference {
  const [ofLeft, ofRight] = [partsOf(left), partsOf(right)];
  const differences = Object.keys(ofLeft).map((part) => comparePart(part, ofLeft[part]!, ofRight[part]));
  return differences.reduce((worst, difference) => (difference.error > worst.error ? difference : worst));
}

/** The number of a side at a place. */
export function numberAt(side: Side, { part, at }: Pick<Difference, "part" | "at">): number {
  return partsOf(side)[part]![at]!;
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
  return { error, part, at, left: left[at]!, right: right[at]! };
}

function partsOf(side: Side): Record<string, Float64Array> {
  if (typeof side === "number" || side instanceof Float64Array) return { "": asArray(side) };
  return Object.fromEntries(Object.entries(side).map(([name, part]) => [name, asArray(part)]));
}

const asArray = (value: number | Float64Array): Float64Array => (typeof value === "number" ? Float64Array.of(value) : value);
