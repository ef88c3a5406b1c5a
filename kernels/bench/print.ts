import { pad, width } from "../client/progress/text.ts";
import type { BehaviourResult } from "./behaviour/probe.ts";
import type { BenchResult } from "./bench.ts";
import type { CheckingResult } from "./checking/checking.ts";
import { shown } from "./contests.ts";
import type { Missing } from "./peers.ts";

/** A bench's results as text: ratios first, then what they are made of. */
export function benchText({ machine, rounds, results, missing }: BenchResult<string>): string {
  const load = machine.load.map((value) => value.toFixed(1)).join(" to ");
  const lines = [
    `${machine.cores} cores, ${machine.cpu}, ${machine.platform}, Node ${machine.node}, load ${load}`,
    `Medians of ${rounds} interleaved rounds. "×" is a median over the first line's: above 1 it takes more. Ratios travel between machines, seconds do not.`,
  ];
  for (const { title, unit, measured } of results) {
    lines.push("", title);
    const rows = measured.map(({ name, ratio, median, p90, samples }) => {
      const all = samples.map((value) => shown(value, unit));
      const raw = samples.length <= 12 ? all.join(" ") : `${samples.length} samples, ${shown(Math.min(...samples), unit)} to ${shown(Math.max(...samples), unit)}`;
      return [name, `×${ratio.toFixed(2)}`, shown(median, unit), `p90 ${shown(p90, unit)}`, `(${raw})`];
    });
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => width(row[column])))) ?? [];
    for (const row of rows) lines.push(`  ${row.map((text, column) => pad(text, widths[column])).join("  ").trimEnd()}`);
  }
  return [...lines, ...missingLines(missing)].join("\n");
}

/** What kernels do and fail to do as text, by behaviour. */
export function behaviourText({ kernels, rows }: BehaviourResult, missing: readonly Missing[]): string {
  const head = kernels.map(({ name, version }) => `${name} (${version})`).join(", ");
  return verdictText(head, kernels.map(({ name }) => name), rows, missing);
}

/** What checkers of notebooks find and let pass as text, by case. */
export function checkingText({ checkers, rows }: CheckingResult, missing: readonly Missing[]): string {
  return verdictText(checkers.join(", "), checkers, rows, missing);
}

function verdictText(head: string, names: readonly string[], rows: BehaviourResult["rows"], missing: readonly Missing[]): string {
  const widest = Math.max(...names.map(width));
  const lines = [head];
  for (const { id, what, found } of rows) {
    lines.push("", `${what} (${id})`);
    for (const name of names) {
      const verdict = found[name];
      lines.push(`  ${pad(name, widest)}  ${verdict === undefined ? "–" : verdict === true ? "yes" : `no: ${verdict}`}`);
    }
  }
  const passed = names.map((name) => {
    const verdicts = rows.map(({ found }) => found[name]).filter((verdict) => verdict !== undefined);
    return `${name} ${verdicts.filter((verdict) => verdict === true).length} of ${verdicts.length}`;
  });
  return [...lines, "", passed.join(", "), ...missingLines(missing)].join("\n");
}

const missingLines = (missing: readonly Missing[]): string[] =>
  missing.length === 0 ? [] : ["", "not measured", ...missing.map(({ name, reason }) => `  ${name}: ${reason}`)];
