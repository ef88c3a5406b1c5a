import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../../root.ts";
import { messageOf } from "../../client/exit-codes.ts";
import type { Missing } from "../peers.ts";
import { median, sumUp } from "../statistics.ts";
import { firstLook, type FirstLook } from "./first-look.ts";
import { flatness } from "./flatness.ts";
import { makeProblem, type ProblemSize, writeProblem } from "./problem.ts";
import { fullSize, reducedSize } from "./sizes.ts";
import type { Contender, TrainBenchResult } from "./result.ts";
import { type QuietRounds, quietRounds } from "./rounds.ts";
import { scale } from "./scale.ts";
import type { Side } from "./side.ts";
import { findPytorch, ownCommand, ownSides, peerCommand, type PeerMode, peerSides, withSides } from "./sides.ts";

export interface TrainBenchOptions {
  readonly rounds: number;
  /** Whether to measure PyTorch too, made first where it is missing. */
  readonly peer: boolean;
  /** Whether to watch memory over 1,000 steps. */
  readonly long: boolean;
  /** Whether to vary batch and image size. */
  readonly scale: boolean;
}

/** Steps that a side takes at a time. */
const stepsInRound = 3;

/** Measures training and sampling in all forms, ours and PyTorch's, interleaved in one run. */
export async function benchTrain(options: TrainBenchOptions, progress: (line: string) => void): Promise<TrainBenchResult> {
  const loadBefore = os.loadavg()[0]!;
  const missing: Missing[] = [];
  const parent = path.join(packageRoot, ".noisebook", "bench");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "train-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const python = options.peer ? await findPytorch().catch((error: unknown) => void missing.push({ name: "PyTorch", reason: messageOf(error) })) : undefined;
    if (!options.peer) missing.push({ name: "PyTorch", reason: "left out by --no-peer" });
    const { backend, size } = await sizeFor(folder, progress);
    writeProblem(folder, makeProblem(size));
    const modes: readonly PeerMode[] = python === undefined ? [] : backend === "tensorflow" ? ["eager", "channels_last", "compiled", "bf16"] : ["eager"];
    const own = backend === "tensorflow" ? (["eager", "compiled", "bf16"] as const) : (["eager"] as const);
    const commands = [...own.map((mode) => ownCommand(mode, folder)), ...modes.map((mode) => peerCommand(python!, mode, folder))];
    const found = await withSides(commands, missing, progress, (sides) => measure(sides, options, missing, progress));
    const scaled = options.scale && backend === "tensorflow" ? await scale(folder, python, missing, progress) : undefined;
    return summary({ ...found, backend, size, missing, asked: options.rounds, loadBefore, ...(scaled && { scale: scaled }) });
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** What tensors run on here decides how much there is to do. */
async function sizeFor(folder: string, progress: (line: string) => void): Promise<{ backend: string; size: ProblemSize & { reduced: boolean } }> {
  writeProblem(folder, makeProblem(reducedSize));
  const missing: Missing[] = [];
  const backend = await withSides([ownCommand("eager", folder)], missing, progress, async ([side]) => {
    if (!side) throw new Error(`our own side does not start: ${missing[0]?.reason}`);
    return (await side.ask<{ backend: string }>("about")).backend;
  });
  return { backend, size: backend === "tensorflow" ? { ...fullSize, reduced: false } : { ...reducedSize, reduced: true } };
}

interface Found {
  readonly first: ReadonlyMap<string, FirstLook>;
  readonly rounds: QuietRounds;
  readonly peaks: ReadonlyMap<string, number | undefined>;
  readonly more: Pick<TrainBenchResult["details"], "eventLoop" | "perOperation" | "transfer" | "flatness">;
}

async function measure(started: readonly Side[], options: TrainBenchOptions, missing: Missing[], progress: (line: string) => void): Promise<Found> {
  const first = await firstLook(started, missing, progress);
  const sides = started.filter(({ name }) => first.has(name));
  const train = sides.map((side) => ({ side, quantity: "training", measure: async () => (await side.ask("steps", { count: stepsInRound })).seconds }));
  const sampling = sides
    .filter(({ name }) => !name.includes("bf16"))
    .map((side) => ({ side, quantity: "sampling", measure: async () => (await side.ask("sample", {})).seconds }));
  const rounds = await quietRounds([...train, ...sampling], options.rounds, progress);
  missing.push(...rounds.failed);
  const peaks = new Map(sides.map((side) => [side.name, side.peakBytes()]));
  const ours = sides.find(({ name }) => name === ownSides.compiled);
  if (!ours) return { first, rounds, peaks, more: {} };
  progress("event loop, operations, transfers");
  const { gaps: eventLoop } = await ours.ask<{ gaps: NonNullable<Found["more"]["eventLoop"]> }>("eventLoop", { count: 20 });
  const perOperation = await ours.ask<NonNullable<Found["more"]["perOperation"]>>("perOperation");
  const transfer = await ours.ask<NonNullable<Found["more"]["transfer"]>>("transfer");
  return { first, rounds, peaks, more: { eventLoop, perOperation, transfer, ...(options.long && { flatness: await flatness(ours, progress) }) } };
}

type All = Found & {
  readonly backend: string; readonly size: ProblemSize & { reduced: boolean }; readonly missing: readonly Missing[]; readonly asked: number;
  readonly loadBefore: number; readonly scale?: TrainBenchResult["details"]["scale"];
};

function summary({ first, rounds, peaks, more, backend, size, missing, asked, loadBefore, scale: scaled }: All): TrainBenchResult {
  const samples = (quantity: string): ReadonlyMap<string, readonly number[]> => rounds.samples.get(quantity) ?? new Map();
  const [train, sampling] = [sumUp(samples("training")), sumUp(samples("sampling"))];
  const reference = first.get(peerSides.eager) ?? first.get(ownSides.eager);
  const contenders = train.map((measured): Contender => {
    const { firstSeconds, losses } = first.get(measured.name)!;
    const peakBytes = peaks.get(measured.name);
    return { ...measured, first: firstSeconds, losses, lossDifference: largestDifference(losses, reference?.losses ?? []), ...(peakBytes !== undefined && { peakBytes }) };
  });
  const of = (measured: readonly { name: string; median: number }[], name: string): number => measured.find((each) => each.name === name)?.median ?? NaN;
  const best = (measured: readonly { name: string; median: number }[]): number =>
    Math.min(...[peerSides.eager, peerSides.channels_last, peerSides.compiled].map((name) => of(measured, name)).filter((value) => !Number.isNaN(value)));
  const compiled = of(train, ownSides.compiled);
  const ratio = (value: number): number | null => (Number.isFinite(value) && value > 0 ? value : null);
  const [ourSamples, theirSamples] = [first.get(ownSides.compiled)?.samples ?? first.get(ownSides.eager)?.samples ?? [], first.get(peerSides.eager)?.samples ?? []];
  const peak = (name: string): number => peaks.get(name) ?? NaN;
  const about = (name: string): FirstLook["about"] | undefined => first.get(name)?.about;
  return {
    backend,
    compiledOverEager: ratio(compiled / of(train, ownSides.eager)),
    compiledOverPyTorch: ratio(compiled / of(train, peerSides.eager)),
    samplingOverPyTorch: ratio(of(sampling, ownSides.compiled) / best(sampling)),
    medians: { train: medians(train), sampling: medians(sampling) },
    details: {
      date: new Date().toISOString().slice(0, 10),
      machine: {
        node: process.version, platform: `${os.platform()} ${os.arch()}`, cpu: os.cpus()[0]?.model.trim() ?? "unknown", cores: os.availableParallelism(),
        load: [loadBefore, os.loadavg()[0]!], tensors: about(ownSides.eager)?.version ?? "", pytorch: about(peerSides.eager)?.version ?? "",
      },
      rounds: { asked, counted: rounds.counted, leftOut: rounds.leftOut, contended: rounds.contended },
      problem: {
        parameters: about(ownSides.eager)?.parameters ?? NaN, batch: size.batch, image: `${size.config.image.height} × ${size.config.image.width} × ${size.config.image.channels}`,
        sampled: size.sampled, samplingSteps: size.samplingSteps, reduced: size.reduced,
      },
      train: contenders,
      sampling,
      sampleDifference: largestDifference(ourSamples, theirSamples, Math.max(...theirSamples.map(Math.abs))),
      compiledOverPyTorchBest: compiled / best(train),
      bf16OverPyTorchBf16: of(train, ownSides.bf16) / of(train, peerSides.bf16),
      memoryOverPyTorch: peak(ownSides.compiled) / peak(peerSides.eager),
      ...more,
      ...(scaled && { scale: scaled }),
      missing,
    },
  };
}

const medians = (measured: readonly { name: string; samples: readonly number[] }[]): Record<string, number> => Object.fromEntries(measured.map(({ name, samples }) => [name, median(samples)]));

/** Of each number from its reference, over `scale` or the reference itself; NaN where there is nothing to compare. */
export function largestDifference(numbers: readonly number[], reference: readonly number[], scale?: number): number {
  if (numbers.length === 0 || numbers.length !== reference.length) return NaN;
  return numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i]!) / (scale ?? Math.abs(reference[i]!))), 0);
}
