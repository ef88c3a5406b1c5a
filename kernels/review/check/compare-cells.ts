import { type CodeCell, isCode, type Notebook, tagsOf } from "../../client/notebook/format.ts";
import type { CellResult, NotebookResult } from "../../client/run/result.ts";
import { compareOutputs } from "../compare/outputs.ts";
import { type Provides, unmetNeeds } from "../needs.ts";
import { cellTolerance, type Tolerance } from "../tolerance.ts";
import type { CellCheck, Verdict } from "./verdict.ts";

/** Judges each code cell of an executed copy by the committed notebook; both have the same cells. */
export async function compareCells(
  committed: Notebook,
  executed: Notebook,
  run: NotebookResult,
  base: Tolerance,
  provides: Provides,
): Promise<CellCheck[]> {
  const checks: CellCheck[] = [];
  for (const result of run.cells) {
    const [before, after] = [committed, executed].map((notebook) => notebook.cells[result.index] as CodeCell);
    const tolerance = cellTolerance(base, before, result.index);
    const common = {
      index: result.index,
      ...(result.id !== undefined && { id: result.id }),
      firstLine: result.firstLine,
      source: before.source,
      seconds: result.seconds,
      tolerance,
      ...(result.error && { error: result.error }),
    };
    const settled = withoutComparing(before, result, provides);
    if (settled) {
      checks.push({ ...common, ...settled, outputs: [], warnings: result.warnings });
      continue;
    }
    const outputs = await compareOutputs(before.outputs, after.outputs, tolerance);
    const verdict = outputs.some(({ differences }) => differences.length > 0) ? "differ" : "agree";
    checks.push({ ...common, verdict, outputs, warnings: [...result.warnings, ...staleness(before)] });
  }
  return checks;
}

/** The verdict on a cell whose outputs are not compared. */
function withoutComparing(cell: CodeCell, result: CellResult, provides: Provides): { verdict: Verdict; reason: string } | undefined {
  const unmet = unmetNeeds(cell, provides);
  switch (result.status) {
    case "skipped":
      if (unmet.length > 0) return { verdict: "not-comparable", reason: `it needs ${unmet.join(" and ")}, which is not here` };
      return { verdict: "not-run", reason: "tagged skip-execution" };
    case "not-run":
      return { verdict: "not-run", reason: "the run ended before it" };
    case "failed":
      return { verdict: "failed", reason: `${result.error?.ename ?? "Error"}: ${result.error?.evalue ?? ""}` };
    case "timed-out":
      return { verdict: "failed", reason: "timed out" };
    case "lost":
      return { verdict: "failed", reason: "the kernel was lost" };
    case "interrupted":
      return { verdict: "failed", reason: "interrupted" };
    case "ok":
    case "expected-error":
    case "allowed-error":
      return tagsOf(cell).includes("volatile") ? { verdict: "volatile", reason: "tagged volatile: executed, not compared" } : undefined;
  }
}

const staleness = (cell: CodeCell): string[] =>
  cell.execution_count === null && cell.source.trim() !== "" && cell.outputs.length > 0
    ? ["it has outputs but no execution count: they were not made by executing it as it stands"]
    : [];

/** Whether nothing in a notebook was ever executed: it has code, but neither outputs nor execution counts. */
export function isNeverExecuted(notebook: Notebook): boolean {
  const code = notebook.cells.filter(isCode).filter((cell) => cell.source.trim() !== "");
  return code.length > 0 && code.every((cell) => cell.execution_count === null && cell.outputs.length === 0);
}
