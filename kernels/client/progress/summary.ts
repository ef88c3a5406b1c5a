import { statusWord, totals } from "../run/report.ts";
import { countCells } from "../run/result.ts";
import type { RunResult } from "../run/run-notebooks.ts";
import { tracebackLines } from "./lines.ts";
import { type Colours, duration, pad, plural, width } from "./text.ts";

/** The end of a run: what failed and how, a table of the notebooks, totals, and where the copies are. */
export function summary(run: RunResult, colours: Colours, colourful: boolean): string {
  const lines: string[] = [];
  for (const notebook of run.notebooks) {
    for (const cell of notebook.cells) {
      if (cell.status !== "failed" && cell.status !== "lost") continue;
      if ((cell.error?.traceback ?? []).length === 0) continue;
      lines.push("", `${notebook.source}, cell ${cell.index + 1}:`, ...tracebackLines(cell, colourful));
    }
  }
  const rows = run.notebooks.map((notebook) => {
    const counts = countCells(notebook.cells);
    return [notebook.source, statusWord(notebook), `${counts.ran + counts.skipped}/${counts.code}`, duration(notebook.seconds), notebook.output ?? "–"];
  });
  lines.push("", ...table([["notebook", "result", "cells", "time", "executed copy"], ...rows]));
  const { notebooks, passed, notPassed, cells } = totals(run);
  const verdict = notPassed === 0 ? colours.green(`${passed} passed`) : `${passed} passed, ${colours.red(`${notPassed} not passed`)}`;
  const parts = [
    `${cells.ok} ok`,
    ...(cells.errors > 0 ? [`${cells.errors} with errors that may be`] : []),
    ...(cells.failed > 0 ? [colours.red(`${cells.failed} failed`)] : []),
    ...(cells.skipped > 0 ? [`${cells.skipped} skipped`] : []),
    ...(cells.notRun > 0 ? [`${cells.notRun} not run`] : []),
  ];
  lines.push("", `${plural(notebooks, "notebook")}: ${verdict} · ${plural(cells.code, "code cell")}: ${parts.join(", ")} · ${duration(run.seconds)}`);
  return lines.join("\n");
}

function table(rows: readonly string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  return rows.map((row) => row.map((text, column) => (column === row.length - 1 ? text : pad(text, widths[column]))).join("  "));
}
