import type { NotebookResult } from "../../client/run/result.ts";
import type { ErrorContent } from "../../protocol/message.ts";
import type { OutputPair } from "../compare/outputs.ts";
import type { Tolerance } from "../tolerance.ts";

/** What there is to say of a cell, and of a notebook. Each has one, so that their counts add up. */
export const verdicts = ["agree", "differ", "failed", "not-run", "volatile", "not-comparable"] as const;
export type Verdict = (typeof verdicts)[number];

export const verdictWords: Readonly<Record<Verdict, string>> = {
  agree: "agree",
  differ: "differ",
  failed: "failed",
  "not-run": "not run",
  volatile: "volatile",
  "not-comparable": "not comparable here",
};

export interface CellCheck {
  /** The cell's place among all cells of the notebook, from 0. */
  readonly index: number;
  readonly id?: string;
  readonly firstLine: string;
  readonly source: string;
  readonly verdict: Verdict;
  /** Why, where the verdict does not say it: the error, the tag. */
  readonly reason?: string;
  readonly seconds: number;
  readonly tolerance: Tolerance;
  /** The outputs, committed and now; of cells that were compared only. */
  readonly outputs: readonly OutputPair[];
  readonly error?: ErrorContent;
  readonly warnings: readonly string[];
}

export interface NotebookCheck {
  readonly label: string;
  /** Absolute. */
  readonly source: string;
  readonly verdict: Verdict;
  readonly exitCode: number;
  /** What the verdict leaves open, in a sentence. */
  readonly message?: string;
  /** Whether the committed notebook holds no sign of ever having been executed. */
  readonly neverExecuted: boolean;
  readonly tolerance: Tolerance;
  readonly run: NotebookResult;
  /** SHA-256 of the executed copy, in hexadecimal, if it was written. */
  readonly outputSha256?: string;
  /** Code cells only. */
  readonly cells: readonly CellCheck[];
}

/** Whether a notebook is not as it should be for a reason that none of its cells tells. */
export const isUntold = ({ verdict, message, neverExecuted, cells }: NotebookCheck): boolean =>
  message !== undefined && !neverExecuted && (verdict === "failed" || verdict === "not-run") && !cells.some((cell) => cell.verdict === "failed");

export type Counts = Readonly<Record<Verdict, number>> & { readonly total: number };

/** How many there are of each verdict; they add up to `total`. */
export function count(checks: readonly { readonly verdict: Verdict }[]): Counts {
  const of = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  return { total: checks.length, ...(Object.fromEntries(verdicts.map((verdict) => [verdict, of(verdict)])) as Record<Verdict, number>) };
}

/** A notebook's verdict from those of its cells: the worst that occurs, and "agree" where any cell was held to its outputs. */
export function overall(cells: readonly { readonly verdict: Verdict }[]): Verdict {
  const counts = count(cells);
  const first = (["failed", "differ", "agree", "not-comparable", "volatile", "not-run"] as const).find((verdict) => counts[verdict] > 0);
  return first ?? "agree";
}
