import { type ElementLoss, type Weighting, l2, lossWeights } from "../objective/index.ts";
import { type Key, split } from "../random/index.ts";
import { type Schedule } from "../schedule/index.ts";
import { type Tensor, tensorOps } from "../tensor/index.ts";
import { boundPerRow, boundTables } from "./bound.ts";
import { type Predicted, drawTimesteps, noised, withheldLabels } from "./draws.ts";
import { type HostTensor } from "./host-tensor.ts";
import { rememberedLosses } from "./importance.ts";
import { type Objective } from "./objective.ts";

export interface DenoisingOptions {
  /** What the model predicts; "eps" unless told. */
  predict?: Predicted;
  /** Of each coordinate's error; `l2` unless told. */
  loss?: ElementLoss;
  /** What an error counts at each timestep; unless told, errors in what is predicted count the same at all of them. */
  weighting?: Weighting;
  /** "learned" for models with twice the channels, whose second half says where between β̃ and β the variance is; "fixed" unless told. */
  variance?: "fixed" | "learned";
  /** λ of the hybrid loss $L_{simple} + \lambda L_{vlb}$ where the variance is learned; 0.001 unless told. */
  boundWeight?: number;
  /** Timesteps drawn by how large their losses have been lately (`importanceTimesteps`) instead of evenly. */
  importance?: boolean | { history?: number; even?: number };
  /** How often a label is withheld, for classifier-free guidance; never unless told. */
  dropLabels?: number;
}

/**
 * Denoising: $E_{t, x_0, \epsilon}\big[w_t\,\ell(\hat y(x_t, t) - y)\big]$ with t even on 1…T, $x_t = \sqrt{\bar\alpha_t}x_0 +
 * \sqrt{1-\bar\alpha_t}\epsilon$ and y = ε (Ho et al. 2020, algorithm 1 and equation 14), x_0, or v (Salimans & Ho 2022). With a learned
 * variance the hybrid loss of Nichol & Dhariwal 2021, equation 16, in nats per coordinate: the term L_{t−1} at the one t that was drawn,
 * times T, stands for the sum over all; its gradient reaches the variance alone.
 *
 * RangeError for a share or weight out of range; and, on a schedule that ends in pure noise, for what says nothing of x_0 there.
 */
export function denoising(options: DenoisingOptions = {}): Objective {
  const { predict = "eps", loss = l2, weighting, variance = "fixed", boundWeight = 1e-3, importance = false, dropLabels = 0 } = options;
  if (!(dropLabels >= 0 && dropLabels <= 1)) throw new RangeError(`dropLabels ${dropLabels}: a share of 0…1 is needed, such as 0.1`);
  if (!(boundWeight >= 0 && boundWeight < Infinity)) throw new RangeError(`boundWeight ${boundWeight}: a number from 0 up is needed, such as 0.001`);
  const learned = variance === "learned";
  const config = {
    name: "denoising", predict, loss: loss.name, weighting: weighting?.name ?? "none", variance, dropLabels,
    ...(learned && { boundWeight }),
    ...(importance !== false && { importance: importance === true ? {} : { ...importance } }),
  };
  return {
    config,
    on(schedule, classes = 0) {
      const memory = importance === false ? undefined : rememberedLosses(schedule.T, importance === true ? {} : importance);
      const weights = weighting && finiteWeights(schedule, weighting, predict);
      const bound = learned ? boundTables(schedule, predict) : undefined;
      return {
        draw(batch, key) {
          const [forTime, forNoise, forLabels] = split(key, 3) as [Key, Key, Key];
          const n = batch.shape[0]!;
          const { timesteps, shares } = drawTimesteps(forTime, n, schedule.T, memory);
          const column = (table: ArrayLike<number>): HostTensor => ({ data: Float32Array.from(timesteps, (t) => table[t]!), shape: [n] });
          return {
            t: { data: Float32Array.from(timesteps), shape: [n] },
            ...noised(batch, schedule, predict, timesteps, forNoise),
            ...(weights && { weight: column(weights) }),
            ...(shares && { share: { data: Float32Array.from(shares), shape: [n] } }),
            ...(bound && Object.fromEntries(Object.entries(bound).map(([name, table]) => [name, column(table)]))),
            ...(batch.labels && { labels: withheldLabels(batch.labels, { share: dropLabels, none: classes, key: forLabels }) }),
          };
        },
        loss(model, inputs, seed) {
          const tf = tensorOps();
          const { t, xt, target, weight, labels, share } = inputs as Partial<Record<string, Tensor>> & Record<"t" | "xt" | "target", Tensor>;
          const output = model.apply(xt, t, { ...(seed && { dropout: seed }), ...(labels && { labels }) });
          const [prediction, half] = learned ? halves(output, xt) : [alike(output, xt), undefined];
          const simple = meanPerRow(loss.of(tf.sub(prediction, target)));
          const weighted = weight ? tf.mul(simple, weight) : simple;
          const losses = half ? tf.add(weighted, tf.mul(meanPerRow(boundPerRow(prediction, target, half, inputs)), boundWeight * schedule.T)) : weighted;
          return { loss: tf.mean(share ? tf.mul(losses, share) : losses), losses };
        },
        ...(memory && { adaptive: memory }),
      };
    },
  };
}

function finiteWeights(schedule: Schedule, weighting: Weighting, predict: Predicted): Float64Array {
  const weights = lossWeights(schedule, weighting, predict);
  const t = weights.findIndex((weight) => !Number.isFinite(weight));
  if (t === -1) return weights;
  throw new RangeError(`weight ${weights[t]} of "${weighting.name}" at t = ${t} of schedule "${schedule.name}" for a model of ${predict}: predict v or x0, or weigh otherwise`);
}

/** [n, …] → [n] */
function meanPerRow(values: Tensor): Tensor {
  return tensorOps().mean(values, values.shape.map((_, axis) => axis).slice(1));
}

function halves(output: Tensor, xt: Tensor): [Tensor, Tensor] {
  const channels = xt.shape.at(-1)!;
  if (output.shape.at(-1) !== 2 * channels) {
    throw new TypeError(`the model's output [${output.shape.join(", ")}] for a learned variance: twice the ${channels} channels of x are needed`);
  }
  return tensorOps().split(output, 2, -1) as [Tensor, Tensor];
}

function alike(output: Tensor, xt: Tensor): Tensor {
  if (output.shape.join() === xt.shape.join()) return output;
  const learned = output.shape.at(-1) === 2 * xt.shape.at(-1)! ? '; for a model that learns the variance take variance: "learned"' : "";
  throw new TypeError(`the model's output [${output.shape.join(", ")}] is not of the shape of x, [${xt.shape.join(", ")}]${learned}`);
}
