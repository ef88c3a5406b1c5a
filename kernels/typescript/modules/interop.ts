import { emptyNamespace } from "./native.ts";
import { exportAll } from "./record.ts";

const completed = new WeakMap<object, object>();

/**
 * A package's namespace that has these names: Node.js finds the names of CommonJS exports by reading the code, and misses
 * computed ones; bundlers and TypeScript do not.
 */
export function withNames(namespace: object, names: readonly string[]): object {
  if (names.every((name) => name in namespace)) return namespace;
  const exports = (namespace as { default?: unknown }).default;
  if (exports === null || (typeof exports !== "object" && typeof exports !== "function")) return namespace;
  let full = completed.get(namespace);
  if (!full) {
    full = emptyNamespace();
    exportAll(full as Record<string, unknown>, namespace);
    exportAll(full as Record<string, unknown>, exports);
    Object.defineProperty(full, "default", { enumerable: true, value: exports });
    completed.set(namespace, full);
  }
  return full;
}
