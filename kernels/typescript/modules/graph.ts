import { readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRequireFor } from "./commonjs.ts";
import { compile } from "./compile.ts";
import { Evaluation } from "./evaluation.ts";
import { stampOf } from "./files.ts";
import { moduleNotFound, requireOfAsync } from "./errors.ts";
import type { LoaderOptions, ModuleInfo } from "./index.ts";
import { instantiate } from "./instantiate.ts";
import { importNative, requireNative } from "./native.ts";
import { exportAll, type LocalModule } from "./record.ts";
import { Resolver } from "./resolve.ts";
import { TsConfigs } from "./tsconfig.ts";

/** Local files and their imports: linked all at once before any of them runs, evaluated in the order of ES modules. */
export class ModuleGraph {
  readonly #options: LoaderOptions;
  readonly #configs = new TsConfigs();
  readonly #resolver: Resolver;
  readonly #modules = new Map<string, LocalModule>();
  readonly #whole: <T>(body: () => T) => T;
  readonly #evaluation: Evaluation;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#whole = options.whole ?? ((body) => body());
    this.#evaluation = new Evaluation((module) => this.#forget([module]), this.#whole);
    this.#resolver = new Resolver(options.packageRoot, this.#configs);
  }

  async import(specifier: string, importer: string, attributes?: Record<string, string>, by?: LocalModule): Promise<object> {
    // From a microtask nothing is being evaluated on the stack: what seems to be was cut short by an interrupt.
    await undefined;
    this.#forget([...this.#modules.values()].filter(({ status, suspended }) => status === "evaluating" && !suspended));
    this.#refresh();
    const resolved = this.#resolver.resolve(specifier, pathOf(importer));
    if (resolved.kind === "native") return this.#whole(() => importNative(resolved, attributes));
    const module = this.#whole(() => this.#link(realFile(resolved.file)));
    by?.dynamic.add(module.file);
    await this.#evaluation.evaluate(module);
    return module.namespace;
  }

  resolve(specifier: string, importer: string): string {
    const resolved = this.#resolver.resolve(specifier, pathOf(importer));
    return resolved.kind === "local" ? pathToFileURL(realFile(resolved.file)).href : resolved.url;
  }

  createRequire(importer: string): NodeJS.Require {
    const file = pathOf(importer);
    return createRequireFor(file, {
      load: (specifier) => this.#require(specifier, file),
      resolve: (specifier) => {
        const resolved = this.#resolver.resolve(specifier, file);
        return resolved.kind === "local" ? realFile(resolved.file) : undefined;
      },
    });
  }

  forgetUnfinished(): void {
    // Those that have not begun as well: the steps of one with a top-level await may have been cut between its linking and its body.
    this.#forget([...this.#modules.values()].filter(({ status }) => status === "evaluating" || status === "linked"));
  }

  describe(): ReadonlyMap<string, ModuleInfo> {
    const info = ({ file, url, dependencies, dynamic }: LocalModule): ModuleInfo => ({
      file,
      url,
      imports: [...new Set([...dependencies.flatMap(({ module }) => (module ? [module.file] : [])), ...dynamic])],
      packages: [...new Set(dependencies.flatMap(({ resolved }) => (resolved.kind === "native" ? [resolved.url] : [])))],
    });
    return new Map([...this.#modules].map(([file, module]) => [file, info(module)]));
  }

  /** Reads, compiles and connects a file and all that it imports, before anything of it runs. All or nothing enters the graph. */
  #link(file: string): LocalModule {
    const known = this.#modules.get(file);
    if (known) return known;
    const fresh = new Map<string, LocalModule>();
    const root = this.#read(file, fresh);
    const stars = [...fresh.values()].filter(({ dependencies }) => dependencies.some(({ star }) => star));
    for (let changed = true; changed; ) {
      changed = false;
      for (const { namespace, dependencies } of stars) {
        for (const { star, module } of dependencies) if (star && module && exportAll(namespace, module.namespace)) changed = true;
      }
    }
    for (const module of fresh.values()) module.link(module.dependencies.map((dependency) => dependency.module?.namespace));
    for (const [each, module] of fresh) this.#modules.set(each, module);
    return root;
  }

  #read(file: string, fresh: Map<string, LocalModule>): LocalModule {
    const known = this.#modules.get(file) ?? fresh.get(file);
    if (known) return known;
    const stamp = stampOf(file);
    if (stamp === undefined) throw moduleNotFound(file, "the import graph", "the file is gone");
    const compiled = compile(file, readFileSync(file, "utf8"), this.#configs.for(dirname(file)));
    const module = instantiate(file, stamp, compiled, {
      dynamicImport: (specifier, attributes) => this.import(specifier, file, attributes, module),
      resolve: (specifier) => this.resolve(specifier, file),
      require: this.createRequire(file),
    });
    fresh.set(file, module);
    if (compiled.kind !== "json") this.#options.sourceMaps.add(module.url, compiled.map);
    for (const request of compiled.kind === "module" ? compiled.requests : []) {
      const resolved = this.#resolver.resolve(request.specifier, file);
      module.dependencies.push({ ...request, resolved, module: resolved.kind === "local" ? this.#read(realFile(resolved.file), fresh) : null });
    }
    return module;
  }

  #require(specifier: string, importer: string): unknown {
    const resolved = this.#resolver.resolve(specifier, importer);
    if (resolved.kind === "native") return this.#whole(() => requireNative(resolved));
    const module = this.#whole(() => this.#link(realFile(resolved.file)));
    const by = this.#modules.get(importer);
    if (by && !by.dependencies.some((each) => each.module === module)) {
      by.dependencies.push({ specifier, variable: "", names: [], star: false, resolved, module });
    }
    if (module.status === "linked") void this.#evaluation.evaluate(module, true);
    if (module.status === "failed") throw module.error;
    // A cycle sees what there is so far, as in Node.js.
    if (module.suspended) throw requireOfAsync(module.file);
    return module.commonJs ? module.commonJs.exports : module.kind === "json" ? module.namespace.default : module.namespace;
  }

  /** Lets go of files that changed on disk, and of all that import them. */
  #refresh(): void {
    this.#configs.refresh();
    const changed = [...this.#modules.values()].filter(({ file, stamp }) => stampOf(file) !== stamp);
    const gone = this.#forget(changed);
    if (gone.length > 0) this.#options.onReload?.(gone);
  }

  #forget(modules: readonly LocalModule[]): string[] {
    const gone = new Set(modules.filter((module) => this.#modules.get(module.file) === module));
    for (let size = -1; size !== gone.size; ) {
      size = gone.size;
      if (size === 0) break;
      for (const module of this.#modules.values()) {
        if (module.dependencies.some((dependency) => dependency.module && gone.has(dependency.module))) gone.add(module);
      }
    }
    for (const { file } of gone) this.#modules.delete(file);
    return [...gone].map(({ file }) => file);
  }
}

function pathOf(importer: string): string {
  return importer.startsWith("file:") ? fileURLToPath(importer) : importer;
}

// As Node.js does: one file, one module, whatever links lead to it.
function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
