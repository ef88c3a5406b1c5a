import { readFileSync, realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compile } from "../modules/compile.ts";
import { isPackageFile, stampOf } from "../modules/files.ts";
import { TsConfigs } from "../modules/tsconfig.ts";
import { type MapData, type Position, SourceMaps } from "../sourcemap/index.ts";
import type { CellLog, RanCell } from "./cells.ts";
import type { Source } from "./dap.ts";
import { murmur2 } from "./murmur2.ts";

/**
 * How cells are named as source files: clients compute prefix + murmur2(code, seed) + suffix by themselves. No such file exists.
 * JupyterLab shows a path as "Cell [3]" only where it has "ipykernel_" in it.
 */
export const cellNaming = {
  hashMethod: "Murmur2",
  hashSeed: 0xc70f6907,
  tmpFilePrefix: path.join(os.tmpdir(), `noisebook_ipykernel_${process.pid}`) + path.sep,
  tmpFileSuffix: ".ts",
} as const;

export function cellPath(code: string): string {
  const { tmpFilePrefix, tmpFileSuffix, hashSeed } = cellNaming;
  return tmpFilePrefix + murmur2(code, hashSeed) + tmpFileSuffix;
}

const mapped = /\.(?:[cm]?[jt]s|tsx)$/;

/** Leads from the scripts that V8 runs to the texts that a person wrote, and back. */
export class Sources {
  readonly #cells: CellLog;
  readonly #compileCell: (code: string) => MapData;
  readonly #maps = new SourceMaps();
  readonly #configs = new TsConfigs();
  readonly #dumped = new Map<string, string>();
  readonly #paths = new Map<string, string>();
  readonly #stamps = new Map<string, string | undefined>();

  /** @param compileCell the map of a cell that has not run; throws where it cannot */
  constructor(cells: CellLog, compileCell: (code: string) => MapData) {
    this.#cells = cells;
    this.#compileCell = compileCell;
  }

  dump(code: string): string {
    const sourcePath = cellPath(code);
    this.#dumped.set(sourcePath, code);
    return sourcePath;
  }

  /** The source of a script; undefined for what no person wrote. */
  of(url: string): Source | undefined {
    const cell = this.#cells.get(url);
    if (cell) return { name: cell.label, path: this.pathOfCell(cell) };
    if (!url.startsWith("file:")) return undefined;
    const file = fileURLToPath(url);
    return { name: path.basename(file), path: file };
  }

  pathOfCell({ url, code }: RanCell): string {
    let known = this.#paths.get(url);
    if (known === undefined) this.#paths.set(url, (known = cellPath(code)));
    return known;
  }

  /** The scripts that a source became or will become: every run of a cell, or a file. */
  scripts(sourcePath: string): string[] {
    if (this.#isCell(sourcePath)) return [...this.#cells.all()].filter((cell) => this.pathOfCell(cell) === sourcePath).map(({ url }) => url);
    return [pathToFileURL(real(sourcePath)).href];
  }

  text(sourcePath: string): string | undefined {
    if (this.#isCell(sourcePath)) {
      for (const cell of this.#cells.all()) if (this.pathOfCell(cell) === sourcePath) return cell.code;
      return this.#dumped.get(sourcePath);
    }
    return readText(sourcePath);
  }

  /** The line that a breakpoint at this line of a source that has not run will have, as far as one can tell. */
  expectedLine(sourcePath: string, line: number): number | undefined {
    const code = this.#dumped.get(sourcePath);
    if (code === undefined) return undefined;
    if (!this.#maps.has(sourcePath)) {
      try {
        this.#maps.add(sourcePath, this.#compileCell(code));
      } catch {
        return line;
      }
    }
    const found = this.generated(sourcePath, line);
    return found && this.#maps.original(sourcePath, found)?.line;
  }

  /** Where a person's text has what stands at this place of a script. */
  original(url: string, position: Position): Position | undefined {
    return this.#prepare(url) ? this.#maps.original(url, position) : position;
  }

  /** The first place of a script at or after this line of its source; undefined when nothing of it runs. */
  generated(url: string, line: number, column = 1): Position | undefined {
    if (!this.#prepare(url)) return { line, column };
    for (let each = line; each < line + 200; each++) {
      const found = this.#maps.generated(url, { line: each, column: each === line ? column : 1 });
      if (found && this.#maps.original(url, found)?.line === each) return found;
    }
    return undefined;
  }

  /** Whether a file was edited since its places were last asked for. */
  edited(sourcePath: string): boolean {
    const url = this.scripts(sourcePath)[0];
    return url !== undefined && this.#stamps.has(url) && this.#stamps.get(url) !== stampOf(real(sourcePath));
  }

  /** The script under this URL is, or will be, a new one: its map is made anew. */
  renew(url: string): void {
    this.#stamps.delete(url);
  }

  /** Whether the URL has a map; without one, script and source are the same. */
  #prepare(url: string): boolean {
    const cell = this.#cells.get(url);
    if (cell) {
      if (!this.#maps.has(url)) this.#maps.add(url, cell.map);
      return true;
    }
    if (!url.startsWith("file:")) return this.#maps.has(url);
    const file = fileURLToPath(url);
    if (!mapped.test(file) || isPackageFile(file)) return false;
    if (this.#stamps.has(url)) return this.#maps.has(url);
    this.#stamps.set(url, stampOf(file));
    try {
      const compiled = compile(file, readFileSync(file, "utf8"), this.#configs.for(path.dirname(file)));
      if (compiled.kind !== "json") this.#maps.add(url, compiled.map);
    } catch {
      // A file that does not compile: what runs is an earlier state of it, whose map serves on.
    }
    return this.#maps.has(url);
  }

  #isCell(sourcePath: string): boolean {
    return sourcePath.startsWith(cellNaming.tmpFilePrefix);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
