import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../../root.ts";
import { messageOf } from "../../client/exit-codes.ts";
import type { Missing } from "../peers.ts";
import { firstLook } from "./first-look.ts";
import { flatness } from "./flatness.ts";
import { makeProblem, type ProblemSize, writeProblem } from "./problem.ts";
import { fullSize, reducedSize } from "./sizes.ts";
import type { TrainBenchResult } from "./result.ts";
import { quietRounds } from "./rounds.ts";
import { scale } from "./scale.ts";
import type { Side } from "./side.ts";
import { findPytorch, ownCommand, ownSides, peerCommand, type PeerMode, withSides } from "./sides.ts";
import { type Found, summary } from "./summary.ts";

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
    const python = await pytorch(options.peer).catch((error: unknown) => void missing.push({ name: "PyTorch", reason: messageOf(error) }));
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

async function pytorch(wanted: boolean): Promise<string> {
  if (!wanted) throw new Error("left out by --no-peer");
  return findPytorch();
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

async function measure(started: readonly Side[], options: TrainBenchOptions, missing: Missing[], progress: (line: string) => void): Promise<Found> {
  const first = await firstLook(started, missing, progress);
  const sides = started.filter(({ name }) => first.has(name));
  const train = sides.map((side) => ({ side, quantity: "training", measure: async () => (await side.ask("steps", { count: stepsInRound })).seconds }));
  const sampling = sides.map((side) => ({ side, quantity: "sampling", measure: async () => (await side.ask("sample", {})).seconds }));
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
