import type { LedgerEntry, LedgerSeed } from "../../../src/ledger/index.ts";
import type { LedgerCell } from "./cells.ts";
import { linkedCore } from "./core-links.ts";
import { type EquationMap, type MapRow, seedTitles } from "./equation-map.ts";
import { markdownTable, math, plain } from "./markdown.ts";

/** docs/equations.md: of each seed every equation and erratum, with its formula, its name in the core and the cells that show it. */
export function equationsPage({ notebooks, rows }: EquationMap, files: ReadonlyMap<string, string>): string {
  const sections = notebooks.filter(({ cells }) => cells.length > 0).map(({ name, sections }) =>
    `- [${name}](../notebooks/${name}.ipynb): ${sections.map(([number, title]) => `§${number} ${title}`).join(" · ")}`);
  const seeds = Object.keys(seedTitles) as LedgerSeed[];
  const tables = seeds.map((seed) => {
    const own = rows.filter(({ entry }) => entry.seed === seed).map((row) => tableRow(row, files));
    return `## Seed ${seed}: ${seedTitles[seed]}\n\n${markdownTable(["entry", "what it says", "formula", "in the core", "cells"], [":--", ":--", ":--", ":--", ":--"], own)}`;
  });
  return `<!-- Written by "npx noisebook map" from src/ledger and the notebooks; changes by hand are lost. -->

# Seed → equation → core → cell

The equations and errata of the five texts that this project grew from, as the [ledger](../src/ledger) has them: executable checks of a
transcription against the core, on random values, to 1e-12. \`ledger.entry("002.14")\` is one of them in a cell, and
\`ledger.table({ seeds: ["002"] })\` checks a whole text.

A number in parentheses is the equation's own in its text; what has none is named by what it states. Formulas are in the notation of
Ho et al. 2020, those of seed 003 in its own. An **erratum** shows what is right, then what its text says or implies, and where the two differ.
The last column has notebook, section and the ids of the cells that teach the entry or hold it against numbers. GitHub cannot jump to a cell;
JupyterLab does with \`#cell-id=unrolling\` after the notebook's address. [00-index](../notebooks/00-index.ipynb) is this page executed:
the same tables with the largest error of each check, made when it runs.

${sections.join("\n")}

${tables.join("\n\n")}
`;
}

function tableRow({ entry, cells, later }: MapRow, files: ReadonlyMap<string, string>): string[] {
  return [
    [`\`${entry.id}\``, numberInSeed(entry)].filter(Boolean).join(" "),
    `${entry.kind === "erratum" ? "**Erratum:** " : ""}${plain(entry.title)}`,
    formula(entry),
    linkedCore(entry.core, files, "../src"),
    cells.length > 0 ? places(cells) : `*left for ${later}*`,
  ];
}

/** "(14)" of 002.14, "(35), line 2" of 002.35.2, nothing where the text has no number. */
function numberInSeed({ id }: LedgerEntry): string {
  const [, number, line] = /^00[24]\.(\d+)(?:\.(\d+))?$/.exec(id) ?? [];
  return number === undefined ? "" : `(${number})${line === undefined ? "" : `, line ${line}`}`;
}

function formula(entry: LedgerEntry): string {
  const right = math(entry.latex);
  return entry.kind === "equation" ? right : `${right}<br>the text: ${math(entry.says)}<br>differs for: ${plain(entry.counterexample.where)}`;
}

/** The cells by notebook and section: "01 §6 `unrolling` `unrolled`". */
function places(cells: readonly LedgerCell[]): string {
  const groups = new Map<string, string[]>();
  for (const { notebook, section, cell } of cells) {
    const number = notebook.split("-")[0]!;
    const link = `[${number}${section === undefined ? "" : ` §${section}`}](../notebooks/${notebook}.ipynb)`;
    groups.set(link, [...(groups.get(link) ?? []), `\`${cell}\``]);
  }
  return [...groups].map(([link, names]) => `${link} ${names.join(" ")}`).join("<br>");
}
