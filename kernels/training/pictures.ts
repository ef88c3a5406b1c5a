import { mkdir } from "node:fs/promises";
import path from "node:path";
import { ddim } from "../../src/sampler/index.ts";
import { type TrainingStep } from "../../src/train/index.ts";
import { drawSamples } from "./draw.ts";
import { writeSamples } from "./files.ts";
import { type Recipe } from "./recipe.ts";

/** Draws samples of a training's model, with averaged weights where there are any, into `samples/step-….png`: always from the same noise. */
export async function drawPictures(recipe: Recipe, { step, model, ema }: TrainingStep, out: string): Promise<void> {
  const { schedule, objective, data, samples, samplesKey } = recipe;
  const { predict } = objective.config as { readonly predict: "eps" | "x0" | "v" };
  const { n, steps } = samples!;
  const drawn = await drawSamples({ model: ema ?? model, schedule, kind: predict }, { n, steps, sampler: ddim(), key: samplesKey });
  const folder = path.join(out, "samples");
  await mkdir(folder, { recursive: true });
  await writeSamples(path.join(folder, `step-${String(step).padStart(9, "0")}.png`), drawn, data.shape, {});
}
