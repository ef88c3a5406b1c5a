import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../root.ts";
import { type BenchResult, contestTitles } from "./bench.ts";

/** What the conformance tests found out about each kernel. */
export interface BehaviourResult {
  /** In the order of the table's columns. */
  readonly kernels: readonly string[];
  readonly rows: readonly BehaviourRow[];
}

export interface BehaviourRow {
  /** What a kernel should do, in a few words. */
  readonly what: string;
  /** By kernel: `true`, or in a few words what happens instead. A kernel that is absent was not tried. */
  readonly found: Readonly<Record<string, true | string>>;
}

/** Where tests and bench leave what they found. */
export const resultFiles = {
  behaviour: path.join(packageRoot, "kernels", "bench", "results", "behaviour.json"),
  speed: path.join(packageRoot, "kernels", "bench", "results", "speed.json"),
} as const;

const begin = /<!-- comparison: begin[^>]*-->\n/;
const end = "<!-- comparison: end -->";

/** Behaviour and speed side by side as Markdown; failures are shown as failures, ours included. */
export function comparisonTable(behaviour: BehaviourResult | undefined, speed: BenchResult | undefined): string {
  const parts: string[] = [];
  if (behaviour) {
    const rows = behaviour.rows.map(({ what, found }) => [what, ...behaviour.kernels.map((kernel) => foundText(found[kernel]))]);
    parts.push(markdownTable(["", ...behaviour.kernels], rows));
  }
  if (speed) {
    const kernels = [...new Set(speed.results.flatMap(({ measured }) => measured.map(({ name }) => name)))];
    const rows = speed.results.map(({ contest, measured }) => {
      const cell = (kernel: string): string => {
        const found = measured.find(({ name }) => name === kernel);
        return found ? `${secondsText(found.median)} (×${found.ratio.toFixed(2)})` : "–";
      };
      return [contestTitles[contest], ...kernels.map(cell)];
    });
    const { cores, cpu, node } = speed.machine;
    const missing = speed.missing.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    parts.push(
      markdownTable(["median of all rounds", ...kernels], rows),
      `One run of ${speed.rounds} interleaved rounds on ${cores} cores of ${cpu.trim()}, Node ${node}; × is the ratio to the first.${missing === "" ? "" : ` Not measured: ${missing}.`}`,
    );
  }
  return parts.length === 0 ? "Not measured yet." : parts.join("\n\n");
}

/** The document with the table between its markers. @throws RangeError if they are not there */
export function withComparison(document: string, table: string): string {
  const start = begin.exec(document);
  const stop = document.indexOf(end);
  if (!start || stop < start.index) throw new RangeError(`the document has no "<!-- comparison: begin -->" followed by "${end}"`);
  return `${document.slice(0, start.index + start[0].length)}${table}\n${document.slice(stop)}`;
}

/** Writes the table of the committed results into kernels/README.md. */
export function writeComparison(): void {
  const readme = path.join(packageRoot, "kernels", "README.md");
  const table = comparisonTable(read<BehaviourResult>(resultFiles.behaviour), read<BenchResult>(resultFiles.speed));
  writeFileSync(readme, withComparison(readFileSync(readme, "utf8"), table));
}

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const foundText = (found: true | string | undefined): string => (found === undefined ? "–" : found === true ? "yes" : `**no**: ${found}`);

const secondsText = (seconds: number): string => (seconds < 0.1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`);

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)].join("\n");
}
