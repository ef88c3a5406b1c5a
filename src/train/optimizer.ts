import { type Tensor } from "../tensor/index.ts";
import { type JsonValue } from "../checkpoint/index.ts";

/** One parameter on its way through an update. All tensors have its shape. */
export interface Update {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** What the optimiser keeps for it, in the order of `slots`. */
  readonly slots: readonly Tensor[];
  /** Whether weight decay is for this one. */
  readonly decays: boolean;
}

export interface Updated {
  readonly parameter: Tensor;
  readonly slots: readonly Tensor[];
}

/**
 * A rule by which parameters follow their gradients. It holds no state: what it keeps for a parameter comes and goes as `slots`, tensors of
 * the parameter's shape that are 0 before step 1. Every operation is elementwise, so that a rule works on one parameter or on many laid end
 * to end.
 */
export interface Optimizer {
  readonly name: string;
  /** What makes it this one: kept with checkpoints. */
  readonly config: { readonly [name: string]: JsonValue };
  readonly slots: readonly string[];
  /** Gradients are scaled down to this global norm where theirs is larger. */
  readonly clipNorm: number | undefined;
  learningRate(step: number): number;
  /** The numbers that differ from step to step, the first being 1: a compiled step takes them as inputs, so that none is frozen in it. */
  scalars(step: number): Readonly<Record<string, number>>;
  /** Whether weight decay is for the parameter of this name and shape. */
  decays(name: string, shape: readonly number[]): boolean;
  /** Pure: to be called within tf.tidy. */
  update(given: Update, scalars: Readonly<Record<string, Tensor>>): Updated;
}

/** What all optimisers take. */
export interface OptimizerOptions {
  /** Gradients are scaled down to this global norm where theirs is larger; not at all unless told. */
  clipNorm?: number;
}

export function checkClipNorm(clipNorm: number | undefined): void {
  if (clipNorm !== undefined && !(clipNorm > 0)) throw new RangeError(`clipNorm ${clipNorm}: a positive number is needed, such as 1`);
}

/** A decay rate of moving averages, in [0, 1). */
export function checkDecayRate(name: string, rate: number): void {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`${name} ${rate}: a number from 0 to below 1 is needed`);
}
