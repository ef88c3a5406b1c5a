import { pad, width } from "../client/progress/text.ts";
import { type BenchResult, contestTitles } from "./bench.ts";

/** A bench's results as text: ratios first, then what they are made of. */
export function benchText({ machine, rounds, results, missing }: BenchResult): string {
  const lines = [
    `${machine.cores} cores, ${machine.cpu}, ${machine.platform}, Node ${machine.node}, load ${machine.load.toFixed(1)}`,
    `Medians of ${rounds} interleaved rounds. "×" is a median over the first line's: above 1 it is slower. Ratios travel between machines, seconds do not.`,
  ];
  for (const { contest, measured } of results) {
    lines.push("", contestTitles[contest]);
    const rows = measured.map(({ name, ratio, median, p90, samples }) => {
      const raw = samples.length <= 12 ? samples.map((seconds) => shown(seconds)).join(" ") : `${samples.length} samples, ${shown(Math.min(...samples))} to ${shown(Math.max(...samples))}`;
      return [name, `×${ratio.toFixed(2)}`, shown(median), `p90 ${shown(p90)}`, `(${raw})`];
    });
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => width(row[column])))) ?? [];
    for (const row of rows) lines.push(`  ${row.map((text, column) => pad(text, widths[column])).join("  ").trimEnd()}`);
  }
  if (missing.length > 0) lines.push("", "not measured", ...missing.map(({ name, reason }) => `  ${name}: ${reason}`));
  return lines.join("\n");
}

const shown = (seconds: number): string => (seconds < 0.1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`);
