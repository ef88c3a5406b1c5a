import { createHash } from "node:crypto";
import path from "node:path";
import { CommandError, combinedExitCode, exitCodes, messageOf } from "../exit-codes.ts";
import { type KernelListing, listKernels } from "../kernelspecs.ts";
import { isCode, type Notebook } from "../notebook/format.ts";
import { injectParameters, type Parameters } from "../notebook/parameters.ts";
import { readNotebook } from "../notebook/read.ts";
import { formatNotebook } from "../notebook/write.ts";
import { chooseKernel } from "./choose-kernel.ts";
import { cellResults, executeNotebook } from "./execute-notebook.ts";
import { OutputFolder } from "./output-folder.ts";
import { type PlannedNotebook, planNotebooks } from "./plan.ts";
import type { NotebookResult, RunObserver } from "./result.ts";

export interface RunOptions {
  readonly outputDir: string;
  readonly cwd: string;
  readonly force: boolean;
  readonly jobs: number;
  /** The kernel for every notebook, whatever it names. */
  readonly kernel?: string;
  readonly parameters: Parameters;
  readonly timeoutMs?: number;
  readonly totalTimeoutMs?: number;
  readonly startTimeoutMs?: number;
  readonly allowErrors: boolean;
  readonly recordTiming: boolean;
  readonly signal?: AbortSignal;
  readonly observer: RunObserver;
}

export interface RunResult {
  readonly notebooks: readonly NotebookResult[];
  readonly exitCode: number;
  readonly seconds: number;
  readonly outputDir: string;
}

/**
 * Runs notebooks, `jobs` at a time, each in a kernel of its own, and writes their executed copies.
 * @throws {CommandError} for what stops the run before it begins: arguments (2), the output folder (6)
 */
export async function runNotebooks(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const planned = await planNotebooks(args, options.outputDir, options.cwd);
  const listing = listKernels();
  const folder = await OutputFolder.open(options.outputDir, planned, options.force);
  const notebooks: NotebookResult[] = planned.map(({ label }) => ({
    source: label,
    status: "interrupted",
    exitCode: exitCodes.interrupted,
    message: "interrupted before it began",
    warnings: [],
    seconds: 0,
    cells: [],
  }));
  try {
    const queue = planned.entries();
    const worker = async (): Promise<void> => {
      for (const [index, notebook] of queue) {
        if (options.signal?.aborted) {
          if (options.signal.reason instanceof CommandError) notebooks[index].exitCode = options.signal.reason.exitCode;
          options.observer.started(notebook.label).ended(notebooks[index]);
          continue;
        }
        await runOne(notebook, notebooks[index], folder, listing, options);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, Math.min(options.jobs, planned.length)) }, worker));
  } finally {
    await folder.release();
  }
  const seconds = (performance.now() - started) / 1000;
  return { notebooks, exitCode: combinedExitCode(notebooks.map(({ exitCode }) => exitCode)), seconds, outputDir: folder.dir };
}

async function runOne(planned: PlannedNotebook, result: NotebookResult, folder: OutputFolder, listing: KernelListing, options: RunOptions): Promise<void> {
  const started = performance.now();
  const observer = options.observer.started(planned.label);
  Object.assign(result, { status: "passed", exitCode: exitCodes.fine, message: undefined });
  try {
    const notebook = await readNotebook(planned.source);
    result.cells = cellResults(notebook);
    const kernel = chooseKernel(notebook, options.kernel, listing);
    if (options.parameters.size > 0 && !hasParametersCell(notebook)) {
      result.warnings.push("no cell is tagged \"parameters\": they were set in a new first cell, unchecked");
    }
    await injectParameters(notebook, options.parameters, kernel.spec.language.toLowerCase());
    const known = await folder.timings(planned.target);
    await executeNotebook(notebook, kernel, result, {
      ...options,
      cwd: path.dirname(planned.source),
      observer,
      expected: notebook.cells.filter(isCode).map((cell) => known[cellKey(cell.source)] ?? recordedSeconds(cell.metadata.execution)),
      save: async () => {
        result.output = await folder.write(planned.target, formatNotebook(notebook), planned.source, newTimings(notebook, result));
      },
    });
  } catch (error) {
    fail(result, error);
  }
  result.seconds = (performance.now() - started) / 1000;
  observer.ended(result);
}

function fail(result: NotebookResult, error: unknown): void {
  // A programming error is ours to see, with its stack, and not the notebook's fault.
  if (!(error instanceof CommandError)) throw error;
  const statuses: Readonly<Record<number, NotebookResult["status"]>> = {
    [exitCodes.usage]: "unusable",
    [exitCodes.timedOut]: "timed-out",
    [exitCodes.kernelLost]: "died",
    [exitCodes.cannotWrite]: "not-written",
  };
  const message = messageOf(error);
  Object.assign(result, {
    status: statuses[error.exitCode] ?? "failed",
    exitCode: combinedExitCode([result.exitCode, error.exitCode]),
    message: result.message === undefined ? message : `${result.message}; ${message}`,
  });
}

const hasParametersCell = (notebook: Notebook): boolean =>
  notebook.cells.some((cell) => isCode(cell) && Array.isArray(cell.metadata.tags) && cell.metadata.tags.includes("parameters"));

const cellKey = (source: string): string => createHash("sha256").update(source).digest("hex").slice(0, 16);

function newTimings(notebook: Notebook, result: NotebookResult): Record<string, number> {
  const finished = result.cells.filter((cell) => cell.status === "ok" || cell.status === "expected-error");
  return Object.fromEntries(finished.map((cell) => [cellKey(notebook.cells[cell.index].source), Math.round(cell.seconds * 1000) / 1000]));
}

/** How long a cell took when the notebook was last executed, from Jupyter's own record. */
function recordedSeconds(execution: unknown): number | undefined {
  if (typeof execution !== "object" || execution === null) return undefined;
  const { "iopub.status.busy": busy, "iopub.status.idle": idle, "shell.execute_reply": reply } = execution as Record<string, unknown>;
  const seconds = (Date.parse(String(idle ?? reply)) - Date.parse(String(busy))) / 1000;
  return seconds >= 0 ? seconds : undefined;
}
