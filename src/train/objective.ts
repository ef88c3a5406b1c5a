import { type Batch } from "../data/index.ts";
import { type TensorModel } from "../model/index.ts";
import { type Key } from "../random/index.ts";
import { type Schedule } from "../schedule/index.ts";
import { type Tensor } from "../tensor/index.ts";
import { type HostTensor } from "./host-tensor.ts";
import { type JsonValue } from "../checkpoint/index.ts";

/** What a model is taught: a recipe, without state. */
export interface Objective {
  /** What makes it this one: kept with checkpoints, and what samplers have to know of a model so taught. */
  readonly config: { readonly [name: string]: JsonValue };
  /** `classes`: how many labels the model knows; the label of this number stands for none. */
  on(schedule: Schedule, classes?: number): ObjectiveOnSchedule;
}

/** One training's objective. */
export interface ObjectiveOnSchedule {
  /**
   * What a step's loss is computed from, n rows each, `t` among them. It is drawn here, on the host, to be the same on every backend: the
   * same key gives the same draws.
   */
  draw(batch: Pick<Batch, "data" | "shape" | "labels">, key: Key): Inputs<HostTensor>;
  /**
   * The loss of each row, [n], and what is descended, a scalar. To be called within tf.tidy, maybe while traced. `seed` (int32, [2]) is for
   * dropout.
   */
  loss(model: Pick<TensorModel, "apply">, inputs: Inputs<Tensor>, seed?: Tensor): { loss: Tensor; losses: Tensor };
  /** For objectives that learn what to draw: what they learn from after each step, and what a checkpoint has to keep of that. */
  readonly adaptive?: {
    recordAll(timesteps: ArrayLike<number>, losses: ArrayLike<number>): void;
    save(): Float32Array<ArrayBuffer>;
    restore(saved: ArrayLike<number>): void;
  };
}

export type Inputs<T> = Readonly<Record<string, T>> & { readonly t: T };
