import { type Tensor, tensorOps } from "../tensor/index.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import { groupNorm } from "./group-norm.ts";
import { type Scope } from "./parameters.ts";
import { swish } from "./swish.ts";

export interface ResidualBlockOptions {
  inputs: number;
  outputs: number;
  groups: number;
  /** The length of what it is told of time and class. */
  embedding: number;
}

/** What layers with dropout share in one application. */
export interface Context {
  /** swish of the embedding of timesteps and labels, [n, …]. */
  readonly embedding: Tensor;
  readonly drop: (x: Tensor) => Tensor;
}

/** A part of a network that may use the context. */
export type Stage = (x: Tensor, context: Context) => Tensor;

/**
 * [n, h, w, inputs] to [n, h, w, outputs]: norm, swish, conv; plus a dense layer of the embedding, the same at all pixels; norm, swish,
 * dropout, conv, which is zero at first; plus the input, through a dense layer where the number of channels changes.
 */
export function residualBlock(scope: Scope, { inputs, outputs, groups, embedding }: ResidualBlockOptions): Stage {
  const norm1 = groupNorm(scope.of("norm1"), inputs, groups);
  const conv1 = conv(scope.of("conv1"), inputs, outputs);
  const time = dense(scope.of("time"), embedding, outputs);
  const norm2 = groupNorm(scope.of("norm2"), outputs, groups);
  const conv2 = conv(scope.of("conv2"), outputs, outputs, { zero: true });
  const shortcut = inputs === outputs ? undefined : dense(scope.of("shortcut"), inputs, outputs);
  return (x, context) => {
    const tf = tensorOps();
    const told = tf.reshape(time(context.embedding), [-1, 1, 1, outputs]);
    const h = tf.add(conv1(swish(norm1(x))), told);
    return tf.add(shortcut ? shortcut(x) : x, conv2(context.drop(swish(norm2(h)))));
  };
}
