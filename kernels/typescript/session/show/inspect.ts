import { inspect, type InspectOptions, stripVTControlCharacters, types } from "node:util";
import { dataProperty, isObject } from "./safe.ts";
import { isTensor, teachInspect } from "./tensor.ts";

const mostCharacters = 100_000;
const mostNodes = 5_000;
const mostKeys = 200;
const shownKeys = 100;

const base: InspectOptions = { maxStringLength: 10_000, breakLength: 100, numericSeparator: false };
// From what people want to what always fits.
const levels = [
  { depth: 4, maxArrayLength: 100 },
  { depth: 3, maxArrayLength: 50 },
  { depth: 2, maxArrayLength: 25 },
  { depth: 1, maxArrayLength: 20 },
  { depth: 0, maxArrayLength: 20 },
] as const;

/** A value as Node.js prints it, within bounds, whatever it does to be printed. */
export function inspectText(value: unknown): string {
  const level = levels.find(({ depth, maxArrayLength }) => fits(value, depth, maxArrayLength)) ?? levels.at(-1)!;
  const text = attempts(value, { ...base, ...level });
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}\n… ${text.length - mostCharacters} more characters` : text;
}

function attempts(value: unknown, options: InspectOptions): string {
  let reason: unknown;
  for (const further of [{}, { customInspect: false }]) {
    try {
      return stripVTControlCharacters(inspect(narrowed(value), { ...options, ...further }));
    } catch (error) {
      reason = error;
    }
  }
  return `[${typeof value} that cannot be shown: ${reason instanceof Error ? reason.message : typeof reason}]`;
}

/** Whether few enough nodes would be printed; on the way, tensors learn to print themselves. */
function fits(value: unknown, depth: number, maxArrayLength: number): boolean {
  let nodes = 0;
  const seen = new Set<object>();
  const visit = (each: unknown, left: number): boolean => {
    if (++nodes > mostNodes) return false;
    if (!isObject(each) || types.isProxy(each) || seen.has(each)) return true;
    if (isTensor(each)) {
      teachInspect(each);
      return true;
    }
    if (left < 0) return true;
    seen.add(each);
    for (const child of children(each, maxArrayLength)) if (!visit(child, left - 1)) return false;
    return true;
  };
  return visit(value, depth);
}

function* children(value: object, maxArrayLength: number): Generator<unknown> {
  if (ArrayBuffer.isView(value)) return;
  if (Array.isArray(value)) {
    for (let n = 0; n < Math.min(value.length, maxArrayLength); n++) yield Object.getOwnPropertyDescriptor(value, n)?.value;
    return;
  }
  if (types.isMap(value) || types.isSet(value)) {
    let n = 0;
    for (const [key, item] of types.isMap(value) ? Map.prototype.entries.call(value) : Set.prototype.entries.call(value)) {
      if (n++ >= maxArrayLength) break;
      yield key;
      if (item !== key) yield item;
    }
  }
  const keys = Object.keys(value);
  for (const key of keys.length > mostKeys ? keys.slice(0, shownKeys) : keys) yield Object.getOwnPropertyDescriptor(value, key)?.value;
}

/** An object with very many keys, cut to its first ones. */
function narrowed(value: unknown): unknown {
  if (!isObject(value) || types.isProxy(value) || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
  const keys = Object.keys(value);
  const tag = keys.length <= mostKeys ? undefined : Object.getOwnPropertyDescriptor(value, Symbol.toStringTag);
  if (keys.length <= mostKeys || types.isMap(value) || types.isSet(value)) return value;
  const few = Object.create(Object.getPrototypeOf(value) as object | null, tag ? { [Symbol.toStringTag]: tag } : {}) as object;
  for (const key of keys.slice(0, shownKeys)) Object.defineProperty(few, key, Object.getOwnPropertyDescriptor(value, key)!);
  const more = `… ${keys.length - shownKeys} more`;
  Object.defineProperty(few, more, { value: { [inspect.custom]: () => "…" }, enumerable: true });
  return few;
}

/** An error that is a value, not thrown: what it says, its properties and causes. Its stack belongs to whoever made it. */
export function errorText(value: unknown, depth = 3): string | undefined {
  if (!types.isNativeError(value)) return undefined;
  const name = dataProperty(value, "name");
  const message = dataProperty(value, "message");
  if (typeof name !== "string" || typeof message !== "string") return undefined;
  const lines = [message === "" ? name : `${name}: ${message}`];
  const properties: PropertyDescriptorMap = {};
  for (const key of Object.keys(value)) if (!["name", "message", "stack"].includes(key)) properties[key] = Object.getOwnPropertyDescriptor(value, key)!;
  if (Object.keys(properties).length > 0) lines.push(`  ${inspectText(Object.defineProperties({}, properties)).replaceAll("\n", "\n  ")}`);
  const cause = dataProperty(value, "cause");
  if (cause !== undefined && depth > 0) lines.push(`  caused by ${(errorText(cause, depth - 1) ?? inspectText(cause)).replaceAll("\n", "\n  ")}`);
  const errors = dataProperty(value, "errors");
  if (Array.isArray(errors) && depth > 0) for (const each of errors.slice(0, 10)) lines.push(`  - ${(errorText(each, depth - 1) ?? inspectText(each)).replaceAll("\n", "\n    ")}`);
  return lines.join("\n");
}
