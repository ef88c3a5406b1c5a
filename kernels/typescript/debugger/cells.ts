import type { CellScript } from "../cell/transform.ts";
import type { MapData } from "../sourcemap/index.ts";

export interface RanCell {
  /** V8's name for its script. */
  readonly url: string;
  /** A person's name for it, `cell[3]`. */
  readonly label: string;
  readonly code: string;
  readonly map: MapData;
}

const remembered = 10_000;

/** What the session was given to run; kept whether or not someone debugs, who may begin later. */
export class CellLog {
  readonly #cells = new Map<string, RanCell>();
  readonly #names = new Set<string>();

  add({ url, map, names }: Pick<CellScript, "url" | "map" | "names">, label: string, code: string): RanCell {
    const cell = { url, label, code, map };
    this.#cells.set(url, cell);
    for (const { name } of names) this.#names.add(name);
    if (this.#cells.size > remembered) this.#cells.delete(this.#cells.keys().next().value as string);
    return cell;
  }

  /** A name that got its value by other means than a cell. */
  addName(name: string): void {
    this.#names.add(name);
  }

  get(url: string): RanCell | undefined {
    return this.#cells.get(url);
  }

  all(): IterableIterator<RanCell> {
    return this.#cells.values();
  }

  /** The variables, functions, classes and imports of all cells. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  reset(): void {
    this.#cells.clear();
    this.#names.clear();
  }
}
