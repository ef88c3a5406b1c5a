import type { Missing } from "../peers.ts";
import type { Measured } from "../statistics.ts";
import type { Gaps } from "./event-loop.ts";
import type { PerOperation, Transfer } from "./micro.ts";

/** One side's training or sampling. */
export interface Contender extends Measured {
  /** Seconds of its first step, with whatever it builds for it; NaN where that is not known. */
  readonly first: number;
  /** The most memory that its process has held, in bytes. */
  readonly peakBytes?: number;
  /** Its losses from the first step on, on the same batches as everybody's. */
  readonly losses: readonly number[];
  /** The largest relative difference of those losses from those of PyTorch in its plainest form, or else of our eager steps. */
  readonly lossDifference: number;
}

export interface Flatness {
  readonly steps: number;
  /** Resident memory every hundred steps, in bytes, the first after a hundred. */
  readonly residentBytes: readonly number[];
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
}

export interface Scaled {
  readonly batch: number;
  readonly size: number;
  /** Seconds of a step, by side; NaN where there is none. */
  readonly compiled: number;
  readonly pytorch: number;
}

export interface TrainBenchDetails {
  readonly date: string;
  readonly machine: {
    readonly node: string; readonly platform: string; readonly cpu: string; readonly cores: number; readonly load: readonly [number, number];
    readonly tensors: string; readonly pytorch: string;
  };
  /** Rounds asked for, those that count, and those that were left out because others used the cores. `contended` is true where all were, and count. */
  readonly rounds: { readonly asked: number; readonly counted: number; readonly leftOut: number; readonly contended: boolean };
  readonly problem: { readonly parameters: number; readonly batch: number; readonly image: string; readonly sampled: number; readonly samplingSteps: number; readonly reduced: boolean };
  readonly train: readonly Contender[];
  readonly sampling: readonly Measured[];
  /** The largest difference between our samples and PyTorch's, over the largest value; NaN without PyTorch. */
  readonly sampleDifference: number;
  /** Compiled over the fastest of PyTorch's float32 forms. */
  readonly compiledOverPyTorchBest: number;
  /** Sampling over the fastest of PyTorch's float32 forms. */
  readonly samplingOverPyTorchBest: number;
  readonly bf16OverPyTorchBf16: number;
  /** Peak memory, compiled over PyTorch. */
  readonly memoryOverPyTorch: number;
  readonly eventLoop?: Gaps;
  readonly perOperation?: PerOperation;
  readonly transfer?: Transfer;
  readonly flatness?: Flatness;
  readonly scale?: readonly Scaled[];
  readonly missing: readonly Missing[];
}

/** What `noisebook bench train --json` prints. Ratios are of medians of one run's interleaved rounds: below 1 is faster. null where a side is missing. */
export interface TrainBenchResult {
  readonly backend: string;
  readonly compiledOverEager: number | null;
  /** Over PyTorch as it comes: eager, float32. */
  readonly compiledOverPyTorch: number | null;
  /** Over PyTorch as it comes. */
  readonly samplingOverPyTorch: number | null;
  /** Seconds, by side. */
  readonly medians: { readonly train: Readonly<Record<string, number>>; readonly sampling: Readonly<Record<string, number>> };
  readonly details: TrainBenchDetails;
}
