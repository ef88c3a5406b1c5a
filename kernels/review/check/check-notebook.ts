import { createHash } from "node:crypto";
import path from "node:path";
import { CommandError, combinedExitCode, exitCodes } from "../../client/exit-codes.ts";
import type { KernelListing } from "../../client/kernelspecs.ts";
import { type Cell, isCode, type Notebook, tagsOf } from "../../client/notebook/format.ts";
import { parseNotebook, readNotebook } from "../../client/notebook/read.ts";
import { formatNotebook } from "../../client/notebook/write.ts";
import { chooseKernel } from "../../client/run/choose-kernel.ts";
import { cellResults, executeNotebook } from "../../client/run/execute-notebook.ts";
import type { OutputFolder } from "../../client/run/output-folder.ts";
import type { PlannedNotebook } from "../../client/run/plan.ts";
import type { NotebookObserver, NotebookResult } from "../../client/run/result.ts";
import { unmetNeeds } from "../needs.ts";
import { defaultTolerance, notebookTolerance } from "../tolerance.ts";
import type { CheckOptions } from "./check-notebooks.ts";
import { compareCells, isNeverExecuted } from "./compare-cells.ts";
import { type CellCheck, type NotebookCheck, overall, type Verdict } from "./verdict.ts";

type Unjudged = { -readonly [Key in keyof NotebookCheck as Exclude<Key, "verdict" | "exitCode" | "message">]: NotebookCheck[Key] };

/** Executes a notebook and holds its outputs to the committed ones. A notebook that fails is a result, not an exception. */
export async function checkNotebook(
  planned: PlannedNotebook,
  folder: OutputFolder,
  listing: KernelListing,
  observer: NotebookObserver,
  options: CheckOptions,
): Promise<NotebookCheck> {
  const started = performance.now();
  const run: NotebookResult = { source: planned.label, status: "passed", exitCode: exitCodes.fine, warnings: [], seconds: 0, cells: [] };
  const check: Unjudged = { label: planned.label, source: planned.source, neverExecuted: false, tolerance: defaultTolerance, cells: [], run };
  try {
    const notebook = await readNotebook(planned.source);
    const committed = copyOf(notebook, planned.label);
    run.cells = cellResults(notebook);
    check.neverExecuted = isNeverExecuted(committed);
    check.tolerance = notebookTolerance(committed);
    check.cells = await compareCells(committed, committed, run, check.tolerance, options.provides);
    const kernel = chooseKernel(notebook, options.kernel, listing);
    const restoreTags = skipUnmet(notebook, options);
    const known = await folder.timings(planned.target);
    try {
      await executeNotebook(notebook, kernel, run, {
        ...options,
        cwd: path.dirname(planned.source),
        observer,
        expected: notebook.cells.filter(isCode).map((cell) => known[timingKey(cell)]),
        save: async () => {
          restoreTags();
          const text = formatNotebook(notebook);
          run.output = await folder.write(planned.target, text, planned.source, timings(notebook, run));
          check.outputSha256 = createHash("sha256").update(text).digest("hex");
        },
      });
    } finally {
      // As a reader of the copy would have it: the same numbers, written and read again.
      check.cells = await compareCells(committed, copyOf(notebook, planned.label), run, check.tolerance, options.provides);
    }
  } catch (error) {
    fail(run, error);
  }
  run.seconds = (performance.now() - started) / 1000;
  return { ...check, ...judge(check.cells, check.neverExecuted, run) };
}

type Judgement = Pick<NotebookCheck, "verdict" | "exitCode" | "message">;

function judge(cells: readonly CellCheck[], neverExecuted: boolean, run: NotebookResult): Judgement {
  const found = overall(cells);
  const differs = neverExecuted || found === "differ" || cells.some(({ verdict }) => verdict === "differ");
  const exitCode = combinedExitCode([run.exitCode, ...(differs ? [exitCodes.outputsDiffer] : [])]);
  const message = [
    ...(run.message === undefined ? [] : [run.message]),
    ...(neverExecuted ? ["it was never executed before it was committed: there are no outputs to hold it to"] : []),
  ];
  const began = cells.some((cell) => cell.verdict !== "not-run") || run.status === "died" || run.status === "timed-out";
  const ran: Verdict = differs ? "differ" : found;
  const verdict: Verdict = run.status === "passed" ? ran : began ? "failed" : "not-run";
  return { verdict, exitCode, ...(message.length > 0 && { message: message.join("; ") }) };
}

const copyOf = (notebook: Notebook, label: string): Notebook => parseNotebook(Buffer.from(formatNotebook(notebook)), label);

/** Tags the cells that cannot run here so that the runner passes over them; the returned function takes the tags off again. */
function skipUnmet(notebook: Notebook, { provides }: CheckOptions): () => void {
  const changed: [Cell, unknown][] = [];
  for (const cell of notebook.cells) {
    if (!isCode(cell) || unmetNeeds(cell, provides).length === 0) continue;
    changed.push([cell, cell.metadata.tags]);
    cell.metadata.tags = [...tagsOf(cell), "skip-execution"];
  }
  return () => {
    for (const [cell, tags] of changed) cell.metadata.tags = tags;
  };
}

function fail(run: NotebookResult, error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
  const statuses: Readonly<Record<number, NotebookResult["status"]>> = {
    [exitCodes.usage]: "unusable",
    [exitCodes.timedOut]: "timed-out",
    [exitCodes.kernelLost]: "died",
    [exitCodes.cannotWrite]: "not-written",
  };
  run.status = statuses[error.exitCode] ?? "failed";
  run.exitCode = combinedExitCode([run.exitCode, error.exitCode]);
  run.message = run.message === undefined ? error.message : `${run.message}; ${error.message}`;
}

const timingKey = (cell: Cell): string => createHash("sha256").update(cell.source).digest("hex").slice(0, 16);

function timings(notebook: Notebook, run: NotebookResult): Record<string, number> {
  const finished = run.cells.filter((cell) => cell.status === "ok" || cell.status === "expected-error");
  return Object.fromEntries(finished.map((cell) => [timingKey(notebook.cells[cell.index]), Math.round(cell.seconds * 1000) / 1000]));
}
