import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../root.ts";
import type { BehaviourResult } from "./behaviour/probe.ts";
import type { CheckingResult } from "./checking/checking.ts";
import { isCommandContest, shown } from "./contests.ts";
import type { SpeedRecord } from "./record.ts";

/** Where a bench leaves what it found, for the table. */
export const resultFiles = {
  behaviour: path.join(packageRoot, "kernels", "bench", "results", "behaviour.json"),
  checking: path.join(packageRoot, "kernels", "bench", "results", "checking.json"),
  speed: path.join(packageRoot, "kernels", "bench", "results", "speed.json"),
} as const;

const begin = /<!-- comparison: begin[^>]*-->\n/;
const end = "<!-- comparison: end -->";

/** Behaviour and speed side by side as Markdown; failures are shown as failures, ours included. */
export function comparisonTable(behaviour: BehaviourResult | undefined, speed: SpeedRecord | undefined, checking?: CheckingResult): string {
  const parts: string[] = [];
  if (speed) parts.push(...speedTables(speed));
  if (checking) {
    parts.push(
      verdictTable(checking.checkers, checking.rows),
      `Each given the same notebooks, all run by our kernel, on ${checking.date}. nbmake and papermill execute notebooks, and claim no more.`,
    );
  }
  if (behaviour) {
    const columns = behaviour.kernels.map(({ name }) => name);
    const versions = behaviour.kernels.map(({ name, version }) => `${name} (${version})`).join(", ");
    parts.push(
      verdictTable(columns, behaviour.rows),
      `Asked of each kernel in a process of its own, by the same client, on ${behaviour.date}: ${versions}. "–" is for what does not apply.`,
    );
  }
  return parts.length === 0 ? "Not measured yet." : parts.join("\n\n");
}

const verdictTable = (columns: readonly string[], rows: BehaviourResult["rows"]): string =>
  markdownTable(["", ...columns], rows.map(({ what, found }) => [what, ...columns.map((name) => foundText(found[name]))]));

/** One table for all contests between the same contestants. */
function speedTables({ date, machine, rounds, results, missing }: SpeedRecord): string[] {
  const groups = new Map<string, { readonly names: readonly string[]; readonly rows: string[][] }>();
  for (const { contest, title, unit, measured } of results) {
    const key = tableOf(contest);
    const names = measured.map(({ name }) => name);
    const group = groups.get(key) ?? { names: [...new Set(results.filter(({ contest: other }) => tableOf(other) === key).flatMap((each) => each.measured.map(({ name }) => name)))], rows: [] };
    groups.set(key, group);
    group.rows.push([
      title,
      ...group.names.map((name) => {
        const found = measured[names.indexOf(name)];
        if (found) return `${shown(found.median, unit)}${unit === "times" || unit === "lines" || found === measured[0] ? "" : ` (×${found.ratio.toFixed(2)})`}`;
        const why = missing.find((each) => each.name === `${name} (${contest})`);
        return why ? `**failed**: ${why.reason.split("\n")[0]}` : "–";
      }),
    ]);
  }
  const { cores, cpu, node, platform, load } = machine;
  const absent = missing.filter(({ name }) => !name.endsWith(")")).map(({ name, reason }) => `${name}: ${reason}`);
  const note = [
    `Medians of one run of ${rounds} interleaved rounds on ${date}: ${cores} cores of ${cpu.trim()}, ${platform}, Node ${node}, with a load of ${load[0].toFixed(1)} to ${load[1].toFixed(1)} on them.`,
    `× is the ratio to the first column; above 1 is more. Ratios travel between machines, seconds do not.`,
    ...absent.map((each) => `Not measured: ${each}.`),
  ].join(" ");
  return [...[...groups.values()].map(({ names, rows }) => markdownTable(["", ...names], rows)), note];
}

const tableOf = (contest: string): string => (isCommandContest(contest) ? contest : "kernels");

/** The document with the table between its markers. @throws RangeError if they are not there */
export function withComparison(document: string, table: string): string {
  const start = begin.exec(document);
  const stop = document.indexOf(end);
  if (!start || stop < start.index) throw new RangeError(`the document has no "<!-- comparison: begin -->" followed by "${end}"`);
  return `${document.slice(0, start.index + start[0].length)}${table}\n${document.slice(stop)}`;
}

/** The table of the kept results. */
export function keptComparison(): string {
  return comparisonTable(read<BehaviourResult>(resultFiles.behaviour), read<SpeedRecord>(resultFiles.speed), read<CheckingResult>(resultFiles.checking));
}

/** Writes the table of the kept results into kernels/README.md. */
export function writeComparison(): void {
  const readme = path.join(packageRoot, "kernels", "README.md");
  writeFileSync(readme, withComparison(readFileSync(readme, "utf8"), keptComparison()));
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

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)].join("\n");
}
