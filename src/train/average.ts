import { type TensorModel } from "../model/index.ts";
import { type Tensor, type Variable, tensorOps } from "../tensor/index.ts";

export interface AverageOptions {
  /** How much of the average a step keeps once warm-up is over; 0.9999 unless told, as in Ho et al. 2020. */
  decay?: number;
}

/**
 * The exponential moving average of a model's weights: $\bar\theta \leftarrow d_n\bar\theta + (1-d_n)\theta$ after step n, with the warm-up
 * $d_n = \min(d, \frac{1+n}{10+n})$, so that the first weights, which are random, are soon forgotten. `train` keeps it up to date.
 */
export interface Average {
  readonly decay: number;
  /** The same model with the averaged weights, as they are whenever it is called. */
  readonly model: TensorModel;
  /** d_n, the first step being 1. */
  decayAt(step: number): number;
  /** Takes a step in place, with d_n as a scalar tensor: to be called within tf.tidy. */
  update(decay: Tensor): void;
  /** Gives the averaged weights back; the model itself stays. */
  dispose(): void;
}

/** An average that starts from the model's weights as they are now. RangeError for a decay outside [0, 1). */
export function averageOf(model: TensorModel, { decay = 0.9999 }: AverageOptions = {}): Average {
  if (!(decay >= 0 && decay < 1)) throw new RangeError(`decay ${decay} of averaged weights: a number from 0 to below 1 is needed, such as 0.999`);
  const tf = tensorOps();
  const averaged = new Map([...model.parameters].map(([name, weight]) => [name, tf.variable(weight, false)]));
  const pairs = [...averaged].map(([name, average]) => [average, model.parameters.get(name)!] as const);
  const dispose = (): void => averaged.forEach((average) => average.dispose());
  return {
    decay,
    model: { config: model.config, parameters: averaged, apply: (...inputs) => exchanged(pairs, () => model.apply(...inputs)), dispose },
    decayAt: (step) => Math.min(decay, (1 + step) / (10 + step)),
    update(d) {
      for (const [average, weight] of pairs) average.assign(tf.add(weight, tf.mul(d, tf.sub(average, weight))));
    },
    dispose,
  };
}

/**
 * Runs something synchronous while the variables of each pair hold each other's values. Only what they point to changes hands, so it costs
 * nothing, and a trace sees the one variable's values come from the other.
 */
function exchanged<R>(pairs: readonly (readonly [Variable, Variable])[], run: () => R): R {
  const exchange = (): void => {
    for (const [a, b] of pairs) [a.dataId, b.dataId] = [b.dataId, a.dataId];
  };
  exchange();
  try {
    return run();
  } finally {
    exchange();
  }
}
