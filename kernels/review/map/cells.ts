import { readdirSync } from "node:fs";
import path from "node:path";
import { CommandError, exitCodes } from "../../client/exit-codes.ts";
import type { Cell, Notebook } from "../../client/notebook/format.ts";
import { readNotebook } from "../../client/notebook/read.ts";

/** A cell whose metadata say `noisebook: { ledger: [ids] }`: it teaches those entries, or holds them against numbers. */
export interface LedgerCell {
  /** The notebook's file name without its ending, such as "02-posterior". */
  readonly notebook: string;
  readonly cell: string;
  /** The number of the section that it stands in; undefined before the first. */
  readonly section: string | undefined;
  readonly ids: readonly string[];
}

/** A notebook with what its cells show. */
export interface MappedNotebook {
  readonly name: string;
  /** Its numbered sections: number and title. */
  readonly sections: readonly (readonly [number: string, title: string])[];
  readonly cells: readonly LedgerCell[];
}

/** Every notebook of a folder, in the order of the names. @throws {CommandError} (exit code 2) for one whose metadata are damaged */
export async function mappedNotebooks(folder: string): Promise<MappedNotebook[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ipynb")).sort();
  return Promise.all(files.map(async (file) => mapped(path.basename(file, ".ipynb"), await readNotebook(path.join(folder, file)))));
}

function mapped(name: string, { cells }: Notebook): MappedNotebook {
  const sections: [string, string][] = [];
  const found = cells.flatMap((cell): LedgerCell[] => {
    const heading = cell.cell_type === "markdown" ? /^## (\d+) · (.+)$/m.exec(cell.source) : null;
    if (heading) sections.push([heading[1]!, heading[2]!.trim()]);
    const ids = ledgerIds(cell, `${name}, cell ${cell.id}`);
    return ids.length === 0 ? [] : [{ notebook: name, cell: cell.id ?? "", section: sections.at(-1)?.[0], ids }];
  });
  return { name, sections, cells: found };
}

function ledgerIds({ metadata }: Cell, where: string): string[] {
  const ours = metadata.noisebook;
  const ids: unknown = typeof ours === "object" && ours !== null && "ledger" in ours ? ours.ledger : [];
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string")) {
    throw new CommandError(`${where}: metadata.noisebook.ledger is ${JSON.stringify(ids)}, where a list of ids such as "002.14" is due`, exitCodes.usage);
  }
  return ids;
}
