import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLoader, type Loader } from "../../../../kernels/typescript/modules/index.ts";
import { packageRoot } from "../../../../kernels/root.ts";
import { mapStack, SourceMaps } from "../../../../kernels/typescript/sourcemap/index.ts";

export type Exports = Record<string, any>;

/** A folder of real files with a loader for a notebook in it. */
export class Workspace {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "modules-")));
  readonly notebook = path.join(this.folder, "notebook", "notebook.ts");
  readonly maps = new SourceMaps();
  readonly reloads: string[][] = [];
  readonly loader: Loader;
  #edits = 0;

  constructor(root = packageRoot) {
    mkdirSync(path.dirname(this.notebook));
    const onReload = (files: readonly string[]): void => void this.reloads.push(files.map((file) => path.basename(file)).sort());
    this.loader = createLoader({ notebookFile: this.notebook, packageRoot: root, sourceMaps: this.maps, onReload });
  }

  /** Writes files below the notebook's folder. An edit gets a time of its own, however coarse the file system's clock is. */
  write(files: Record<string, string>): this {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(path.dirname(this.notebook), name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      const time = new Date(Date.now() + 1000 * ++this.#edits);
      utimesSync(file, time, time);
    }
    return this;
  }

  async import(specifier: string, attributes?: Record<string, string>): Promise<Exports> {
    return (await this.loader.import(specifier, this.notebook, attributes)) as Exports;
  }

  async failure(specifier: string): Promise<Error & { code?: string }> {
    try {
      await this.import(specifier);
    } catch (error) {
      return error as Error;
    }
    throw new Error(`${specifier} was imported`);
  }

  mapped(error: Error): string {
    return mapStack(String(error.stack), this.maps);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
