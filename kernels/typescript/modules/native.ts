import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import type { Resolved } from "./resolve.ts";

type Native = Extract<Resolved, { kind: "native" }>;
type Import = (specifier: string, options?: { with: Record<string, string> }) => Promise<object>;

const importers = new Map<string, Import>();

/** Node's own `import()`, as if written in that file; works from CommonJS bundles and needs no flags. */
export function importNative({ specifier, from }: Native, attributes?: Record<string, string>): Promise<object> {
  return quietly(() => importer(from)(specifier, attributes && { with: attributes }));
}

function importer(from: string): Import {
  let load = importers.get(from);
  if (!load) {
    load = vm.compileFunction("return import(specifier, options)", ["specifier", "options"], {
      filename: from,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as Import;
    importers.set(from, load);
  }
  return load;
}

// That the default loader's constant is experimental in old Node.js is nothing that a notebook's reader can act on.
function quietly<T>(body: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return body();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The same at once, by `require`: what a CommonJS file gets. */
export function requireNative({ specifier, from }: Native): unknown {
  return createRequire(from)(specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier) as unknown;
}

/** The same for an ES module that is itself required. */
export function requireNamespace(native: Native): object {
  const value = requireNative(native);
  return types.isModuleNamespaceObject(value) ? (value as object) : namespaceOfCommonJs(value);
}

/** A CommonJS value as ES modules see it: `default`, and its own properties by name. */
export function namespaceOfCommonJs(value: unknown, namespace: Record<string, unknown> = emptyNamespace()): Record<string, unknown> {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  for (const key of isObject ? Object.keys(value) : []) {
    if (key === "default" || key in namespace) continue;
    Object.defineProperty(namespace, key, { enumerable: true, configurable: true, get: () => (value as Record<string, unknown>)[key] });
  }
  Object.defineProperty(namespace, "default", { enumerable: true, configurable: true, get: () => value });
  return namespace;
}

/** Without a prototype, yet with fast properties: `Object.create(null)` makes every call of an import five times slower. */
export function emptyNamespace(): Record<string, unknown> {
  const namespace = Object.setPrototypeOf({}, null) as Record<string, unknown>;
  Object.defineProperty(namespace, Symbol.toStringTag, { value: "Module" });
  return namespace;
}
