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
 * @throws what the value's own method throws, and TypeError if its bundle is no JSON
 */
export function bundleOf(value: unknown): Bundle | Promise<Bundle> {
  const own = ownBundle(value);
  if (own instanceof Promise) return own.then((data) => bundle(value, data));
  return bundle(value, own);
}

function bundle(value: unknown, own: MimeBundle | undefined): Bundle {
  if (own === undefined) return { data: shown(value), metadata: {} };
  const data: Record<string, unknown> = {};
  for (const [mime, part] of Object.entries(own)) data[mime] = asJson(mime, part);
  data["text/plain"] ??= summary(value);
  return { data, metadata: {} };
}

/** Bytes become base64, as the protocol has them; what is no JSON is said now, because the cell can still be blamed for it. */
function asJson(mime: string, part: unknown): unknown {
  if (typeof part === "string") return part;
  if (part instanceof Uint8Array) return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("base64");
  try {
    JSON.stringify(part);
    return part;
  } catch (error) {
    throw new TypeError(`the "${mime}" part of a display is no JSON: ${(error as Error).message}`);
  }
}

function ownBundle(value: unknown): MimeBundle | undefined | Promise<MimeBundle | undefined> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !has(value, displaySymbol)) return undefined;
  const method = (value as { [displaySymbol]?: unknown })[displaySymbol];
  if (typeof method !== "function") return undefined;
  const made: unknown = method.call(value);
  const check = (data: unknown): MimeBundle | undefined => (typeof data === "object" && data !== null ? (data as MimeBundle) : undefined);
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
