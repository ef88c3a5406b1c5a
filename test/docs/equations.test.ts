import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ledger } from "noisebook";
import { expect, it } from "vitest";
import { mapFiles } from "../../kernels/review/map/files.ts";
import { packageRoot } from "../../kernels/root.ts";

const read = (name: string): string => readFileSync(path.join(packageRoot, name), "utf8");
const page = read("docs/equations.md");
const rows = page.split("\n").filter((line) => line.startsWith("| `"));

it("docs/equations.md and README's table are what `npx noisebook map` makes, and the map has no gaps", async () => {
  const { files } = await mapFiles();
  for (const [name, text] of Object.entries(files)) expect(read(name), `${name}: run npx noisebook map`).toBe(text);
});

it("the page has each entry of the ledger once, in five cells, with a place or the notebook it is left for", () => {
  const id = (row: string): string => /^\| `([^`]+)`/.exec(row)![1]!;
  expect(rows.map(id).sort()).toEqual(ledger.map((entry) => entry.id).sort());
  for (const row of rows) {
    expect(row.split(/(?<!\\)\|/).length, id(row)).toBe(7);
    expect(row, id(row)).toMatch(/(\[0\d( §\d+)?\]\(\.\.\/notebooks\/[^)]+\.ipynb\) `[^|]+|\*left for 0\d-[a-z-]+\*) \|$/);
  }
});

it("its links lead to files of this repository", () => {
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(300);
  expect([...new Set(links)].filter((link) => !existsSync(path.join(packageRoot, "docs", link)))).toEqual([]);
});

it("names of the core are links, wherever an entry has one", () => {
  const without = rows.filter((row) => !row.includes("](../src/"));
  expect(without.filter((row) => !row.includes("| enumeration"))).toEqual([]);
  expect(page).toContain("[`posterior(…).mean`](../src/process/posterior.ts)");
  expect(page).toContain("[`schedule.sigma`](../src/schedule/schedule.ts)");
});

it("its formulas use nothing that GitHub refuses or takes for the end of a cell", () => {
  const formulas = [...page.matchAll(/\$`([^`]*)`\$/g)].map(([, latex]) => latex!);
  expect(formulas.length).toBe(ledger.length + ledger.filter(({ kind }) => kind === "erratum").length);
  expect(formulas.filter((latex) => /[|$]|\\operatorname|\\mbox|\\phantom|\\def|\\newcommand/.test(latex))).toEqual([]);
});
