import { inspect } from "node:util";
import type { Request } from "./compile.ts";
import type { Resolved } from "./resolve.ts";
import { emptyNamespace } from "./native.ts";

export type Namespace = Record<string, unknown>;

/** An import of a module, resolved. */
export interface Dependency extends Request {
  readonly resolved: Resolved;
  /** The module of our own graph, or null for what Node.js imports. */
  readonly module: LocalModule | null;
}

export type Status = "linked" | "evaluating" | "evaluated" | "failed";

/** A local file in the graph: what it imports, what it exports, how far its evaluation is. */
export interface LocalModule {
  readonly file: string;
  readonly url: string;
  readonly kind: "module" | "commonjs" | "json";
  readonly stamp: string | undefined;
  readonly namespace: Namespace;
  readonly dependencies: Dependency[];
  /** Local files that it imports dynamically: no reason to reload it when they change. */
  readonly dynamic: Set<string>;
  /** Hands over the namespaces of local imports before anything runs, for what passes exports on. */
  readonly link: (namespaces: readonly (object | undefined)[]) => void;
  /** Runs the body; ES modules are first given the namespaces they import, in order. */
  readonly run: (namespaces: readonly (object | undefined)[]) => void | Promise<void>;
  status: Status;
  error?: unknown;
  promise?: Promise<void>;
  /** Whether its evaluation stands at an await, not on the stack. */
  suspended: boolean;
  /** The module whose evaluation it awaits. */
  waitingFor?: LocalModule;
  /** What `require` gives, for CommonJS. */
  commonJs?: { exports: unknown };
}

export function createNamespace(): Namespace {
  const namespace = emptyNamespace();
  Object.defineProperty(namespace, inspect.custom, { value: showNamespace });
  return namespace;
}

// As Node.js shows a module, not as the object with getters that it is here.
function showNamespace(this: Namespace, _depth: number, options: object, show: typeof inspect): string {
  const plain: Namespace = Object.create(null) as Namespace;
  for (const name of Object.keys(this).sort()) {
    try {
      plain[name] = this[name];
    } catch {
      plain[name] = { [inspect.custom]: () => "<uninitialized>" };
    }
  }
  return show(plain, options).replace("[Object: null prototype]", "[Module: null prototype]");
}

/** `export *`: every name but the default that is not there yet, first come first served. Returns whether something was new. */
export function exportAll(to: Namespace, from: object): boolean {
  let added = false;
  for (const name of Object.keys(from)) {
    if (name === "default" || Object.hasOwn(to, name)) continue;
    const own = Object.getOwnPropertyDescriptor(from, name);
    // A getter of ours leads straight to the variable, however many files pass it on.
    const get = own?.get ?? (() => (from as Namespace)[name]);
    Object.defineProperty(to, name, { enumerable: true, configurable: true, get });
    added = true;
  }
  return added;
}
