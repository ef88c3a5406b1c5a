import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../root.ts";
import { shown } from "../contests.ts";
import type { Measured } from "../statistics.ts";
import { withComparison } from "../table.ts";
import { memoryLevels } from "./flatness.ts";
import type { Contender, TrainBenchResult } from "./result.ts";

type Kept<T extends Measured> = Omit<T, "samples"> & { readonly samples: number };

/** What is kept of a bench: its numbers without their samples. */
export interface TrainRecord extends Omit<TrainBenchResult, "details"> {
  readonly details: Omit<TrainBenchResult["details"], "train" | "sampling"> & { readonly train: readonly Kept<Contender>[]; readonly sampling: readonly Kept<Measured>[] };
}

export const trainResultFile = path.join(packageRoot, "kernels", "bench", "results", "train.json");
export const trainPage = path.join(packageRoot, "docs", "training-speed.md");

export function trainRecordOf(result: TrainBenchResult): TrainRecord {
  const { train, sampling, ...rest } = result.details;
  const kept = <T extends Measured>(measured: T): Kept<T> => ({ ...measured, samples: measured.samples.length });
  return rounded({ ...result, details: { ...rest, train: train.map(kept), sampling: sampling.map(kept) } }) as TrainRecord;
}

/** Four digits are more than any of it can be trusted for; losses keep theirs, to be compared, and sizes are exact. */
function rounded(value: unknown, digits = 4): unknown {
  if (typeof value === "number") return Number(value.toPrecision(digits));
  if (Array.isArray(value)) return value.map((each) => rounded(each, digits));
  if (typeof value !== "object" || value === null) return value;
  const digitsOf: Readonly<Record<string, number>> = { losses: 7, problem: 15 };
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rounded(each, digitsOf[name] ?? digits)]));
}

/** The page's tables, of a kept result. */
export function trainTables(record: TrainRecord | undefined): string {
  if (!record) return "Not measured yet.";
  const { details } = record;
  const { machine, rounds, problem } = details;
  const training = details.train.map(({ name, median, ratio, first, peakBytes, losses, lossDifference }) => [
    name, shown(median, "seconds"), times(ratio), shown(first, "seconds"), peakBytes === undefined ? "–" : shown(peakBytes, "bytes"), losses.at(-1)!.toFixed(6), difference(lossDifference),
  ]);
  const sampling = details.sampling.map(({ name, median, ratio }) => [name, shown(median, "seconds"), times(ratio)]);
  const last = details.train[0]?.losses.length ?? 0;
  const parts = [
    markdownTable(["a training step", "median", "ratio", "first step", "peak memory", `loss ${last}`, "losses differ by"], training),
    markdownTable(["sampling", "median", "ratio"], sampling),
    markdownTable(["", "measured", "to reach"], targets(record)),
    ...(details.scale ? [markdownTable(["batch", "images", "compiled", "PyTorch eager", "ratio"], details.scale.map(({ batch, size, compiled, pytorch }) => [
      `${batch}`, `${size} × ${size}`, shown(compiled, "seconds"), shown(number(pytorch), "seconds"), times(compiled / number(pytorch)),
    ]))] : []),
    [
      `A U-Net of ${problem.parameters.toLocaleString("en-US")} parameters; batches of ${problem.batch} images of ${problem.image}; ${problem.sampled} images sampled at once in ${problem.samplingSteps} steps of DDIM.`,
      `Medians of one run of ${rounds.counted} interleaved rounds on ${details.date}${rounds.contended ? ", **all disturbed by others on the same cores**" : ""}: ${machine.cores} cores of ${machine.cpu}, ${machine.platform}, Node ${machine.node}, ${machine.tensors}${machine.pytorch === "" ? "" : `, PyTorch ${machine.pytorch}`}.`,
      `Below ×1 is faster; the first line is ×1. Losses differ from PyTorch's by at most so much, relatively, over the first ${last} steps. Ratios travel between machines, seconds do not.`,
      ...details.missing.map(({ name, reason }) => `Not measured: ${name}: ${reason}.`),
    ].join(" "),
  ];
  return parts.join("\n\n");
}

function targets({ compiledOverEager, compiledOverPyTorch, samplingOverPyTorch, details }: TrainRecord): string[][] {
  const { eventLoop, flatness, perOperation, transfer } = details;
  const levels = flatness && memoryLevels(flatness);
  return [
    ["compiled over eager", times(compiledOverEager), "at most ×0.55"],
    ["compiled over PyTorch eager", times(compiledOverPyTorch), "at most ×0.95"],
    ["compiled over the fastest of PyTorch's float32 forms", times(details.compiledOverPyTorchBest), "at most ×1.00"],
    ["compiled in bf16 over PyTorch in bf16", times(details.bf16OverPyTorchBf16), ""],
    ["sampling over PyTorch eager", times(samplingOverPyTorch), "at most ×0.95"],
    ["sampling over the fastest of PyTorch's float32 forms", times(details.samplingOverPyTorchBest), ""],
    ["peak memory, compiled over PyTorch eager", times(details.memoryOverPyTorch), "at most ×1.20"],
    ...(eventLoop ? [["longest gap of the event loop during steps (99 % are below)", `${shown(eventLoop.longest, "seconds")} (${shown(eventLoop.p99, "seconds")})`, "under 10 ms"]] : []),
    ...(levels ? [[`memory after ${levels.at} steps`, levels.memory, "level"]] : []),
    ...(perOperation ? [["an operation on little data: AddV2, Conv2D", `${micro(perOperation.AddV2)}, ${micro(perOperation.Conv2D)}`, ""]] : []),
    ...(transfer ? [["64 MB to a tensor, and back", `${gigabytes(transfer.upload)}, ${gigabytes(transfer.download)}`, ""]] : []),
  ];
}

// JSON has null for what is not a number.
const number = (value: number | null): number => value ?? NaN;
const times = (value: number | null): string => (Number.isNaN(number(value)) ? "–" : `×${number(value).toFixed(2)}`);
const difference = (value: number | null): string => (Number.isNaN(number(value)) ? "–" : number(value).toExponential(0));
const micro = (seconds: number): string => `${(seconds * 1e6).toFixed(1)} µs`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB/s`;

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)].join("\n");
}

/** The page with the tables of the kept result between its markers. */
export function keptTrainPage(page: string = readFileSync(trainPage, "utf8")): string {
  return withComparison(page, trainTables(readRecord()));
}

export function writeTrainPage(): void {
  writeFileSync(trainPage, keptTrainPage());
}

function readRecord(): TrainRecord | undefined {
  try {
    return JSON.parse(readFileSync(trainResultFile, "utf8")) as TrainRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
