// Messages between the server and the checker worker.

/** A type or syntax error of a cell. */
export interface Diagnostic {
  /** TypeScript's number: 2322 for TS2322. */
  readonly code: number;
  /** Chained messages follow on lines of their own, indented by two spaces a level. */
  readonly message: string;
  /** 1-based line in the cell. */
  readonly line: number;
  /** 1-based column in UTF-16 units. */
  readonly column: number;
  /** UTF-16 units, at least 0; may run over line ends. */
  readonly length: number;
}

/** Names that fit at a position: `matches` replace the UTF-16 range from `start` to `end`. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly { readonly name: string; readonly kind: string }[];
}

export interface Inspection {
  /** The declaration with its type, then a blank line and the doc comment if there is one. */
  readonly text: string;
}

export type CheckOutcome = readonly Diagnostic[] | { readonly unavailable: string };

export interface WorkerOptions {
  /** The notebook's folder. */
  readonly cwd: string;
  readonly packageRoot: string;
  /** Cells that ran before this worker started, oldest first. */
  readonly committed: readonly string[];
}

export interface Questions {
  check: { ask: { code: string }; answer: CheckOutcome };
  complete: { ask: { code: string; offset: number }; answer: Completions };
  inspect: { ask: { code: string; offset: number }; answer: Inspection | undefined };
  close: { ask: Record<never, never>; answer: undefined };
}

export type Question = keyof Questions;

export type ToWorker =
  | { [Q in Question]: { readonly id: number; readonly op: Q } & Questions[Q]["ask"] }[Question]
  | { readonly op: "commit"; readonly code: string }
  | { readonly op: "reset" };

export type FromWorker =
  | { readonly event: "process"; readonly pid: number }
  | { readonly event: "ready" }
  | { readonly event: "lost"; readonly reason: string }
  | { readonly event: "answer"; readonly id: number; readonly answer: Questions[Question]["answer"] }
  | { readonly event: "failed"; readonly id: number; readonly reason: string };
