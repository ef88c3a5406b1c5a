import { missingExport } from "./errors.ts";
import { importNative, requireNamespace } from "./native.ts";
import { type Dependency, exportAll, type LocalModule } from "./record.ts";
import type { Resolved } from "./resolve.ts";
import { withNames } from "./interop.ts";

type Native = Extract<Resolved, { kind: "native" }>;

/** Runs modules: what a module imports first, in order; each once; an error reaches all that import the module. */
export class Evaluation {
  readonly #natives = new Map<string, object>();
  readonly #failed: (module: LocalModule) => void;
  readonly #whole: <T>(body: () => T) => T;

  /**
   * @param failed told of each module that threw, so that the next import starts anew
   * @param whole runs what Node.js loads
   */
  constructor(failed: (module: LocalModule) => void, whole: <T>(body: () => T) => T) {
    this.#failed = failed;
    this.#whole = whole;
  }

  /** Resolves when the module has run. Without top-level await and new packages beneath it, that is before this returns. */
  evaluate(module: LocalModule, synchronous = false): Promise<void> {
    if (!module.promise) {
      module.status = "evaluating";
      module.promise = this.#run(module, synchronous);
      module.promise.catch(() => {});
    }
    return module.promise;
  }

  async #run(module: LocalModule, synchronous: boolean): Promise<void> {
    try {
      const namespaces: object[] = [];
      for (const dependency of module.dependencies) {
        let namespace: object;
        if (dependency.module) {
          const promise = this.#local(module, dependency.module, synchronous);
          if (promise) {
            module.suspended = true;
            module.waitingFor = dependency.module;
            await promise;
            module.suspended = false;
            module.waitingFor = undefined;
          }
          if (dependency.module.status === "failed") throw dependency.module.error;
          namespace = dependency.module.namespace;
        } else {
          const loaded = this.#native(dependency.resolved as Native, synchronous);
          module.suspended = loaded instanceof Promise;
          namespace = withNames(loaded instanceof Promise ? await loaded : loaded, dependency.names);
          module.suspended = false;
        }
        namespaces.push(namespace);
        if (dependency.star) exportAll(module.namespace, namespace);
        requireNames(dependency, namespace);
      }
      const running = module.run(namespaces);
      if (running) {
        module.suspended = true;
        await running;
      }
      module.status = "evaluated";
      Object.preventExtensions(module.namespace);
    } catch (error) {
      module.status = "failed";
      module.error = error;
      this.#failed(module);
      throw error;
    } finally {
      module.suspended = false;
      module.waitingFor = undefined;
    }
  }

  /** What to wait for, if anything: a module that waits for this one is part of a cycle and taken as it is. */
  #local(module: LocalModule, dependency: LocalModule, synchronous: boolean): Promise<void> | undefined {
    if (dependency.status === "linked") void this.evaluate(dependency, synchronous);
    if (dependency.status !== "evaluating" || !dependency.suspended) return undefined;
    for (let each: LocalModule | undefined = dependency; each; each = each.waitingFor) if (each === module) return undefined;
    return dependency.promise;
  }

  #native(native: Native, synchronous: boolean): object | Promise<object> {
    const known = this.#natives.get(native.url);
    if (known) return known;
    if (synchronous) return this.#whole(() => requireNamespace(native));
    return this.#whole(() => importNative(native)).then((namespace) => {
      this.#natives.set(native.url, namespace);
      return namespace;
    });
  }
}

function requireNames({ specifier, names, module }: Dependency, namespace: object): void {
  if (module && module.status !== "evaluated") return;
  for (const name of names) if (!(name in namespace)) throw missingExport(specifier, name);
}
