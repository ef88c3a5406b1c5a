import { type JsonValue, type NamedArray, joinTensors, loadCheckpoint, saveCheckpoint, tensorGroup } from "../checkpoint/index.ts";
import { type Position } from "../data/index.ts";
import { type TensorModel, loadParameters } from "../model/index.ts";
import { type Schedule } from "../schedule/index.ts";
import { type Variable } from "../tensor/index.ts";
import { type Average } from "./average.ts";
import { differences } from "./differences.ts";
import { type ObjectiveOnSchedule } from "./objective.ts";
import { type TrainingGraph } from "./step.ts";

export interface CheckpointOptions {
  /** Made where it is not there. */
  readonly dir: string;
  /** A checkpoint every so many steps; 1000 unless told. */
  readonly every?: number;
  /** How many of the newest stay; 3 unless told. */
  readonly keep?: number;
}

/** All that a training changes but its place in the data. */
export interface TrainingState {
  readonly model: TensorModel;
  /** Does not change, but is kept for those who sample. */
  readonly schedule: Schedule;
  readonly slots: TrainingGraph["slots"];
  readonly average: Average | undefined;
  readonly adaptive: ObjectiveOnSchedule["adaptive"] | undefined;
}

/** The JSON of a training's checkpoint, beside its arrays `weights/…`, `ema/…`, `optimizer/slot/…`, `objective/losses`, `schedule/beta`. */
export interface TrainingRecord {
  readonly kind: "training";
  readonly settings: Settings;
  /** Where the data go on. */
  readonly position: Position;
}

export type Settings = { readonly [name: string]: JsonValue };

/** Saves the state of a training, and takes it up again. */
export class Keeper {
  /** The last checkpoint that was saved, or gone on from. */
  latest: string | undefined;
  readonly #options: CheckpointOptions | undefined;
  readonly #settings: Settings;
  readonly #state: TrainingState;

  constructor(options: CheckpointOptions | undefined, settings: Settings, state: TrainingState) {
    this.#options = options;
    this.#settings = settings;
    this.#state = state;
  }

  /** Saves the state after a step. The state must not change meanwhile. Gives the path. */
  async save(step: number, position: Position): Promise<string> {
    if (this.#options === undefined) throw new TypeError("nowhere to save: give train a checkpoint: { dir }");
    const { dir, keep } = this.#options;
    const { model, schedule, average, slots, adaptive } = this.#state;
    const moments = [...slots].flatMap(([slot, variables]) => Array.from(variables, ([name, variable]) => [`${slot}/${name}`, variable] as const));
    const tensors = joinTensors({
      weights: await download(model.parameters),
      ema: average && (await download(average.model.parameters)),
      optimizer: await download(moments),
      objective: adaptive && arrayOf("losses", adaptive.save()),
      schedule: arrayOf("beta", schedule.beta.slice(1)),
    });
    const state: TrainingRecord = { kind: "training", settings: this.#settings, position };
    this.latest = await saveCheckpoint(dir, { step, tensors, state }, keep === undefined ? {} : { keep });
    return this.latest;
  }

  /**
   * Takes up the state of a checkpoint, or of a folder's newest sound one. Error where it is none of a training, or of one with other
   * settings: then nothing has changed.
   */
  async resume(from: string): Promise<{ step: number; position: Position }> {
    const { path, step, tensors, state } = await loadCheckpoint(from);
    if (!isRecord(state)) throw new Error(`${path} is no checkpoint of a training: resume from one that train has saved`);
    const differing = differences(state.settings, this.#settings);
    if (differing.length > 0) {
      throw new Error(
        `${path} is of a training with other settings:\n  ${differing.join("\n  ")}\nresume it with its own, or begin a new one from its weights: loadParameters(model, tensorGroup(checkpoint.tensors, "weights"))`,
      );
    }
    const { model, average, slots, adaptive } = this.#state;
    restore(model.parameters, tensors, "weights");
    if (average) restore(average.model.parameters, tensors, "ema");
    for (const [slot, variables] of slots) restore(variables, tensors, `optimizer/${slot}`);
    adaptive?.restore(tensorGroup(tensors, "objective").get("losses")!.data as Float32Array);
    this.latest = path;
    return { step, position: state.position };
  }
}

/** Whether a checkpoint's state is that of a training. */
export function isRecord(state: JsonValue): state is JsonValue & TrainingRecord {
  return typeof state === "object" && state !== null && "kind" in state && state.kind === "training";
}

function restore(parameters: ReadonlyMap<string, Variable>, tensors: ReadonlyMap<string, NamedArray>, group: string): void {
  loadParameters({ parameters }, tensorGroup(tensors, group) as Map<string, { shape: readonly number[]; data: Float32Array }>);
}

async function download(variables: Iterable<readonly [string, Variable]>): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const [name, variable] of variables) arrays.set(name, { shape: variable.shape, data: await variable.data<"float32">() });
  return arrays;
}

function arrayOf(name: string, data: Float32Array | Float64Array): Map<string, NamedArray> {
  return new Map([[name, { shape: [data.length], data }]]);
}
