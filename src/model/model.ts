import { type Key } from "../random/index.ts";
import { type Tensor, tensorOps, type Variable } from "../tensor/index.ts";
import { type MlpSettings } from "./mlp-config.ts";
import { ParameterList, Scope } from "./parameters.ts";
import { type UnetSettings } from "./unet-config.ts";

/** What a model is made from, complete, as plain data: checkpoints hold it as JSON. */
export type ModelConfig = UnetSettings | MlpSettings;

export interface ApplyOptions {
  /** int32 [n]: 0…classes − 1, or `classes` for "not told", which is what all are where none are given. */
  labels?: Tensor;
  /** int32 [2], a seed: dropout is on, and drawn from it. Off without. */
  dropout?: Tensor;
}

/** A network over tensors: what training changes, and sampling asks. */
export interface TensorModel {
  readonly config: ModelConfig;
  /** By names such as `down.0.block.1.conv1.kernel`, always in the same order. */
  readonly parameters: ReadonlyMap<string, Variable>;
  /**
   * x: float32 [n, height, width, channels] or [n, d]; t: float32 [n], the paper's timesteps 1…T, also between two of them. Gives x's
   * shape, or twice its last axis where the variance is learned. Differentiable; keeps no other tensors.
   *
   * @throws TypeError for shapes that are not the model's, Error after dispose
   */
  apply(x: Tensor, t: Tensor, options?: ApplyOptions): Tensor;
  dispose(): void;
}

/** What a kind of network is: declares its parameters in a scope, and gives the function of them. */
export interface Network {
  readonly config: ModelConfig;
  /** The shape of one x. */
  readonly shape: readonly number[];
  declare(scope: Scope): (x: Tensor, t: Tensor, options: ApplyOptions) => Tensor;
}

/** Makes a network's parameters by a key. */
export function build(network: Network, key: Key): TensorModel {
  const list = new ParameterList();
  const layers = network.declare(new Scope(list));
  list.allocate(key);
  return {
    config: network.config,
    parameters: list.variables,
    apply(x, t, options = {}) {
      checkInputs(network, x, t, options);
      return tensorOps().tidy(() => layers(x, t, options));
    },
    dispose: () => list.dispose(),
  };
}

/** The parameters that a network will have, without allocating them. */
export function declared(network: Network): ParameterList {
  const list = new ParameterList();
  network.declare(new Scope(list));
  return list;
}

function checkInputs({ config, shape }: Network, x: Tensor, t: Tensor, { labels, dropout }: ApplyOptions): void {
  const n = x.shape[0];
  const wanted = `[n, ${shape.join(", ")}]`;
  if (x.rank !== shape.length + 1 || shape.some((length, i) => x.shape[i + 1] !== length)) {
    throw new TypeError(`x of shape [${x.shape.join(", ")}]: this model takes ${wanted}, as its config says`);
  }
  if (t.rank !== 1 || t.shape[0] !== n) {
    throw new TypeError(`t of shape [${t.shape.join(", ")}] for x of shape [${x.shape.join(", ")}]: one timestep for each example is needed, [${n}]`);
  }
  if (labels) {
    if (config.classes === 0) throw new TypeError("labels for a model without classes: make it with { classes }, or give no labels");
    if (labels.rank !== 1 || labels.shape[0] !== n || labels.dtype !== "int32") {
      throw new TypeError(`labels of ${labels.dtype} [${labels.shape.join(", ")}]: one for each example is needed, int32 [${n}]`);
    }
  }
  if (dropout && (dropout.rank !== 1 || dropout.shape[0] !== 2 || dropout.dtype !== "int32")) {
    throw new TypeError(`dropout of ${dropout.dtype} [${dropout.shape.join(", ")}]: it is a seed, int32 [2]`);
  }
}
