import { types } from "node:util";
import type { MimeBundle } from "../../../protocol/message.ts";
import type { Bundle } from "../../pipes/frames.ts";
import { functionText } from "./function.ts";
import { errorText, inspectText } from "./inspect.ts";
import { matrixBundle } from "./matrix.ts";
import { numericArrayText } from "./numbers.ts";
import { recordsBundle } from "./records.ts";
import { summary } from "./summary.ts";
import { isTensor, tensorText } from "./tensor.ts";

const displaySymbol = Symbol.for("Jupyter.display");

/**
 * A value as a MIME bundle: its own, by Symbol.for("Jupyter.display") (null asks for ours), or as a person wants to see it. There is
 * always text/plain. Getters are not invoked; the size is bounded.
 *
 * @param metadata beside the value's own, by MIME type, and before them
 * @throws what the value's own method throws, and TypeError if its bundle is no JSON
 */
export function bundleOf(value: unknown, metadata?: unknown): Bundle | Promise<Bundle> {
  const own = ownBundle(value);
  if (own instanceof Promise) return own.then((made) => bundle(value, made, metadata));
  return bundle(value, own, metadata);
}

function bundle(value: unknown, own: object | undefined, more: unknown): Bundle {
  if (own === undefined) return { data: shown(value), metadata: metadataOf(more) };
  const [parts, described] = "data" in own && isObject(own.data) ? [own.data, "metadata" in own ? own.metadata : undefined] : [own, undefined];
  const data: Record<string, unknown> = {};
  for (const [mime, part] of Object.entries(parts)) data[mime] = asJson(mime, part);
  data["text/plain"] ??= summary(value);
  return { data, metadata: { ...metadataOf(described), ...metadataOf(more) } };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function metadataOf(given: unknown): Record<string, unknown> {
  if (given === undefined) return {};
  if (!isObject(given) || Array.isArray(given)) throw new TypeError(`metadata of a display are an object by MIME type, such as { "image/png": { width: 200 } }, not ${summary(given)}`);
  for (const [name, part] of Object.entries(given)) requireJson(`the metadata "${name}"`, part);
  return given as Record<string, unknown>;
}

/** Bytes become base64, as the protocol has them; what is no JSON is said now, because the cell can still be blamed for it. */
function asJson(mime: string, part: unknown): unknown {
  if (typeof part === "string") return part;
  if (part instanceof Uint8Array) return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("base64");
  requireJson(`the "${mime}" part`, part);
  return part;
}

function requireJson(what: string, part: unknown): void {
  try {
    JSON.stringify(part);
  } catch (error) {
    throw new TypeError(`${what} of a display is no JSON: ${(error as Error).message}`);
  }
}

/** Data by MIME type, as in Deno, or these as `data` beside `metadata`, as in Jupyter's protocol and tslab: no MIME type is called "data". */
function ownBundle(value: unknown): object | undefined | Promise<object | undefined> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !has(value, displaySymbol)) return undefined;
  const method = (value as { [displaySymbol]?: unknown })[displaySymbol];
  if (typeof method !== "function") return undefined;
  const made: unknown = method.call(value);
  const check = (bundle: unknown): object | undefined => (isObject(bundle) ? bundle : undefined);
  return isThenable(made) ? Promise.resolve(made).then(check) : check(made);
}

/** A proxy that answers every `get` need not have the method; a revoked one throws. */
function has(value: object, key: symbol): boolean {
  try {
    return key in value;
  } catch {
    return false;
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";

function shown(value: unknown): MimeBundle {
  try {
    return special(value) ?? { "text/plain": inspectText(value) };
  } catch {
    return { "text/plain": inspectText(value) };
  }
}

function special(value: unknown): MimeBundle | undefined {
  if (types.isProxy(value)) return undefined;
  if (Array.isArray(value)) return matrixBundle(value) ?? recordsBundle(value);
  const text = typeof value === "function" ? functionText(value) : isTensor(value) ? tensorText(value) : (numericArrayText(value) ?? errorText(value));
  return text === undefined ? undefined : { "text/plain": text };
}
