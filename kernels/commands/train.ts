import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { writeDurably } from "../../src/checkpoint/durable.ts";
import { latestCheckpoint } from "../../src/checkpoint/index.ts";
import { loadTensors } from "../../src/tensor/load.ts";
import { type TrainingStep, averageOf, train } from "../../src/train/index.ts";
import { CommandError, exitCodes, systemReason } from "../client/exit-codes.ts";
import { coloursFor } from "../client/progress/text.ts";
import { kindOfPath } from "../training/data.ts";
import { explained } from "../training/failure.ts";
import { drawPictures } from "../training/pictures.ts";
import { LineProgress, stepWords } from "../training/progress.ts";
import { type Recipe, readRecipe } from "../training/recipe.ts";
import { interruptible } from "./interruption.ts";

/** The options of `noisebook train` as the command line gives them. */
export interface TrainFlags {
  readonly data?: string;
  readonly out?: string;
  readonly steps?: number;
  readonly resume?: boolean;
}

export const defaultTrainDir = path.join(".noisebook", "train");

/** `noisebook train`: returns the exit code. */
export async function trainModel(config: string, flags: TrainFlags): Promise<number> {
  const progress = new LineProgress(process.stdout, coloursFor(process.stdout));
  const recipe = await readRecipe(config, {
    ...(flags.steps !== undefined && { steps: flags.steps }),
    ...(flags.data !== undefined && { data: { kind: await kindOfPath(flags.data), path: path.resolve(flags.data) } }),
  });
  const out = path.resolve(flags.out ?? path.join(defaultTrainDir, path.basename(config, ".json")));
  await writing(out, () => mkdir(out, { recursive: true }));
  const resumeFrom = await placeToGoOn(out, flags.resume ?? false);
  const { signal, done } = interruptible((line) => progress.note(line));
  try {
    await loadTensors();
    return await run(recipe, { config, out, resumeFrom, progress, signal, again: `noisebook train ${config} --out ${out} --resume` });
  } catch (error) {
    throw explained(error);
  } finally {
    progress.end();
    done();
  }
}

interface Running {
  readonly config: string;
  readonly out: string;
  readonly resumeFrom: string | undefined;
  readonly progress: LineProgress;
  readonly signal: AbortSignal;
  /** The command that goes on. */
  readonly again: string;
}

async function run(recipe: Recipe, { config, out, resumeFrom, progress, signal, again }: Running): Promise<number> {
  const { samples, ema: decay, model: make, ...options } = recipe;
  const model = make();
  const ema = decay === undefined ? undefined : averageOf(model, { decay });
  const numbers = [...model.parameters.values()].reduce((sum, { size }) => sum + size, 0);
  const from = resumeFrom === undefined ? "" : `, from ${path.basename(resumeFrom)}`;
  progress.note(`${numbers.toLocaleString("en-US")} parameters · ${recipe.data.name} · ${recipe.steps} steps of ${recipe.batch}${from}\nto ${out}`);
  let last: TrainingStep | undefined;
  for await (const step of train({
    ...options,
    model,
    ...(ema && { ema }),
    ...(resumeFrom !== undefined && { resumeFrom }),
    checkpoint: { dir: out, ...recipe.checkpoint },
    metrics: path.join(out, "metrics.jsonl"),
    ...(samples && { sampleEvery: samples.every, onSample: (step: TrainingStep) => (signal.aborted ? undefined : drawPictures(recipe, step, out)) }),
  })) {
    // Not earlier: the folder's config is not to be replaced by that of a training that is refused.
    if (!last) await keepConfig(config, out);
    last = step;
    progress.show(step.step, step.steps, stepWords(step));
    if (!signal.aborted || step.step === step.steps) continue;
    progress.note(`stopped after step ${step.step}, saved in ${await step.save()}\nto go on: ${again}`);
    return (signal.reason as CommandError).exitCode;
  }
  progress.note(last ? `done: ${last.checkpoint!}` : `nothing to do: ${resumeFrom} is of step ${recipe.steps} or later`);
  return exitCodes.fine;
}

async function keepConfig(config: string, out: string): Promise<void> {
  const copy = path.join(out, "config.json");
  if (path.resolve(config) !== copy) await writing(out, async () => writeDurably(copy, [await readFile(config)]));
}

/** The checkpoint to go on from. Without --resume a folder that has one is refused, so that no training is lost to a slip. */
async function placeToGoOn(out: string, resume: boolean): Promise<string | undefined> {
  const latest = await latestCheckpoint(out).catch((error: unknown) => {
    throw explained(error);
  });
  if (latest === undefined || resume) return latest;
  throw new CommandError(`${out} has a training already, saved in ${path.basename(latest)}: --resume goes on with it, --out takes another folder`, exitCodes.usage);
}

async function writing(out: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new CommandError(`${out} cannot be written: ${systemReason(error)}; choose another place with --out`, exitCodes.cannotWrite);
  }
}
