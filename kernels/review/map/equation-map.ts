import { ledger, type LedgerEntry, type LedgerSeed } from "../../../src/ledger/index.ts";
import type { LedgerCell, MappedNotebook } from "./cells.ts";
import { later as leftForLater } from "./later.ts";

/** What the five texts are. */
export const seedTitles: Readonly<Record<LedgerSeed, string>> = {
  "000": "notes on L. Weng's *What are Diffusion Models?*",
  "001": "the DDPM paper read line by line",
  "002": "the mathematics of diffusion in 36 numbered equations",
  "003": "a tutorial on the discrete reverse process",
  "004": "*Understanding Denoising Diffusion Probabilistic Models*",
};

/** An entry of the ledger and where it is shown, or the notebook it is left for. */
export interface MapRow {
  readonly entry: LedgerEntry;
  readonly cells: readonly LedgerCell[];
  readonly later: string | undefined;
}

export interface EquationMap {
  readonly notebooks: readonly MappedNotebook[];
  readonly rows: readonly MapRow[];
  /** What keeps the map from being whole, a sentence each. */
  readonly problems: readonly string[];
}

/** The ledger laid over the notebooks. */
export function equationMap(notebooks: readonly MappedNotebook[], later: Readonly<Record<string, readonly string[]>> = leftForLater): EquationMap {
  const cells = notebooks.flatMap((notebook) => notebook.cells);
  const rows = ledger.map((entry): MapRow => ({
    entry,
    cells: cells.filter(({ ids }) => ids.includes(entry.id)),
    later: Object.keys(later).find((notebook) => later[notebook]!.includes(entry.id)),
  }));
  return { notebooks, rows, problems: [...strangers(cells, later), ...rows.flatMap((row) => problemOf(row, notebooks))] };
}

const place = ({ notebook, cell }: LedgerCell): string => `notebooks/${notebook}.ipynb, cell "${cell}"`;

function strangers(cells: readonly LedgerCell[], later: Readonly<Record<string, readonly string[]>>): string[] {
  const known = new Set(ledger.map(({ id }) => id));
  const named = [
    ...cells.flatMap((cell) => cell.ids.map((id, i) => ({ id, where: place(cell), again: cell.ids.indexOf(id) !== i }))),
    ...Object.entries(later).flatMap(([notebook, ids]) => ids.map((id) => ({ id, where: `kernels/review/map/later.ts, ${notebook}`, again: false }))),
  ];
  return named.flatMap(({ id, where, again }) =>
    !known.has(id) ? [`${where}: the ledger has no entry "${id}"`] : again ? [`${where}: it names ${id} twice`] : []);
}

function problemOf({ entry: { id }, cells, later }: MapRow, notebooks: readonly MappedNotebook[]): string[] {
  const [first] = cells;
  if (first && later !== undefined) return [`${id} is left for ${later}, but ${place(first)} shows it: take it out of kernels/review/map/later.ts`];
  if (first) return [];
  if (later === undefined) {
    return [`${id} is shown nowhere: name it in the metadata of a cell, under noisebook.ledger, or in kernels/review/map/later.ts`];
  }
  return notebooks.some(({ name }) => name === later) ? [`${id} is left for ${later}, which is there and does not show it`] : [];
}
