import { type JsonValue } from "../checkpoint/index.ts";

/**
 * Where two settings differ, as lines such as `optimizer.beta2: 0.999 in the checkpoint, 0.99 here`; none where they agree. Numbers are
 * compared as JSON writes them.
 */
export function differences(before: JsonValue | undefined, now: JsonValue | undefined, path = ""): string[] {
  if (isObject(before) && isObject(now)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return names.flatMap((name) => differences(before[name], now[name], path === "" ? name : `${path}.${name}`));
  }
  const [a, b] = [before, now].map((value) => (value === undefined ? "nothing" : JSON.stringify(value)));
  return a === b ? [] : [`${path}: ${a} in the checkpoint, ${b} here`];
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
