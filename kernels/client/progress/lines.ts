import { statusWord } from "../run/report.ts";
import type { CellResult, CellStatus, NotebookResult } from "../run/result.ts";
import { type Colours, duration, fit, oneLine, plural } from "./text.ts";
import { countCells } from "../run/result.ts";

const cellWords: Readonly<Record<CellStatus, string>> = {
  ok: "ok",
  "expected-error": "ok (raised, as its tag says)",
  "allowed-error": "error (allowed)",
  failed: "FAILED",
  "timed-out": "TIMED OUT",
  lost: "KERNEL LOST",
  interrupted: "interrupted",
  skipped: "skipped",
  "not-run": "not run",
};

/** A cell that ended, in a line. */
export function cellLine(label: string, cell: CellResult, colours: Colours): string {
  const good = cell.status === "ok" || cell.status === "expected-error" || cell.status === "skipped";
  const word = good ? cellWords[cell.status] : colours.red(cellWords[cell.status]);
  const warnings = cell.warnings.map((warning) => `\n    warning: ${warning}`).join("");
  return `${label} [cell ${cell.index + 1}] ${word} ${duration(cell.seconds)}  ${fit(oneLine(cell.firstLine), 60)}${warnings}`;
}

/** A notebook that ended, in a line; with what went wrong below it. */
export function notebookLine(result: NotebookResult, colours: Colours): string {
  const counts = countCells(result.cells);
  const passed = result.status === "passed";
  const mark = passed ? colours.green("✓") : colours.red("✗");
  const cells = counts.ran + counts.skipped === counts.code ? plural(counts.code, "cell") : `${counts.ran + counts.skipped} of ${plural(counts.code, "cell")}`;
  const lines = [`${mark} ${result.source}: ${statusWord(result)}, ${cells}, ${duration(result.seconds)}`];
  if (result.message !== undefined && !passed) lines.push(...indent(result.message));
  for (const warning of result.warnings) lines.push(...indent(`${colours.yellow("warning:")} ${warning}`));
  return lines.join("\n");
}

/** A cell's traceback as the kernel coloured it, or without its colours. */
export function tracebackLines(cell: CellResult, colourful: boolean): string[] {
  const text = (cell.error?.traceback ?? []).join("\n");
  const escapes = colourful ? /\u001b(?!\[[\d;]*m)|\u009b/g : /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u001b\u009b]/g;
  return indent(text.replace(escapes, ""));
}

const indent = (text: string): string[] => text.split("\n").map((line) => `    ${line}`);
