/** How a number of a quantity is shown. */
export type Unit = "seconds" | "bytes" | "times" | "lines";

export interface Quantity {
  readonly title: string;
  readonly unit: Unit;
}

/** What is measured, by contest: its quantities, all found in the same runs. */
export const contests = {
  start: { start: { title: "kernel start to its first reply", unit: "seconds" } },
  cell: { cell: { title: "warm distinct cell", unit: "seconds" } },
  unchecked: { unchecked: { title: "warm distinct cell whose types are not checked (ours after `%check off`)", unit: "seconds" } },
  typed: { typed: { title: "warm distinct cell that uses TensorFlow.js", unit: "seconds" } },
  growth: {
    "cell-50": { title: "cell 50 (median of cells 41 to 60)", unit: "seconds" },
    "cell-500": { title: "cell 500 (median of cells 491 to 510)", unit: "seconds" },
    growth: { title: "cell 500 over cell 50", unit: "times" },
  },
  memory: {
    "memory-first": { title: "memory of all processes after the first cell (proportional set size)", unit: "bytes" },
    "memory-300": { title: "memory of all processes after 300 cells (proportional set size)", unit: "bytes" },
    "resident-first": { title: "resident memory summed over all processes after the first cell", unit: "bytes" },
    "resident-300": { title: "resident memory summed over all processes after 300 cells", unit: "bytes" },
  },
  flood: {
    flood: { title: "100,000 printed lines, until idle", unit: "seconds" },
    "flood-lines": { title: "of 100,000 lines, those there by idle", unit: "lines" },
  },
  completion: { completion: { title: "completion of a member", unit: "seconds" } },
  interrupt: { interrupt: { title: "interrupt of a busy loop, until idle", unit: "seconds" } },
  headless: { headless: { title: "ten-cell notebook, headless, as whole commands", unit: "seconds" } },
  check: { check: { title: "ten-cell notebook, run and compared with its committed outputs, as whole commands", unit: "seconds" } },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Quantity>>>>;

export type Contest = keyof typeof contests;

export const contestNames = Object.keys(contests) as Contest[];

/** Contests of whole commands, which have contestants of their own. */
export type CommandContest = "headless" | "check";

export const isCommandContest = (contest: string): contest is CommandContest => contest === "headless" || contest === "check";

/** A quantity's number as text. */
export function shown(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return "–";
  if (unit === "bytes") return `${(value / 1e6).toFixed(0)} MB`;
  if (unit === "times") return `×${value.toFixed(2)}`;
  if (unit === "lines") return Math.round(value).toLocaleString("en-US");
  if (value < 1e-4) return `${(value * 1e6).toPrecision(3)} µs`;
  return value < 0.1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`;
}
