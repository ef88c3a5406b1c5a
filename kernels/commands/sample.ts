import path from "node:path";
import { key } from "../../src/random/index.ts";
import { loadTensors } from "../../src/tensor/load.ts";
import { itemShapeOf, loadTrained } from "../../src/train/index.ts";
import { CommandError, exitCodes } from "../client/exit-codes.ts";
import { coloursFor } from "../client/progress/text.ts";
import { drawSamples, samplerNamed, samplerNames } from "../training/draw.ts";
import { explained } from "../training/failure.ts";
import { sampleFormats, writeSamples } from "../training/files.ts";
import { LineProgress } from "../training/progress.ts";
import { interruptible } from "./interruption.ts";

/** The options of `noisebook sample` as the command line gives them. */
export interface SampleFlags {
  readonly out: string;
  readonly sampler: string;
  readonly steps?: number;
  readonly n: number;
  readonly label?: number;
  readonly guidance?: number;
  readonly precision: "float32" | "bfloat16";
  readonly seed: number;
  readonly raw?: boolean;
}

/** `noisebook sample`: returns the exit code. */
export async function sampleModel(checkpoint: string, { out, sampler: name, n, label, guidance, precision, seed, raw, ...flags }: SampleFlags): Promise<number> {
  if (!sampleFormats.some((format) => path.extname(out) === format)) {
    throw new CommandError(`--out ${out}: a file that ends in ${sampleFormats.join(", ")} is needed`, exitCodes.usage);
  }
  if (!samplerNames.includes(name)) throw new CommandError(`--sampler ${name}: there are ${samplerNames.join(", ")}`, exitCodes.usage);
  const progress = new LineProgress(process.stdout, coloursFor(process.stdout));
  const { signal, done } = interruptible((line) => progress.note(line));
  try {
    await loadTensors();
    const trained = await loadTrained(checkpoint, raw ? { weights: "raw" } : {});
    const { model, schedule, step, weights } = trained;
    const steps = flags.steps ?? Math.min(50, schedule.T);
    if (steps > schedule.T) throw new RangeError(`--steps ${steps}: the schedule has ${schedule.T}`);
    const sampler = samplerNamed(name, model.config);
    const samples = await drawSamples(trained, {
      n, sampler, steps, precision, key: key(seed),
      ...(label !== undefined && { label }),
      ...(guidance !== undefined && { guidance }),
      progress: (finished, all) => progress.show(finished, all, sampler.name),
      check: () => signal.throwIfAborted(),
    });
    await writeSamples(out, samples, itemShapeOf(model.config), {
      checkpoint: trained.path, step, weights, sampler: sampler.name, steps, precision, seed, label: label ?? null, guidance: guidance ?? null,
    });
    progress.note(`${n} samples of step ${step}'s ${weights === "ema" ? "averaged" : "last"} weights: ${out}`);
    return exitCodes.fine;
  } catch (error) {
    throw explained(error);
  } finally {
    progress.end();
    done();
  }
}
