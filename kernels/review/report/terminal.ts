import { exitCodes } from "../../client/exit-codes.ts";
import type { Colours } from "../../client/progress/text.ts";
import { duration, fit, oneLine, pad, plural, width } from "../../client/progress/text.ts";
import type { CheckResult } from "../check/check-notebooks.ts";
import { type CellCheck, count, type Counts, isUntold, type NotebookCheck, type Verdict, verdicts, verdictWords } from "../check/verdict.ts";
import { describeDifference } from "../compare/difference.ts";

const mostDifferences = 4;

/** What comparing a notebook found, in a line of its own below the runner's, which tells only how it ran. */
export function verdictLine(check: NotebookCheck, colours: Colours): string {
  const counts = count(check.cells);
  const parts = counted(counts, colours);
  const which = check.cells.filter(({ verdict }) => verdict === "differ").map(({ index }) => index + 1);
  const never = check.neverExecuted ? [colours.red("never executed before it was committed")] : [];
  const where = which.length === 0 ? "" : ` (${which.length === 1 ? "cell" : "cells"} ${which.join(", ")})`;
  const mark = check.exitCode === 0 ? colours.green("✓") : colours.red("✗");
  return `  ${mark} outputs: ${[...never, ...parts].join(", ") || "no code cells"}${where}`;
}

/** The end of a check: what differs and how, a table of the notebooks, totals that add up. */
export function summary(result: CheckResult, colours: Colours): string {
  const { notebooks } = result;
  const lines: string[] = [];
  for (const notebook of notebooks) {
    if (notebook.neverExecuted) {
      lines.push("", `${notebook.label}: ${colours.red("never executed")}: it was committed without outputs, so there is nothing to hold it to`);
      if (notebook.exitCode === exitCodes.outputsDiffer) lines.push(`    accept what was found now: noisebook accept ${notebook.label}`);
    }
    if (isUntold(notebook)) lines.push("", `${notebook.label}: ${word(notebook.verdict, colours)}: ${notebook.message}`);
    for (const cell of notebook.cells) {
      if (cell.verdict === "differ" || cell.verdict === "failed") lines.push("", ...cellLines(notebook, cell, colours));
    }
  }
  const columns = verdicts.map((verdict) => (verdict === "not-comparable" ? "not comparable" : verdictWords[verdict]));
  const head = ["notebook", "verdict", "cells", ...columns, "time"];
  const row = (name: string, verdict: string, counts: Counts, seconds: number): string[] => [
    name,
    verdict,
    ...[counts.total, ...verdicts.map((key) => counts[key])].map((number) => (number === 0 ? "–" : String(number))),
    duration(seconds),
  ];
  const rows = notebooks.map((check) => row(check.label, verdictWords[check.verdict], count(check.cells), check.run.seconds));
  const cells = count(notebooks.flatMap((notebook) => notebook.cells));
  lines.push("", ...table([head, ...rows, ...(rows.length > 1 ? [row("all", "", cells, result.seconds)] : [])]));
  const sum = (counts: Counts): string => counted(counts, colours).join(" + ") || "none";
  lines.push("", `${plural(notebooks.length, "notebook")}: ${sum(count(notebooks))}`, `${plural(cells.total, "code cell")}: ${sum(cells)}`);
  return lines.join("\n");
}

function cellLines(notebook: NotebookCheck, cell: CellCheck, colours: Colours): string[] {
  const code = colours.dim(fit(oneLine(cell.firstLine), 60));
  const head = `${notebook.label}, cell ${cell.index + 1}: ${word(cell.verdict, colours)}  ${code}`;
  if (cell.verdict === "failed") return [head, `    ${oneLine(cell.reason ?? "")}`];
  const differences = cell.outputs.flatMap((pair) => pair.differences.map(describeDifference));
  const shown = differences.slice(0, mostDifferences).map((text) => `    ${fit(oneLine(text), 200)}`);
  return [head, ...shown, ...(differences.length > shown.length ? [`    and ${differences.length - shown.length} more in the report`] : [])];
}

/** `5 agree`, `1 differ` */
const counted = (counts: Counts, colours: Colours): string[] =>
  verdicts.filter((verdict) => counts[verdict] > 0).map((verdict) => coloured(verdict, `${counts[verdict]} ${verdictWords[verdict]}`, colours));

const word = (verdict: Verdict, colours: Colours): string => coloured(verdict, verdictWords[verdict], colours);

function coloured(verdict: Verdict, text: string, colours: Colours): string {
  if (verdict === "agree") return colours.green(text);
  return verdict === "differ" || verdict === "failed" ? colours.red(text) : colours.yellow(text);
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  const placed = (text: string, column: number): string =>
    column < 2 ? pad(text, widths[column]) : " ".repeat(widths[column] - width(text)) + text;
  return rows.map((row) => row.map(placed).join("  ").trimEnd());
}
