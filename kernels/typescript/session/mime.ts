import { inspect } from "node:util";
import type { MimeBundle } from "../../protocol/message.ts";
import type { Bundle } from "../pipes/frames.ts";

const displaySymbol = Symbol.for("Jupyter.display");

/** A value as a MIME bundle: its own, by Symbol.for("Jupyter.display"), or how Node prints it. */
export function bundleOf(value: unknown): Bundle | Promise<Bundle> {
  const own = ownBundle(value);
  if (own instanceof Promise) return own.then((data) => ({ data: data ?? plain(value), metadata: {} }));
  return { data: own ?? plain(value), metadata: {} };
}

function ownBundle(value: unknown): MimeBundle | undefined | Promise<MimeBundle | undefined> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = (value as { [displaySymbol]?: unknown })[displaySymbol];
  if (typeof method !== "function") return undefined;
  const bundle: unknown = method.call(value);
  const check = (data: unknown): MimeBundle | undefined => (typeof data === "object" && data !== null ? (data as MimeBundle) : undefined);
  return isThenable(bundle) ? Promise.resolve(bundle).then(check) : check(bundle);
}

const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";

function plain(value: unknown): MimeBundle {
  return { "text/plain": inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100, numericSeparator: false }) };
}
