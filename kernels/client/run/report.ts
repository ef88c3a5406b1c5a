import { countCells, type NotebookResult, type NotebookStatus } from "./result.ts";
import type { RunResult } from "./run-notebooks.ts";

/** Everything a run found, for machines. `version` grows when a field changes its meaning or goes. */
export function jsonReport(run: RunResult, startedAt: Date): string {
  const { notebooks, exitCode, seconds, outputDir } = run;
  const report = {
    version: 1,
    started: startedAt.toISOString(),
    seconds: rounded(seconds),
    exitCode,
    outputDir,
    totals: totals(run),
    notebooks: notebooks.map((notebook) => ({
      ...notebook,
      seconds: rounded(notebook.seconds),
      ...(notebook.startSeconds !== undefined && { startSeconds: rounded(notebook.startSeconds) }),
      counts: countCells(notebook.cells),
      cells: notebook.cells.map((cell) => ({ ...cell, seconds: rounded(cell.seconds) })),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Notebooks and cells over all; `passed` and `notPassed` add up to `notebooks`, the cells' parts to `cells.code`. */
export function totals(run: RunResult) {
  const passed = run.notebooks.filter(({ status }) => status === "passed").length;
  return { notebooks: run.notebooks.length, passed, notPassed: run.notebooks.length - passed, cells: countCells(run.notebooks.flatMap(({ cells }) => cells)) };
}

const words: Readonly<Record<NotebookStatus, string>> = {
  passed: "passed",
  failed: "failed",
  unusable: "cannot run",
  "timed-out": "timed out",
  died: "kernel lost",
  interrupted: "interrupted",
  "not-written": "not written",
};

/** A notebook's status in words. */
export const statusWord = (result: NotebookResult): string => words[result.status];

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
