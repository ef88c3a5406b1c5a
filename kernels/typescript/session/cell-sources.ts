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

  add(script: Pick<CellScript, "url" | "map">, label: string, source: string): void {
    this.maps.add(script.url, script.map);
    this.#labels.set(script.url, label);
    this.#sources.set(label, source);
  }

  /** A stack with positions in what the user wrote, and cells under their execution counts. */
  mapStack(stack: string): string {
    return mapStack(stack, this.maps).replace(/cell-\d+\.ts/g, (url) => this.#labels.get(url) ?? url);
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

function fileSource(url: string): string | undefined {
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return undefined;
  try {
    return readFileSync(fileURLToPath(url), "utf8");
  } catch {
    return undefined;
  }
}
