import { type JsonValue, loadCheckpoint, tensorGroup } from "../checkpoint/index.ts";
import { type AnyConfig, type NamedValue, type TensorModel, createModel, loadParameters } from "../model/index.ts";
import { key } from "../random/index.ts";
import { type Schedule, scheduleFromBetas } from "../schedule/index.ts";
import { type Settings, isRecord } from "./keeper.ts";

export interface LoadTrainedOptions {
  /** The averaged weights or the last ones; unless told, the averaged ones where there are any. */
  weights?: "ema" | "raw";
}

/** A model as a checkpoint has it, with what has to be known to ask it. */
export interface Trained {
  readonly model: TensorModel;
  /** That it was trained on, from its β. */
  readonly schedule: Schedule;
  /** What it predicts. */
  readonly kind: "eps" | "x0" | "v";
  readonly weights: "ema" | "raw";
  /** Steps of training done. */
  readonly step: number;
  /** The checkpoint's file. */
  readonly path: string;
  /** All settings of the training. */
  readonly settings: Settings;
}

/**
 * The model of a training's checkpoint, or of a folder's newest sound one; it is the caller's to dispose of. Throws an Error for what is no
 * checkpoint of a training, or has no averaged weights where these are asked for.
 */
export async function loadTrained(fileOrFolder: string, { weights }: LoadTrainedOptions = {}): Promise<Trained> {
  const { path, step, tensors, state } = await loadCheckpoint(fileOrFolder);
  if (!isRecord(state)) throw new Error(`${path} is no checkpoint of a training: take one that train has saved`);
  const averaged = tensorGroup(tensors, "ema");
  if (weights === "ema" && averaged.size === 0) throw new Error(`${path} has no averaged weights: take the raw ones`);
  const chosen = weights ?? (averaged.size > 0 ? "ema" : "raw");
  const { settings } = state;
  const model = createModel(settings.model as unknown as AnyConfig, key(0));
  loadParameters(model, (chosen === "ema" ? averaged : tensorGroup(tensors, "weights")) as Map<string, NamedValue>);
  const { name } = settings.schedule as { readonly name: string };
  const schedule = scheduleFromBetas(tensors.get("schedule/beta")!.data as Float64Array, name);
  return { model, schedule, kind: predicted(settings.objective, path), weights: chosen, step, path, settings };
}

function predicted(objective: JsonValue | undefined, path: string): Trained["kind"] {
  const { predict } = objective as { readonly predict?: JsonValue };
  if (predict === "eps" || predict === "x0" || predict === "v") return predict;
  throw new Error(`${path} does not say what its model predicts: it is of an objective of one's own; load its weights with loadCheckpoint and loadParameters`);
}
