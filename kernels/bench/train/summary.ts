import os from "node:os";
import type { Missing } from "../peers.ts";
import { median, sumUp } from "../statistics.ts";
import type { FirstLook } from "./first-look.ts";
import type { ProblemSize } from "./problem.ts";
import type { Contender, TrainBenchDetails, TrainBenchResult } from "./result.ts";
import type { QuietRounds } from "./rounds.ts";
import { ownSides, peerSides } from "./sides.ts";

/** What the sides were found to do. */
export interface Found {
  readonly first: ReadonlyMap<string, FirstLook>;
  readonly rounds: QuietRounds;
  /** The most memory of each, in bytes. */
  readonly peaks: ReadonlyMap<string, number | undefined>;
  readonly more: Pick<TrainBenchDetails, "eventLoop" | "perOperation" | "transfer" | "flatness">;
}

export type All = Found & {
  readonly backend: string;
  readonly size: ProblemSize & { readonly reduced: boolean };
  readonly missing: readonly Missing[];
  /** Rounds. */
  readonly asked: number;
  readonly loadBefore: number;
  readonly scale?: TrainBenchDetails["scale"];
};

type Medians = readonly { readonly name: string; readonly samples: readonly number[]; readonly median: number }[];

/** Makes medians and ratios of all that. */
export function summary(all: All): TrainBenchResult {
  const { first, rounds, peaks, more, backend, size } = all;
  const [train, sampling] = (["training", "sampling"] as const).map((quantity) => sumUp(rounds.samples.get(quantity) ?? new Map())) as [Contender[], Contender[]];
  const reference = first.get(peerSides.eager) ?? first.get(ownSides.eager);
  const compiled = of(train, ownSides.compiled);
  const ours = first.get(ownSides.compiled)?.samples ?? first.get(ownSides.eager)?.samples ?? [];
  const theirs = first.get(peerSides.eager)?.samples ?? [];
  const about = first.get(ownSides.eager)?.about;
  const { height, width, channels } = size.config.image;
  return {
    backend,
    compiledOverEager: ratio(compiled / of(train, ownSides.eager)),
    compiledOverPyTorch: ratio(compiled / of(train, peerSides.eager)),
    samplingOverPyTorch: ratio(of(sampling, ownSides.compiled) / of(sampling, peerSides.eager)),
    medians: { train: medians(train), sampling: medians(sampling) },
    details: {
      date: new Date().toISOString().slice(0, 10),
      machine: machineOf(all),
      rounds: { asked: all.asked, counted: rounds.counted, leftOut: rounds.leftOut, contended: rounds.contended },
      problem: {
        parameters: about?.parameters ?? NaN,
        batch: size.batch,
        image: `${height} × ${width} × ${channels}`,
        sampled: size.sampled,
        samplingSteps: size.samplingSteps,
        reduced: size.reduced,
      },
      train: train.map((measured): Contender => {
        const { firstSeconds, losses } = first.get(measured.name)!;
        const peakBytes = peaks.get(measured.name);
        const lossDifference = largestDifference(losses, reference?.losses ?? []);
        return { ...measured, first: firstSeconds, losses, lossDifference, ...(peakBytes !== undefined && { peakBytes }) };
      }),
      sampling,
      sampleDifference: largestDifference(ours, theirs, Math.max(...theirs.map(Math.abs))),
      compiledOverPyTorchBest: compiled / best(train),
      samplingOverPyTorchBest: of(sampling, ownSides.compiled) / best(sampling),
      bf16OverPyTorchBf16: of(train, ownSides.bf16) / of(train, peerSides.bf16),
      memoryOverPyTorch: (peaks.get(ownSides.compiled) ?? NaN) / (peaks.get(peerSides.eager) ?? NaN),
      ...more,
      ...(all.scale && { scale: all.scale }),
      missing: all.missing,
    },
  };
}

function machineOf({ first, loadBefore }: All): TrainBenchDetails["machine"] {
  return {
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    load: [loadBefore, os.loadavg()[0]!],
    tensors: first.get(ownSides.eager)?.about.version ?? "",
    pytorch: first.get(peerSides.eager)?.about.version ?? "",
  };
}

const of = (measured: Medians, name: string): number => measured.find((each) => each.name === name)?.median ?? NaN;

/** Of PyTorch's float32 forms the fastest. */
function best(measured: Medians): number {
  const found = [peerSides.eager, peerSides.channels_last, peerSides.compiled].map((name) => of(measured, name)).filter((value) => !Number.isNaN(value));
  return found.length === 0 ? NaN : Math.min(...found);
}

const ratio = (value: number): number | null => (Number.isFinite(value) && value > 0 ? value : null);
const medians = (measured: Medians): Record<string, number> => Object.fromEntries(measured.map(({ name, samples }) => [name, median(samples)]));

/** Of each number from its reference, over `scale` or the reference itself; NaN where there is nothing to compare. */
export function largestDifference(numbers: readonly number[], reference: readonly number[], scale?: number): number {
  if (numbers.length === 0 || numbers.length !== reference.length) return NaN;
  return numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i]!) / (scale ?? Math.abs(reference[i]!))), 0);
}
