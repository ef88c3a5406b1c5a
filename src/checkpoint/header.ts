import { DamagedFileError } from "../data/files/damaged.ts";
import { bytesOf, type Dtype, dtypes, isDtype } from "./dtype.ts";
import { jsonKeys } from "./json-keys.ts";

/** Where a tensor lies: bytes start…end − 1 of the file. */
export interface TensorPlace {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order in which they lie in the file. */
  readonly places: ReadonlyMap<string, TensorPlace>;
}

/** As the format's own reader has it: longer ones are taken for an attack. */
export const LONGEST_HEADER = 100_000_000;

const remedy = "the file is damaged or no safetensors file: get it again";

/**
 * A header's meaning, checked as the format asks: UTF-8, no key twice, known types, sizes that are those of shape and type, and tensors that
 * fill the rest of the file without holes or overlaps. `size` is the file's. Throws DamagedFileError.
 */
export function parseHeader(file: string, bytes: Uint8Array, size: number): Header {
  const fail = (offset: number, expected: string, found: string, cause?: unknown): never => {
    throw new DamagedFileError(file, offset, { expected, found, remedy, cause });
  };
  const text = decode(bytes, fail);
  if (text[0] !== "{") fail(8, "a header that begins with {", JSON.stringify(text.slice(0, 8)));
  const entries = parse(text, fail);
  const where = new Map<string, number>();
  for (const { key, at, depth, repeated } of jsonKeys(text)) {
    const offset = 8 + Buffer.byteLength(text.slice(0, at));
    if (repeated) fail(offset, "each key once", `"${key}" again`);
    if (depth === 1) where.set(key, offset);
  }

  const begin = 8 + bytes.length;
  const places: [string, TensorPlace][] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const at = where.get(name) ?? 8;
    if (name === "__metadata__") metadata = isStrings(entry) ? entry : fail(at, "metadata of strings", brief(entry));
    else places.push([name, placeOf(name, entry, begin, (expected, found) => fail(at, expected, found))]);
  }
  places.sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let filled = begin;
  for (const [name, { start, end }] of places) {
    const at = where.get(name) ?? 8;
    if (start !== filled) fail(at, `tensor "${name}" to begin at byte ${filled}, where the one before it ends`, `byte ${start}`);
    filled = end;
  }
  if (filled !== size) fail(Math.min(filled, size), `${filled} bytes in all, as its header says`, `${size}`);
  return { metadata, places: new Map(places) };
}

type Fail = (offset: number, expected: string, found: string, cause?: unknown) => never;

function decode(bytes: Uint8Array, fail: Fail): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    return fail(8, "a header in UTF-8", "bytes that are none", error);
  }
}

function parse(text: string, fail: Fail): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    return fail(8, "a header in JSON", (error as Error).message, error);
  }
}

function placeOf(name: string, entry: unknown, begin: number, fail: (expected: string, found: string) => never): TensorPlace {
  if (typeof entry !== "object" || entry === null) return fail(`tensor "${name}" with dtype, shape and data_offsets`, brief(entry));
  const { dtype, shape, data_offsets: offsets } = entry as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  if (!isDtype(dtype)) return fail(`a type of tensor "${name}" among ${dtypes.join(", ")}`, brief(dtype));
  if (!isCounts(shape)) return fail(`a shape of tensor "${name}" in whole numbers`, brief(shape));
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return fail(`two places of tensor "${name}" in order`, brief(offsets));
  }
  const length = bytesOf(dtype, shape.reduce((product, axis) => product * axis, 1));
  const [start, end] = [offsets[0]!, offsets[1]!];
  if (end - start !== length) return fail(`${length} bytes of tensor "${name}", ${dtype} of shape [${shape.join(", ")}]`, `${end - start}`);
  return { dtype, shape, start: begin + start, end: begin + end };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count: unknown) => Number.isSafeInteger(count) && (count as number) >= 0);

const isStrings = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === "string");

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
