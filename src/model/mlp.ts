import { type Key } from "../random/index.ts";
import { tensorOps } from "../tensor/index.ts";
import { dense } from "./dense.ts";
import { dropper } from "./dropout.ts";
import { type MlpConfig, mlpSettings } from "./mlp-config.ts";
import { build, type Network, type TensorModel } from "./model.ts";
import { type Scope } from "./parameters.ts";
import { type Context, type Stage } from "./residual-block.ts";
import { swish } from "./swish.ts";
import { labelEmbedding, timeEmbedding } from "./time-embedding.ts";

/**
 * A network for points of a few coordinates, [n, d]: residual blocks of dense layers, each told of the timestep as those of the U-Net
 * are. The last layer and the last of each block are zero at first.
 *
 * What the parameters are at first depends on the key and their names alone, and is the same on every backend.
 *
 * @throws RangeError for a config that breaks a rule
 */
export function mlp(config: MlpConfig, key: Key): TensorModel {
  return build(mlpNetwork(config), key);
}

export function mlpNetwork(config: MlpConfig): Network {
  const settings = mlpSettings(config);
  const { dimension, width, blocks, classes, dropout, learnedVariance } = settings;
  return {
    config: settings,
    shape: [dimension],
    declare(scope) {
      const time = timeEmbedding(scope.of("time"), width);
      const label = classes > 0 ? labelEmbedding(scope.of("label"), classes, 4 * width) : undefined;
      const first = dense(scope.of("denseIn"), dimension, width);
      const residuals = Array.from({ length: blocks }, (_, i) => residual(scope.of(`block.${i}`), width));
      const last = dense(scope.of("denseOut"), width, dimension * (learnedVariance ? 2 : 1), { zero: true });
      return (x, t, options) => {
        const tf = tensorOps();
        const embedded = label ? tf.add(time(t), label(options.labels, x.shape[0]!)) : time(t);
        const context: Context = { embedding: swish(embedded), drop: dropper(dropout, options.dropout) };
        return last(swish(residuals.reduce((h, block) => block(h, context), first(x))));
      };
    },
  };
}

/** x + W₂ drop(swish(W₁ swish(x) + what it is told)), [n, width] to the same. */
function residual(scope: Scope, width: number): Stage {
  const first = dense(scope.of("dense1"), width, width);
  const time = dense(scope.of("time"), 4 * width, width);
  const second = dense(scope.of("dense2"), width, width, { zero: true });
  return (x, { embedding, drop }) => {
    const tf = tensorOps();
    const h = tf.add(first(swish(x)), time(embedding));
    return tf.add(x, second(drop(swish(h))));
  };
}
