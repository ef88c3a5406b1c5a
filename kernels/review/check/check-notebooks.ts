import { CommandError, combinedExitCode, exitCodes } from "../../client/exit-codes.ts";
import { listKernels } from "../../client/kernelspecs.ts";
import { OutputFolder } from "../../client/run/output-folder.ts";
import { type PlannedNotebook, planNotebooks } from "../../client/run/plan.ts";
import type { RunObserver } from "../../client/run/result.ts";
import type { Provides } from "../needs.ts";
import { defaultTolerance } from "../tolerance.ts";
import { checkNotebook } from "./check-notebook.ts";
import type { NotebookCheck } from "./verdict.ts";

export interface CheckOptions {
  /** Where the executed copies go. */
  readonly outputDir: string;
  readonly cwd: string;
  readonly force: boolean;
  readonly jobs: number;
  /** The kernel for every notebook, whatever it names. */
  readonly kernel?: string;
  readonly timeoutMs?: number;
  readonly totalTimeoutMs?: number;
  readonly startTimeoutMs?: number;
  /** What this machine has of what cells may need. */
  readonly provides: Provides;
  readonly signal?: AbortSignal;
  readonly observer: RunObserver;
  /** Hears the verdict on each notebook, as it falls. */
  readonly judged?: (check: NotebookCheck) => void;
}

export interface CheckResult {
  readonly notebooks: readonly NotebookCheck[];
  readonly exitCode: number;
  readonly seconds: number;
  readonly startedAt: Date;
  readonly outputDir: string;
}

/**
 * Executes notebooks, `jobs` at a time, and holds the outputs of each to the committed ones. The sources stay as they are.
 * @throws {CommandError} for what stops it before it begins: arguments (2), the output folder (6)
 */
export async function checkNotebooks(args: readonly string[], options: CheckOptions): Promise<CheckResult> {
  const startedAt = new Date();
  const started = performance.now();
  const planned = await planNotebooks(args, options.outputDir, options.cwd);
  const listing = listKernels();
  const folder = await OutputFolder.open(options.outputDir, planned, options.force);
  const notebooks: NotebookCheck[] = planned.map((notebook) => notBegun(notebook, exitCodes.interrupted));
  try {
    const queue = planned.entries();
    const worker = async (): Promise<void> => {
      for (const [index, notebook] of queue) {
        if (options.signal?.aborted) {
          if (options.signal.reason instanceof CommandError) notebooks[index] = notBegun(notebook, options.signal.reason.exitCode);
          options.observer.started(notebook.label).ended(notebooks[index].run);
          continue;
        }
        const observer = options.observer.started(notebook.label);
        const check = await checkNotebook(notebook, folder, listing, observer, options);
        notebooks[index] = check;
        observer.ended(check.run);
        options.judged?.(check);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, Math.min(options.jobs, planned.length)) }, worker));
  } finally {
    await folder.release();
  }
  const exitCode = combinedExitCode(notebooks.map((notebook) => notebook.exitCode));
  return { notebooks, exitCode, seconds: (performance.now() - started) / 1000, startedAt, outputDir: folder.dir };
}

/** A notebook whose turn did not come. */
function notBegun({ label, source }: PlannedNotebook, exitCode: number): NotebookCheck {
  const message = "interrupted before it began";
  return {
    label,
    source,
    verdict: "not-run",
    exitCode,
    message,
    neverExecuted: false,
    tolerance: defaultTolerance,
    run: { source: label, status: "interrupted", exitCode, message, warnings: [], seconds: 0, cells: [] },
    cells: [],
  };
}
