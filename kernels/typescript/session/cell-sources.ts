import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CellScript } from "../cell/transform.ts";
import { mapStack, SourceMaps } from "../sourcemap/index.ts";

export interface Place {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Where the scripts that V8 runs come from: cells, and TypeScript files that they import. */
export class CellSources {
  readonly maps = new SourceMaps();
  readonly #labels = new Map<string, string>();
  readonly #sources = new Map<string, string>();
  /** Errors whose stacks are mapped, with the cells that they began in. */
  readonly #prepared = new WeakMap<object, number | undefined>();

  add(script: Pick<CellScript, "url" | "map">, label: string, source: string): void {
    this.maps.add(script.url, script.map);
    this.#labels.set(script.url, label);
    this.#sources.set(label, source);
  }

  /** A stack with positions in what the user wrote, and cells under their execution counts. */
  mapStack(stack: string): string {
    return mapStack(stack, this.maps).replace(/cell-\d+\.ts/g, (url) => this.#labels.get(url) ?? url);
  }

  /** Maps the stack of an error, once. */
  prepared(error: object, stack: string): string {
    this.#prepared.set(error, firstCell(stack));
    return this.mapStack(stack);
  }

  /** An error's stack, mapped, whoever made it. */
  stackOf(error: Error): string {
    const { stack } = error;
    if (typeof stack !== "string") return "";
    return this.#prepared.has(error) ? stack : this.mapStack(stack);
  }

  /** The number of the cell that an error's stack begins in: of those on it, the one that called the others. */
  cellOf(error: Error): number | undefined {
    const { stack } = error;
    return this.#prepared.has(error) ? this.#prepared.get(error) : firstCell(String(stack));
  }

  /** The first place of a mapped stack whose source is at hand. */
  firstPlace(stack: string): Place | undefined {
    for (const [, name, line, column] of stack.matchAll(/^\s+at .*?\(?((?:cell|silent)\[\d+\](?:\.js)?|file:\/\/[^\s)]+?):(\d+):(\d+)\)?$/gm)) {
      const source = this.#sources.get(name) ?? fileSource(name);
      if (source !== undefined) return { source, line: Number(line), column: Number(column) };
    }
    return undefined;
  }
}

function firstCell(stack: string): number | undefined {
  const cell = [...stack.matchAll(/\bcell-(\d+)\.ts:/g)].at(-1)?.[1];
  return cell === undefined ? undefined : Number(cell);
}

function fileSource(url: string): string | undefined {
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return undefined;
  try {
    return readFileSync(fileURLToPath(url), "utf8");
  } catch {
    return undefined;
  }
}
