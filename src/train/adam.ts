import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type LearningRate, learningRateSchedule } from "./learning-rate.ts";
import { type Optimizer, type OptimizerOptions, checkClipNorm, checkDecayRate } from "./optimizer.ts";

export interface AdamOptions extends OptimizerOptions {
  /** 2e-4 unless told, which is what Ho et al. 2020 train with. */
  learningRate?: LearningRate;
  /** 0.9 and 0.999 unless told. */
  beta1?: number;
  beta2?: number;
  /** 1e-8 unless told. */
  epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** λ: parameters shrink by the factor 1 − ηλ a step; 0.01 unless told. */
  weightDecay?: number;
  /** Which parameters shrink: those with two axes or more unless told, so that biases and the scales of normalisation do not. */
  decays?: (name: string, shape: readonly number[]) => boolean;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1): $m \leftarrow \beta_1 m + (1-\beta_1)g$, $v \leftarrow \beta_2 v + (1-\beta_2)g^2$,
 * $\theta \leftarrow \theta - \eta\,\hat m/(\sqrt{\hat v} + \epsilon)$ with $\hat m = m/(1-\beta_1^n)$ and $\hat v = v/(1-\beta_2^n)$ at step
 * n. As in PyTorch. RangeError for a β outside [0, 1), or an ε, clipNorm or learning rate out of range.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return make("Adam", options);
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), as in PyTorch: θ ← (1 − ηλ)θ before Adam's own step. */
export function adamW({ weightDecay = 0.01, decays = (_name, shape) => shape.length > 1, ...options }: AdamWOptions = {}): Optimizer {
  if (!(weightDecay >= 0 && weightDecay < Infinity)) throw new RangeError(`weightDecay ${weightDecay}: a number from 0 up is needed, such as 0.01`);
  return make("AdamW", options, { weightDecay, decays });
}

function make(name: string, options: AdamOptions, decay?: Required<Pick<AdamWOptions, "weightDecay" | "decays">>): Optimizer {
  const { learningRate = 2e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, clipNorm } = options;
  checkDecayRate("beta1", beta1);
  checkDecayRate("beta2", beta2);
  if (!(epsilon > 0)) throw new RangeError(`epsilon ${epsilon} of ${name}: a positive number is needed, such as 1e-8`);
  checkClipNorm(clipNorm);
  const rate = learningRateSchedule(learningRate);
  return {
    name,
    config: {
      name, learningRate: rate.config, beta1, beta2, epsilon, clipNorm: clipNorm ?? null,
      ...(decay && { weightDecay: decay.weightDecay }),
    },
    slots: ["firstMoment", "secondMoment"],
    clipNorm,
    learningRate: (step) => rate.at(step),
    scalars(step) {
      // Multiplied by √(1 − β₂ⁿ) above and below, so that v̂ itself is never computed.
      const root = Math.sqrt(1 - beta2 ** step);
      const eta = rate.at(step);
      return { stepSize: (eta * root) / (1 - beta1 ** step), epsilon: epsilon * root, ...(decay && { keep: 1 - eta * decay.weightDecay }) };
    },
    decays: (parameter, shape) => decay?.decays(parameter, shape) ?? false,
    update({ parameter, gradient, slots, decays }, { stepSize, epsilon, keep }) {
      const tf = tensorOps();
      const [m, v] = slots as [Tensor, Tensor];
      const firstMoment = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
      const secondMoment = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const step = tf.div(tf.mul(firstMoment, stepSize!), tf.add(tf.sqrt(secondMoment), epsilon!));
      return { parameter: tf.sub(decays ? tf.mul(parameter, keep!) : parameter, step), slots: [firstMoment, secondMoment] };
    },
  };
}
