import { type Tensor, tensorOps } from "../tensor/index.ts";
import { conv, convWithoutBias } from "./conv.ts";
import { dense } from "./dense.ts";
import { groupNorm } from "./group-norm.ts";
import { type Scope } from "./parameters.ts";

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
  const norm1 = groupNorm(scope.of("norm1"), { channels: inputs, groups, swish: true });
  const conv1 = convWithoutBias(scope.of("conv1"), inputs, outputs);
  const bias1 = scope.of("conv1").parameter("bias", [outputs], "zeros");
  const time = dense(scope.of("time"), embedding, outputs);
  const norm2 = groupNorm(scope.of("norm2"), { channels: outputs, groups, swish: true });
  const conv2 = conv(scope.of("conv2"), outputs, outputs, { zero: true });
  const shortcut = inputs === outputs ? undefined : dense(scope.of("shortcut"), inputs, outputs);
  return (x, { embedding, drop }) => {
    const tf = tensorOps();
    // What is the same at all pixels goes into the norm, which adds it without a pass of its own.
    const offset = tf.add(time(embedding), bias1());
    const h = norm2(conv1(norm1(x)), offset);
    return tf.add(shortcut ? shortcut(x) : x, conv2(drop(h)));
  };
}
