import type { Message } from "../../protocol/message.ts";
import { CommandError, exitCodes } from "../exit-codes.ts";
import type { Execution } from "../execution.ts";
import { Kernel } from "../kernel.ts";
import { describeDeath } from "../kernel-process.ts";
import type { FoundKernel } from "../kernelspecs.ts";
import { type Cell, type CodeCell, isCode, kernelNameOf, type Notebook, tagsOf } from "../notebook/format.ts";
import { DisplayRegistry, OutputArea } from "../outputs.ts";
import type { CellResult, NotebookObserver, NotebookResult } from "./result.ts";

export interface ExecuteNotebookOptions {
  /** The kernel's working directory. */
  readonly cwd: string;
  /** Bounds in ms: of a cell, of the whole notebook with its kernel's start, of that start. */
  readonly timeoutMs?: number;
  readonly totalTimeoutMs?: number;
  readonly startTimeoutMs?: number;
  readonly allowErrors?: boolean;
  /** Whether cells get Jupyter's metadata.execution. */
  readonly recordTiming?: boolean;
  /** Interrupts the run; a CommandError as its reason gives the exit code. */
  readonly signal?: AbortSignal;
  /** Seconds of the cells in an earlier run, in the order of the code cells. */
  readonly expected?: readonly (number | undefined)[];
  readonly observer?: NotebookObserver;
  /** Called with what there is, however the run ended, while the kernel shuts down. */
  readonly save?: () => Promise<void>;
}

/** The first line of a cell that says anything. */
const firstLine = (cell: Cell): string => cell.source.split("\n").find((line) => line.trim() !== "")?.trim() ?? "";

export function cellResults(notebook: Notebook): CellResult[] {
  return notebook.cells.flatMap((cell, index) =>
    isCode(cell) ? [{ index, ...(cell.id !== undefined && { id: cell.id }), firstLine: firstLine(cell), status: "not-run" as const, seconds: 0, warnings: [] }] : [],
  );
}

/**
 * Executes the cells of a notebook in place, in a kernel of its own, and stops at the first that fails.
 * Fills in `result`; a notebook that fails is a result, not an exception.
 * @throws {KernelStartError} and whatever `save` throws
 */
export async function executeNotebook(notebook: Notebook, kernelSpec: FoundKernel, result: NotebookResult, options: ExecuteNotebookOptions): Promise<void> {
  const started = performance.now();
  const deadline = options.totalTimeoutMs === undefined ? Infinity : started + options.totalTimeoutMs;
  result.kernel = kernelSpec.name;
  result.cells = cellResults(notebook);
  forgetOutputs(notebook);
  let kernel: Kernel | undefined;
  try {
    kernel = await Kernel.start(kernelSpec, {
      cwd: options.cwd,
      timeoutMs: Math.min(options.startTimeoutMs ?? 60_000, deadline - started),
      ...(options.signal && { signal: options.signal }),
    });
    result.startSeconds = kernel.startSeconds;
    recordLanguage(notebook, kernel);
    options.observer?.ready(result.cells, options.expected ?? []);
    await executeCells(notebook, kernel, result, deadline, options);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    stopped(result, options.signal);
  } finally {
    await Promise.all([options.save?.(), kernel?.shutdown()]);
  }
}

/** What a cell's run is judged by. */
interface CellRun {
  readonly cell: CodeCell;
  readonly area: OutputArea;
  readonly execution: Execution;
  /** Which bound a timeout would have been. */
  readonly bound: string;
  readonly cellResult: CellResult;
}

async function executeCells(notebook: Notebook, kernel: Kernel, result: NotebookResult, deadline: number, options: ExecuteNotebookOptions): Promise<void> {
  const registry = new DisplayRegistry();
  kernel.channels.onStray = (message: Message) => {
    if (message.header.msg_type === "update_display_data") new OutputArea(registry).accept(message);
  };
  for (const cellResult of result.cells) {
    const cell = notebook.cells[cellResult.index] as CodeCell;
    const skipped = tagsOf(cell).includes("skip-execution");
    if (skipped || cell.source.trim() === "") {
      cellResult.status = skipped ? "skipped" : "ok";
      options.observer?.cellEnded(cellResult);
      continue;
    }
    options.observer?.cellStarted(cellResult);
    const area = new OutputArea(registry);
    cell.outputs = area.outputs;
    const remaining = deadline - performance.now();
    const { timeoutMs = Infinity } = options;
    const boundMs = Math.min(timeoutMs, remaining);
    const execution = await kernel.execute(cell.source, {
      onPublished: (message) => area.accept(message),
      ...(boundMs < Infinity && { timeoutMs: boundMs }),
      ...(options.signal && { signal: options.signal }),
    });
    cell.execution_count = execution.reply?.execution_count ?? null;
    if (options.recordTiming) cell.metadata.execution = execution.times;
    cellResult.seconds = execution.seconds;
    if (execution.truncated) cellResult.warnings.push("the kernel did not announce the end of its output: some may be missing");
    if (area.overflowed) cellResult.warnings.push("the output was too long to keep whole");
    const bound = remaining < timeoutMs ? `the notebook ran longer than ${(options.totalTimeoutMs ?? 0) / 1000} s` : `it ran longer than ${timeoutMs / 1000} s`;
    await judge({ cell, area, execution, bound, cellResult }, result, kernel, options);
    options.observer?.cellEnded(cellResult);
    if (result.status !== "passed") return;
  }
  blameLateErrors(notebook, result, options);
}

/** A timer or a promise that fails after its cell has ended still fails that cell. */
function blameLateErrors(notebook: Notebook, result: NotebookResult, options: ExecuteNotebookOptions): void {
  for (const cellResult of result.cells) {
    const cell = notebook.cells[cellResult.index] as CodeCell;
    const error = cell.outputs.find((output) => output.output_type === "error");
    if (cellResult.status !== "ok" || error?.output_type !== "error") continue;
    cellResult.error = { ename: error.ename, evalue: error.evalue, traceback: error.traceback };
    if (tagsOf(cell).includes("raises-exception")) cellResult.status = "expected-error";
    else if (options.allowErrors) cellResult.status = "allowed-error";
    else {
      cellResult.status = "failed";
      const message = `cell ${cellResult.index + 1}, after it had ended: ${error.ename}: ${error.evalue}`;
      if (result.status === "passed") Object.assign(result, { status: "failed", exitCode: exitCodes.cellFailed, message });
    }
  }
}

/** Decides what an execution means for its cell and its notebook. */
async function judge({ cell, area, execution, bound, cellResult }: CellRun, result: NotebookResult, kernel: Kernel, options: ExecuteNotebookOptions): Promise<void> {
  const where = `cell ${cellResult.index + 1}`;
  const fail = (cellStatus: CellResult["status"], status: NotebookResult["status"], exitCode: number, message: string): void => {
    cellResult.status = cellStatus;
    Object.assign(result, { status, exitCode, message });
  };
  const explain = (ename: string, evalue: string): void => {
    if (!area.hasError) area.addError({ ename, evalue, traceback: [`${ename}: ${evalue}`] });
  };
  switch (execution.status) {
    case "ok":
      cellResult.status = "ok";
      return;
    case "timeout":
      explain("CellTimeout", bound);
      return fail("timed-out", "timed-out", exitCodes.timedOut, `${where} timed out: ${bound}`);
    case "cancelled":
      explain("Interrupted", "the run was interrupted");
      cellResult.status = "interrupted";
      return stopped(result, options.signal);
    case "died": {
      const death = `the kernel ${describeDeath(await kernel.exited)}${lastWords(kernel)}`;
      explain("KernelDied", death);
      return fail("lost", "died", exitCodes.kernelLost, `${where}: ${death}`);
    }
    default:
  }
  if (!area.hasError) area.addError(execution.reply?.ename === undefined ? { ename: "Aborted", evalue: "the kernel did not run this cell" } : execution.reply);
  const error = area.outputs.findLast((output) => output.output_type === "error");
  if (error?.output_type === "error") cellResult.error = { ename: error.ename, evalue: error.evalue, traceback: error.traceback };
  const what = `${where}: ${cellResult.error?.ename ?? "Error"}: ${cellResult.error?.evalue ?? ""}`;
  if (execution.reply?.ename === "SessionLost") return fail("lost", "died", exitCodes.kernelLost, what);
  if (tagsOf(cell).includes("raises-exception")) cellResult.status = "expected-error";
  else if (options.allowErrors) cellResult.status = "allowed-error";
  else fail("failed", "failed", exitCodes.cellFailed, what);
}

function lastWords({ tail }: Kernel): string {
  if (tail === "") return "";
  return `; it wrote:\n${tail.split("\n").slice(-8).map((line) => `    ${line}`).join("\n")}`;
}

function stopped(result: NotebookResult, signal: AbortSignal | undefined): void {
  const reason: unknown = signal?.reason;
  result.status = "interrupted";
  result.exitCode = reason instanceof CommandError ? reason.exitCode : exitCodes.interrupted;
  result.message = "interrupted";
}

/** An executed copy holds no output that this run did not make, save that of cells it was told to skip. */
function forgetOutputs(notebook: Notebook): void {
  for (const cell of notebook.cells) {
    if (!isCode(cell) || tagsOf(cell).includes("skip-execution")) continue;
    cell.outputs = [];
    cell.execution_count = null;
    delete cell.metadata.execution;
  }
}

function recordLanguage(notebook: Notebook, { info, kernel }: Kernel): void {
  if (info.language_info !== undefined) notebook.metadata.language_info = { ...info.language_info };
  if (kernelNameOf(notebook)?.toLowerCase() === kernel.name) return;
  notebook.metadata.kernelspec = { name: kernel.name, display_name: kernel.spec.display_name, language: kernel.spec.language };
}
