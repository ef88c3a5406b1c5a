import type { ErrorContent } from "../../protocol/message.ts";

/**
 * How a code cell ended. `expected-error` is one that its tag `raises-exception` announces, `allowed-error` one that
 * --allow-errors lets pass; `skipped` cells are tagged `skip-execution`; `not-run` ones come after what stopped the run.
 */
export type CellStatus = "ok" | "expected-error" | "allowed-error" | "failed" | "timed-out" | "lost" | "interrupted" | "skipped" | "not-run";

export interface CellResult {
  /** The cell's place among all cells of the executed notebook, from 0. */
  readonly index: number;
  readonly id?: string;
  readonly firstLine: string;
  status: CellStatus;
  seconds: number;
  error?: ErrorContent;
  readonly warnings: string[];
}

export type NotebookStatus = "passed" | "failed" | "unusable" | "timed-out" | "died" | "interrupted" | "not-written";

export interface NotebookResult {
  readonly source: string;
  /** Where the executed copy lies, if it was written. */
  output?: string;
  kernel?: string;
  status: NotebookStatus;
  exitCode: number;
  /** Why the notebook did not pass, in a sentence. */
  message?: string;
  readonly warnings: string[];
  seconds: number;
  startSeconds?: number;
  /** Code cells only. */
  cells: CellResult[];
}

/** Code cells by how they ended; the parts add up to `code`. */
export interface CellCounts {
  readonly code: number;
  readonly ran: number;
  readonly ok: number;
  readonly errors: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notRun: number;
}

export function countCells(cells: readonly CellResult[]): CellCounts {
  const count = (...statuses: CellStatus[]): number => cells.filter((cell) => statuses.includes(cell.status)).length;
  const ok = count("ok");
  const errors = count("expected-error", "allowed-error");
  const failed = count("failed", "timed-out", "lost", "interrupted");
  return { code: cells.length, ran: ok + errors + failed, ok, errors, failed, skipped: count("skipped"), notRun: count("not-run") };
}

/** Hears how a notebook gets on. */
export interface NotebookObserver {
  /** The kernel is up; `cells` are the code cells to come, `expected` their seconds in an earlier run where known. */
  ready(cells: readonly CellResult[], expected: readonly (number | undefined)[]): void;
  cellStarted(cell: CellResult): void;
  cellEnded(cell: CellResult): void;
  ended(result: NotebookResult): void;
}

/** Hears how a run of several notebooks gets on. */
export interface RunObserver {
  started(label: string): NotebookObserver;
  /** A line for the user that belongs to no notebook. */
  note(line: string): void;
}
