import { inspect, stripVTControlCharacters, types } from "node:util";
import { signature } from "./function.ts";
import { ends, isNumericArray } from "./numbers.ts";
import { clip } from "./safe.ts";
import { isTensor, tensorHead } from "./tensor.ts";

const length = 80;

/** A value on one short line. */
export function summary(value: unknown): string {
  return clip(oneLine(value).replace(/\s*\n\s*/g, " "), length);
}

function oneLine(value: unknown): string {
  try {
    if (types.isProxy(value)) return "Proxy";
    if (isTensor(value)) return tensorHead(value);
    if (isNumericArray(value) && !Buffer.isBuffer(value)) return ends(value);
    if (types.isNativeError(value)) return String(value);
    if (typeof value === "function") return /^class\b/.test(Function.prototype.toString.call(value)) ? `class ${value.name}` : signature(value as never);
    // Objects that show themselves are known by their class: their fields are internals.
    if (typeof value === "object" && value !== null && Symbol.for("Jupyter.display") in value) return value.constructor?.name ?? "Object";
    return stripVTControlCharacters(inspect(value, { depth: 0, maxArrayLength: 6, maxStringLength: length, breakLength: Infinity, compact: true }));
  } catch {
    return typeof value;
  }
}
