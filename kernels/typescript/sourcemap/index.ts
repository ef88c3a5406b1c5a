import remapping from "@jridgewell/remapping";
import { generatedPositionFor, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A source map with one source, as plain data that may travel as JSON. */
export interface MapData {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** A place in a text. Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

// An empty name would mean: no source.
const sourceName = "source";

export function mapData(mappings: string): MapData {
  return { version: 3, sources: [sourceName], names: [], mappings };
}

/** One map for a chain of transformations, the last one first: `chainMaps([edited, stripped])` leads from the edited text to the first. */
export function chainMaps(mappings: readonly string[]): MapData {
  if (mappings.length === 1) return mapData(mappings[0]);
  const inputs = mappings.map((each) => ({ version: 3 as const, sources: [sourceName], names: [], mappings: each }));
  return mapData(String(remapping(inputs, () => null, { excludeContent: true }).mappings));
}

/** The maps of every script that V8 knows under a URL which is not the text a person wrote. */
export class SourceMaps {
  readonly #data = new Map<string, MapData | (() => MapData)>();
  readonly #traced = new Map<string, TraceMap>();

  /** @param map or a function that makes it when the first stack asks for it */
  add(url: string, map: MapData | (() => MapData)): void {
    this.#data.set(url, map);
    this.#traced.delete(url);
  }

  has(url: string): boolean {
    return this.#data.has(url);
  }

  /** Where the person's text has what the running script has at this place. */
  original(url: string, { line, column }: Position): Position | undefined {
    const map = this.#map(url);
    if (!map || line < 1 || column < 1) return undefined;
    const found = originalPositionFor(map, { line, column: column - 1 });
    return found.line === null ? undefined : { line: found.line, column: found.column + 1 };
  }

  /** The inverse of `original`, for breakpoints: the first place at or after this one that runs. */
  generated(url: string, { line, column }: Position): Position | undefined {
    const map = this.#map(url);
    if (!map || line < 1 || column < 1) return undefined;
    for (const bias of [1, -1] as const) {
      const found = generatedPositionFor(map, { source: sourceName, line, column: column - 1, bias: bias === 1 ? -1 : 1 });
      if (found.line !== null) return { line: found.line, column: found.column + 1 };
    }
    return undefined;
  }

  #map(url: string): TraceMap | undefined {
    const known = this.#traced.get(url);
    const given = this.#data.get(url);
    if (known || !given) return known;
    const { mappings, sources, names } = typeof given === "function" ? given() : given;
    const map = new TraceMap({ version: 3, mappings, sources: [...sources], names: [...names] });
    this.#traced.set(url, map);
    return map;
  }
}

/** A stack, or any text with `url:line:column` in it, with the places of mapped scripts replaced by those in the person's text. */
export function mapStack(stack: string, maps: SourceMaps): string {
  return stack.replace(/([^\s()]+):(\d+):(\d+)/g, (whole, url: string, line: string, column: string) => {
    const position = maps.original(url, { line: Number(line), column: Number(column) });
    return position ? `${url}:${position.line}:${position.column}` : whole;
  });
}
