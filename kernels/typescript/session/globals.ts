import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { ImportBinding } from "../cell/imports.ts";
import type { Loader } from "../modules/index.ts";
import type { Awaited } from "./awaited.ts";
import type { Displays } from "./displays.ts";

/** The one name under which compiled cells find what their imports were rewritten to. */
export const scopeName = "__noisebook";

export interface Scope {
  take?: (value: unknown) => void;
  /** Where a cell whose last statement does not end its script keeps its value. */
  value?: unknown;
  import(specifier: string, bindings: readonly ImportBinding[], attributes?: Record<string, string>): Promise<void>;
  dynamicImport(specifier: unknown, options?: { with?: Record<string, string> }): Promise<object>;
  /** See `kernels/typescript/cell/awaits.ts`. */
  readonly held: Awaited["held"];
  readonly heldEach: Awaited["heldEach"];
  /** What `import … from "tslab"` displays by. */
  readonly show: Displays["show"];
  readonly meta: Record<string, unknown>;
}

interface Wiring {
  readonly loader: () => Loader;
  readonly displays: Displays;
  readonly awaited: Awaited;
  readonly notebookFile: string;
}

/** Puts what cells may use on globalThis. */
export function installGlobals({ loader, displays, awaited, notebookFile }: Wiring): Scope {
  const load = (specifier: string, attributes?: Record<string, string>): Promise<object> => loader().import(specifier, notebookFile, attributes);
  const scope: Scope = {
    async import(specifier, bindings, attributes) {
      const module = (await load(specifier, attributes)) as Record<string, unknown>;
      for (const [, imported, optional] of bindings) {
        if (imported !== "*" && !optional && !(imported in module)) {
          throw new SyntaxError(`The requested module "${specifier}" does not provide an export named "${imported}"`);
        }
      }
      for (const [local, imported] of bindings) bind(local, () => (imported === "*" ? module : module[imported]));
    },
    dynamicImport: (specifier, options) => load(String(specifier), options?.with),
    held: awaited.held,
    heldEach: awaited.heldEach,
    show: displays.show.bind(displays),
    meta: {
      url: pathToFileURL(notebookFile).href,
      filename: notebookFile,
      dirname: dirname(notebookFile),
      resolve: (specifier: string) => loader().resolve(specifier, notebookFile),
    },
  };
  const hidden = (name: string, descriptor: PropertyDescriptor): void => void Object.defineProperty(globalThis, name, { configurable: true, enumerable: false, ...descriptor });
  hidden(scopeName, { value: scope });
  hidden("display", { value: displays.display.bind(displays), writable: true });
  hidden("clearOutput", { value: displays.clear.bind(displays), writable: true });
  hidden("__filename", { value: notebookFile, writable: true });
  hidden("__dirname", { value: dirname(notebookFile), writable: true });
  let require: unknown;
  hidden("require", { get: () => (require ??= loader().createRequire(notebookFile)), set: (value) => (require = value) });
  return scope;
}

/** An imported name: read through to the module, so that it stays live; an assignment (a cell that declares it anew) replaces it. */
function bind(name: string, get: () => unknown): void {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: true,
    get,
    set: (value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true }),
  });
}
