import type { SourceMaps } from "../sourcemap/index.ts";
import { ModuleGraph } from "./graph.ts";

export interface LoaderOptions {
  /** A file in the notebook's folder, there or not: cells import as if they stood in it. */
  readonly notebookFile: string;
  readonly packageRoot: string;
  /** Receives the maps of imported TypeScript, by file URL. */
  readonly sourceMaps: SourceMaps;
  /** Told which files will be evaluated anew because they, or something they import, were edited. */
  readonly onReload?: (files: readonly string[]) => void;
  /** Runs what must not be cut short, until its promise settles: what Node.js loads, and the linking of a file with all that it imports. */
  readonly whole?: <T>(body: () => T) => T;
}

export interface ModuleInfo {
  readonly file: string;
  readonly url: string;
  /** Local files that it imports, statically or so far dynamically. */
  readonly imports: readonly string[];
  /** URLs of what Node.js imports for it: packages and built-in modules. */
  readonly packages: readonly string[];
}

/** Loads what cells and local files import: local files in a graph of our own, so that edits are picked up; packages by Node.js. */
export interface Loader {
  /**
   * The namespace of a module. Local files that changed since, and their importers, are evaluated anew; all others keep their state.
   *
   * @param importer the path of the importing file
   * @throws Error with Node's codes (ERR_MODULE_NOT_FOUND …), SyntaxError for files that do not parse, and what the module throws
   */
  import(specifier: string, importer: string, attributes?: Record<string, string>): Promise<object>;
  /** The URL that `import` would load. */
  resolve(specifier: string, importer: string): string;
  /** A `require` as CommonJS files have it, for local TypeScript, too. */
  createRequire(importer: string): NodeJS.Require;
  /** `createRequire` for cells. */
  createCellRequire(): NodeJS.Require;
  /** To be called after an interrupt: forgets modules whose evaluation has not ended, so that the next import starts them again. */
  forgetUnfinished(): void;
  /** The local files that are loaded, by path. */
  readonly graph: ReadonlyMap<string, ModuleInfo>;
}

export function createLoader(options: LoaderOptions): Loader {
  const graph = new ModuleGraph(options);
  return {
    import: (specifier, importer, attributes) => graph.import(specifier, importer, attributes),
    resolve: (specifier, importer) => graph.resolve(specifier, importer),
    createRequire: (importer) => graph.createRequire(importer),
    createCellRequire: () => graph.createRequire(options.notebookFile),
    forgetUnfinished: () => graph.forgetUnfinished(),
    get graph() {
      return graph.describe();
    },
  };
}
