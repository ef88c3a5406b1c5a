import { pad, width } from "../../client/progress/text.ts";
import { shown } from "../contests.ts";
import type { Measured } from "../statistics.ts";
import { memoryLevels } from "./flatness.ts";
import type { TrainBenchResult } from "./result.ts";

const times = (value: number | null): string => (value === null || Number.isNaN(value) ? "–" : `×${value.toFixed(2)}`);
const small = (value: number): string => (Number.isNaN(value) ? "–" : value.toExponential(1));

/** The bench's result as text: what was measured, then ratios with what they are made of. */
export function trainBenchText(result: TrainBenchResult): string {
  const { details } = result;
  return [...heading(result), "", ...trainingLines(result), "", ...samplingLines(result), "", ...ratioLines(result), ...otherLines(result), ...scaleLines(result),
    ...(details.missing.length === 0 ? [] : ["", "not measured", ...details.missing.map(({ name, reason }) => `  ${name}: ${reason}`)])].join("\n");
}

function heading({ details: { machine, rounds, problem } }: TrainBenchResult): string[] {
  const load = machine.load.map((value) => value.toFixed(1)).join(" to ");
  const left = rounds.leftOut === 0 ? "" : `, ${rounds.leftOut} more left out because others used the cores`;
  return [
    `${machine.cores} cores, ${machine.cpu}, ${machine.platform}, Node ${machine.node}, load ${load}`,
    `${machine.tensors}${machine.pytorch === "" ? "" : `; PyTorch ${machine.pytorch}`}`,
    `A U-Net of ${problem.parameters.toLocaleString("en-US")} parameters; batches of ${problem.batch} images of ${problem.image}, ` +
      `${problem.sampled} sampled at once in ${problem.samplingSteps} steps of DDIM.`,
    `Medians of ${rounds.counted} interleaved rounds${left}. Below ×1 is faster.`,
    ...(rounds.contended ? ["Others used the cores in every round: these figures are not to be trusted."] : []),
    ...(problem.reduced ? ["This backend is for small things: the U-Net, its images and batches are small, and so is what the figures say of larger ones."] : []),
  ];
}

function trainingLines({ details: { train } }: TrainBenchResult): string[] {
  const rows = train.map(({ name, median, p90, ratio, samples, first, peakBytes, losses, lossDifference }) => [
    name, times(ratio), shown(median, "seconds"), shown(p90, "seconds"), `${samples.length}`, shown(first, "seconds"),
    peakBytes === undefined ? "–" : shown(peakBytes, "bytes"), losses.map((loss) => loss.toFixed(6)).join(" "), small(lossDifference),
  ]);
  return table(["a training step", "ratio", "median", "p90", "steps", "first step", "peak memory", "losses of the first steps", "differ by"], rows);
}

function samplingLines({ details: { sampling, sampleDifference } }: TrainBenchResult): string[] {
  const rows = sampling.map(({ name, median, p90, ratio, samples }: Measured) => [
    name, times(ratio), shown(median, "seconds"), shown(p90, "seconds"), `${samples.length}`,
  ]);
  const agreement = Number.isNaN(sampleDifference) ? [] : [`samples differ from PyTorch's by ${small(sampleDifference)} of the largest value`];
  return [...table(["sampling", "ratio", "median", "p90", "runs"], rows), ...agreement];
}

function ratioLines({ compiledOverEager, compiledOverPyTorch, samplingOverPyTorch, details }: TrainBenchResult): string[] {
  return [
    `${times(compiledOverEager)} compiled over eager`,
    `${times(compiledOverPyTorch)} compiled over PyTorch eager`,
    `${times(details.compiledOverPyTorchBest)} compiled over PyTorch's best form in float32`,
    `${times(details.bf16OverPyTorchBf16)} compiled in bf16 over PyTorch in bf16`,
    `${times(samplingOverPyTorch)} sampling over PyTorch eager`,
    `${times(details.samplingOverPyTorchBest)} sampling over PyTorch's best form in float32`,
    `${times(details.memoryOverPyTorch)} peak memory, compiled over PyTorch eager`,
  ];
}

function otherLines({ details: { eventLoop, perOperation, transfer, flatness } }: TrainBenchResult): string[] {
  const lines: string[] = [];
  if (eventLoop) lines.push(`event loop during steps: longest gap ${shown(eventLoop.longest, "seconds")}, p99 ${shown(eventLoop.p99, "seconds")}`);
  if (perOperation) lines.push(`an operation on little data: AddV2 ${micro(perOperation.AddV2)}, Conv2D ${micro(perOperation.Conv2D)}`);
  if (transfer) {
    const rate = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB/s`;
    lines.push(`${shown(transfer.bytes, "bytes")} of float32: up ${rate(transfer.upload)}, down ${rate(transfer.download)}`);
  }
  if (flatness) {
    const { at, memory } = memoryLevels(flatness);
    lines.push(`memory after ${at} steps: ${memory}; tensors ${flatness.tensorsBefore}, then ${flatness.tensorsAfter}`);
  }
  return lines;
}

function scaleLines({ details: { scale } }: TrainBenchResult): string[] {
  if (!scale) return [];
  const rows = scale.map(({ batch, size, compiled, pytorch }) => [
    `${batch}`, `${size} × ${size}`, shown(compiled, "seconds"), shown(pytorch, "seconds"), times(compiled / pytorch),
  ]);
  return ["", ...table(["batch", "images", "compiled", "PyTorch eager", "ratio"], rows)];
}

const micro = (seconds: number): string => `${(seconds * 1e6).toFixed(1)} µs`;

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((text, column) => Math.max(width(text), ...rows.map((row) => width(row[column]!))));
  return [header, ...rows].map((row) => row.map((text, column) => pad(text, widths[column]!)).join("  ").trimEnd());
}
