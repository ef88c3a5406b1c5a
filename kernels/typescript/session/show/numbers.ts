import { types } from "node:util";
import { inspectText } from "./inspect.ts";

/** Integers in full, other numbers to six digits. */
export function shortNumber(value: number | bigint): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

type NumericArray = Float64Array | Float32Array | Int32Array | Uint8Array | BigInt64Array;

export const isNumericArray = (value: unknown): value is NumericArray => types.isTypedArray(value);

const wholeUpTo = 100;
const head = 6;
const tail = 3;
const rangeUpTo = 2 ** 25;

/** A long typed array: how long, how it begins and ends, what lies between. Short ones, and Buffers, print whole. */
export function numericArrayText(value: unknown): string | undefined {
  if (!isNumericArray(value) || Buffer.isBuffer(value)) return undefined;
  if (value.length <= wholeUpTo) return inspectText(value);
  const range = value.length <= rangeUpTo ? `\n${rangeOf(value)}` : "";
  return `${ends(value)}${range}`;
}

/** The array's kind, length, first and last values on one line. */
export function ends(value: NumericArray): string {
  const list = (part: NumericArray): string => Array.from(part as Iterable<number | bigint>, shortNumber).join(", ");
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const values = value.length <= head + tail ? list(value) : `${list(value.subarray(0, head))}, … ${list(value.subarray(-tail))}`;
  return `${kind}(${value.length}) [ ${values} ]`;
}

function rangeOf(values: NumericArray): string {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    let [least, most] = [values[0], values[0]];
    for (const each of values) {
      if (each < least) least = each;
      if (each > most) most = each;
    }
    return `min ${shortNumber(least)}, max ${shortNumber(most)}`;
  }
  let [least, most, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let n = 0; n < values.length; n++) {
    const each = values[n] as number;
    if (Number.isNaN(each)) continue;
    count++;
    sum += each;
    if (each < least) least = each;
    if (each > most) most = each;
  }
  const notNumbers = values.length - count;
  if (count === 0) return "all NaN";
  return `min ${shortNumber(least)}, max ${shortNumber(most)}, mean ${shortNumber(sum / count)}${notNumbers > 0 ? `, ${notNumbers} NaN` : ""}`;
}
