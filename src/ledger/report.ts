import { type CheckResult } from "./check.ts";
import { explain } from "./explain.ts";

/** One line of a report, in plain values: what `table(report.rows())` shows. */
export interface LedgerRow {
  readonly id: string;
  readonly seed: string;
  readonly kind: string;
  readonly statement: string;
  readonly core: string;
  readonly maxError: number;
  readonly passed: boolean;
  /** Of an erratum: where its counterexample stands, what the seed's formula gives there and what is right. Null otherwise. */
  readonly where: string | null;
  readonly stated: number | null;
  readonly right: number | null;
}

const columns = ["id", "statement", "in the core", "holds", "seed's value", "right value"];

/** The outcome of checking entries of the ledger: shows as a table in a notebook, and gives its rows as plain values. */
export class LedgerReport {
  readonly results: readonly CheckResult[];

  constructor(results: readonly CheckResult[]) {
    this.results = results;
  }

  /** Whether every entry passed. */
  get passed(): boolean {
    return this.failures.length === 0;
  }

  get failures(): readonly CheckResult[] {
    return this.results.filter(({ passed }) => !passed);
  }

  rows(): LedgerRow[] {
    return this.results.map(({ entry, maxError, passed, counterexample }) => ({
      id: entry.id,
      seed: entry.seed,
      kind: entry.kind,
      statement: entry.title,
      core: entry.core,
      maxError,
      passed,
      where: counterexample?.where ?? null,
      stated: counterexample?.stated ?? null,
      right: counterexample?.right ?? null,
    }));
  }

  /** "128 equations and 40 errata checked, all hold", or which fail. */
  get summary(): string {
    const errata = this.results.filter(({ entry }) => entry.kind === "erratum").length;
    const failed = this.failures.map(({ entry }) => entry.id);
    const outcome = failed.length === 0 ? "all hold" : `${failed.length} fail: ${failed.join(", ")}`;
    return `${count(this.results.length - errata, "equation", "equations")} and ${count(errata, "erratum", "errata")} checked, ${outcome}`;
  }

  /** What is wrong with each entry that fails, a sentence each: see `explain`. Empty where all hold. */
  get reasons(): string[] {
    return this.failures.map(explain);
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/html": this.#html(), "text/plain": this.#plain() };
  }

  #html(): string {
    const line = (cells: readonly string[], tag: "th" | "td"): string => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
    const body = this.results.map((result) => line(htmlCells(result), "td")).join("\n");
    return `<table>\n<caption>${[this.summary, ...this.reasons].map(escape).join("<br>")}</caption>\n<thead>${line(columns, "th")}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
  }

  #plain(): string {
    const lines = [columns, ...this.results.map(cells)];
    const widths = columns.map((_, i) => Math.max(...lines.map((line) => [...line[i]!].length)));
    const aligned = lines.map((line) => line.map((cell, i) => cell + " ".repeat(widths[i]! - [...cell].length)).join("  ").trimEnd());
    return [this.summary, ...this.reasons, ...aligned].join("\n");
  }
}

function cells({ entry, passed, maxError, counterexample }: CheckResult): string[] {
  return [
    entry.id,
    entry.title,
    entry.core,
    // The bound rather than the error: the last digits of exp and log differ between engines, and a committed table should not.
    passed ? `to ${entry.tolerance}` : `fails: ${maxError.toExponential(1)}`,
    counterexample ? `${shorten(counterexample.stated)} (${counterexample.where})` : "",
    counterexample ? shorten(counterexample.right) : "",
  ];
}

function htmlCells(result: CheckResult): string[] {
  const [id, title, ...rest] = cells(result).map(escape);
  const { entry } = result;
  const formula = `$${escape(entry.latex)}$`;
  const statement = entry.kind === "erratum" ? `${title}: not $${escape(entry.says)}$ but ${formula}` : `${title}: ${formula}`;
  return [id!, statement, ...rest];
}

function shorten(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(6))) : value.toExponential(4);
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
