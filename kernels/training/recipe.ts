import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Dataset } from "../../src/data/index.ts";
import { type AnyConfig, type TensorModel, createModel, unetConfigs } from "../../src/model/index.ts";
import { type ElementLoss, type Weighting, boundWeighting, edmWeighting, huber, l1, l2, minSnr, p2, simpleWeighting, softMinSnr } from "../../src/objective/index.ts";
import { type Key, key, split } from "../../src/random/index.ts";
import { type Schedule, schedules, zeroTerminalSnr } from "../../src/schedule/index.ts";
import { type LearningRate, type Objective, type Optimizer, adam, adamW, constantRate, cosineRate, denoising, linearRate, sgd } from "../../src/train/index.ts";
import { CommandError, exitCodes, messageOf, systemReason } from "../client/exit-codes.ts";
import { dataOf } from "./data.ts";
import { Fields } from "./fields.ts";

/** A training as a JSON file describes it, made. */
export interface Recipe {
  readonly data: Dataset;
  readonly schedule: Schedule;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** The decay of averaged weights; undefined for none. */
  readonly ema: number | undefined;
  readonly key: Key;
  readonly samplesKey: Key;
  readonly batch: number;
  readonly accumulate: number;
  readonly precision: "float32" | "bfloat16";
  readonly flip: boolean;
  readonly steps: number;
  readonly checkpoint: { readonly every: number; readonly keep: number };
  /** Pictures on the way; none unless told. */
  readonly samples: { readonly every: number; readonly n: number; readonly steps: number } | undefined;
  model(): TensorModel;
}

/** What the command line says in the place of the file. */
export interface RecipeChanges {
  readonly steps?: number;
  readonly data?: Record<string, unknown>;
}

/** Reads a recipe. CommandError with the field for whatever is not as it should be. */
export async function readRecipe(file: string, changes: RecipeChanges = {}): Promise<Recipe> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new CommandError(`${file} cannot be read: ${systemReason(error)}`, exitCodes.usage);
  });
  const fields = new Fields(parse(file, text), path.basename(file));
  const [dataKey, modelKey, trainKey, samplesKey] = split(key(fields.whole("seed", 0) ?? 0), 4) as [Key, Key, Key, Key];
  const steps = changes.steps ?? fields.whole("steps") ?? 10_000;
  fields.any("steps");
  const data = await dataOf(changes.data ? new Fields({ ...(fields.any("data") as object | undefined), ...changes.data }, "--data") : fields.object("data"), dataKey, path.dirname(path.resolve(file)));
  const recipe: Recipe = {
    data,
    schedule: scheduleOf(fields.object("schedule")),
    objective: objectiveOf(fields.object("objective")),
    optimizer: optimizerOf(fields.object("optimizer"), steps),
    ema: fields.any("ema") === null ? undefined : (fields.number("ema") ?? 0.9999),
    key: trainKey,
    samplesKey,
    batch: fields.whole("batch") ?? 64,
    accumulate: fields.whole("accumulate") ?? 1,
    precision: fields.choice("precision", ["float32", "bfloat16"]) ?? "float32",
    flip: fields.flag("flip") ?? false,
    steps,
    checkpoint: checkpointOf(fields.object("checkpoint")),
    samples: fields.has("samples") ? samplesOf(fields.object("samples")) : undefined,
    ...modelOf(fields, data, modelKey),
  };
  fields.end();
  return recipe;
}

function parse(file: string, text: string): unknown {
  try {
    // Editors on Windows begin files with a byte-order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new CommandError(`${file} is no JSON: ${messageOf(error)}`, exitCodes.usage);
  }
}

function modelOf(fields: Fields, data: Dataset, modelKey: Key): Pick<Recipe, "model"> {
  const given = fields.any("model");
  if (typeof given === "string" && !Object.hasOwn(unetConfigs, given)) throw fields.refuse("model", `a config, or one of ${Object.keys(unetConfigs).join(", ")}`);
  const config = typeof given === "string" ? unetConfigs[given as keyof typeof unetConfigs] : (fields.object("model").rest() as object);
  const [height, width, channels] = data.shape;
  const fitted = (data.shape.length === 1 ? { kind: "mlp", dimension: height, ...config } : { image: { height, width, channels }, ...config }) as AnyConfig;
  return { model: () => fields.within(() => createModel(fitted, modelKey)) };
}

function scheduleOf(fields: Fields): Schedule {
  const kind = fields.choice("kind", Object.keys(schedules) as (keyof typeof schedules)[]) ?? "linear";
  const zeroTerminal = fields.flag("zeroTerminalSnr") ?? false;
  const options = fields.numbers("T", ...scheduleOptions[kind]);
  const schedule = fields.within(() => schedules[kind](options));
  return zeroTerminal ? zeroTerminalSnr(schedule) : schedule;
}

const ends = ["betaStart", "betaEnd"] as const;
const scheduleOptions = {
  linear: ends, scaledLinear: ends, quadratic: ends, sigmoid: [...ends, "spread"], warmUp: [...ends, "share"], cosine: ["s", "maxBeta"], constant: ["beta"], jsd: [],
} as const satisfies Record<keyof typeof schedules, readonly string[]>;

const losses: Readonly<Record<string, (threshold?: number) => ElementLoss>> = { l2: () => l2, l1: () => l1, huber };
const weightings: Readonly<Record<string, (options: object) => Weighting>> = {
  simple: () => simpleWeighting, bound: boundWeighting, minSnr, softMinSnr, p2, edm: edmWeighting,
};

function objectiveOf(fields: Fields): Objective {
  const [predict, variance] = [fields.choice("predict", ["eps", "x0", "v"]), fields.choice("variance", ["fixed", "learned"])];
  const loss = fields.choice("loss", Object.keys(losses));
  const threshold = fields.number("threshold");
  const weighting = fields.has("weighting") ? fields.object("weighting") : undefined;
  const importance = fields.any("importance") as boolean | { history?: number; even?: number } | undefined;
  const [dropLabels, boundWeight] = [fields.number("dropLabels"), fields.number("boundWeight")];
  return fields.within(() =>
    denoising({
      ...(predict && { predict }),
      ...(variance && { variance }),
      ...(loss && { loss: losses[loss]!(threshold) }),
      ...(weighting && { weighting: weightingOf(weighting) }),
      ...(importance !== undefined && { importance }),
      ...(dropLabels !== undefined && { dropLabels }),
      ...(boundWeight !== undefined && { boundWeight }),
    }));
}

function weightingOf(fields: Fields): Weighting {
  const kind = fields.choice("kind", Object.keys(weightings)) ?? "simple";
  const options = { ...fields.numbers("gamma", "k", "sigmaData"), ...(fields.has("variance") && { variance: fields.choice("variance", ["beta", "posterior"]) }) };
  return fields.within(() => weightings[kind]!(options));
}

function optimizerOf(fields: Fields, steps: number): Optimizer {
  const kind = fields.choice("kind", ["adam", "adamw", "sgd"]) ?? "adam";
  const learningRate = typeof fields.any("learningRate") === "object" ? rateOf(fields.object("learningRate"), steps) : fields.number("learningRate");
  const rate = learningRate === undefined ? {} : { learningRate };
  const common = { ...rate, ...fields.numbers("clipNorm") };
  if (kind === "sgd") {
    if (learningRate === undefined) throw fields.refuse("learningRate", "a learning rate, for SGD,");
    const nesterov = fields.flag("nesterov");
    const options = { ...common, learningRate, ...fields.numbers("momentum"), ...(nesterov !== undefined && { nesterov }) };
    return fields.within(() => sgd(options));
  }
  const options = { ...common, ...fields.numbers("beta1", "beta2", "epsilon", ...(kind === "adamw" ? (["weightDecay"] as const) : [])) };
  return fields.within(() => (kind === "adamw" ? adamW : adam)(options));
}

function rateOf(fields: Fields, steps: number): LearningRate {
  const kind = fields.choice("kind", ["constant", "linear", "cosine"]) ?? "constant";
  const peak = fields.number("peak");
  if (peak === undefined) throw fields.refuse("peak", "the rate after warm-up");
  const [warmUp, end, over] = [fields.whole("warmUp", 0) ?? 0, fields.number("end") ?? 0, fields.whole("steps") ?? steps];
  if (kind === "constant") return fields.within(() => constantRate(peak, { warmUp }));
  return fields.within(() => (kind === "linear" ? linearRate : cosineRate)({ peak, warmUp, end, steps: over }));
}

function checkpointOf(fields: Fields): Recipe["checkpoint"] {
  const checkpoint = { every: fields.whole("every") ?? 1000, keep: fields.whole("keep") ?? 3 };
  fields.end();
  return checkpoint;
}

function samplesOf(fields: Fields): NonNullable<Recipe["samples"]> {
  const samples = { every: fields.whole("every") ?? 1000, n: fields.whole("n") ?? 16, steps: fields.whole("steps") ?? 50 };
  fields.end();
  return samples;
}
