import { type Position } from "../data/index.ts";
import { type TensorModel } from "../model/index.ts";
import { type Average } from "./average.ts";
import { type Json } from "./json.ts";
import { type ObjectiveOnSchedule } from "./objective.ts";
import { type TrainingGraph } from "./step.ts";

export interface CheckpointOptions {
  readonly dir: string;
  /** 1000 unless told. */
  readonly every?: number;
  /** How many of the newest stay; 3 unless told. */
  readonly keep?: number;
}

/** All that a training changes. */
export interface TrainingState {
  readonly model: TensorModel;
  readonly graph: TrainingGraph;
  readonly average?: Average;
  readonly adaptive?: NonNullable<ObjectiveOnSchedule["adaptive"]>;
}

/** Saves the state of a training, and takes it up again. */
export class Keeper {
  readonly every: number;
  latest: string | undefined;

  constructor(options: CheckpointOptions | undefined, _settings: { readonly [name: string]: Json }, _state: TrainingState) {
    this.every = options?.every ?? 1000;
  }

  async begin(_from: string | undefined): Promise<{ step: number; position?: Position }> {
    return { step: 0 };
  }

  async save(_step: number, _position: Position): Promise<string> {
    throw new Error("not yet");
  }
}
