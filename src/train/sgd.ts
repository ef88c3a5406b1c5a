import { tensorOps } from "../tensor/index.ts";
import { type LearningRate, learningRateSchedule } from "./learning-rate.ts";
import { type Optimizer, type OptimizerOptions, checkClipNorm, checkDecayRate } from "./optimizer.ts";

export interface SgdOptions extends OptimizerOptions {
  learningRate: LearningRate;
  /** μ, 0 unless told. */
  momentum?: number;
  /** Whether the step looks ahead: g + μb in the place of b. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum: $b \leftarrow \mu b + g$, $\theta \leftarrow \theta - \eta b$ (as in PyTorch; η is outside the
 * momentum). RangeError for a μ outside [0, 1), or a clipNorm or learning rate out of range.
 */
export function sgd({ learningRate, momentum = 0, nesterov = false, clipNorm }: SgdOptions): Optimizer {
  checkDecayRate("momentum", momentum);
  checkClipNorm(clipNorm);
  const rate = learningRateSchedule(learningRate);
  return {
    name: "SGD",
    config: { name: "SGD", learningRate: rate.config, momentum, nesterov, clipNorm: clipNorm ?? null },
    slots: momentum === 0 ? [] : ["momentum"],
    clipNorm,
    learningRate: (step) => rate.at(step),
    scalars: (step) => ({ learningRate: rate.at(step) }),
    decays: () => false,
    update({ parameter, gradient, slots: [before] }, { learningRate }) {
      const tf = tensorOps();
      if (before === undefined) return { parameter: tf.sub(parameter, tf.mul(gradient, learningRate!)), slots: [] };
      const buffer = tf.add(tf.mul(before, momentum), gradient);
      const direction = nesterov ? tf.add(gradient, tf.mul(buffer, momentum)) : buffer;
      return { parameter: tf.sub(parameter, tf.mul(direction, learningRate!)), slots: [buffer] };
    },
  };
}
