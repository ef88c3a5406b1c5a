import { type Batch } from "../data/index.ts";
import { type TimestepSampler } from "../objective/index.ts";
import { type Key, normal, randint, uniform } from "../random/index.ts";
import { type Schedule } from "../schedule/index.ts";
import { type HostTensor } from "./host-tensor.ts";

/** What a model may be taught to predict. */
export type Predicted = "eps" | "x0" | "v";

/** n timesteps of 1…T, even, or by a sampler's weights with what each has to count for averages to stay those of even ones. */
export function drawTimesteps(key: Key, n: number, T: number, sampler?: TimestepSampler): { timesteps: Int32Array; shares?: Float64Array } {
  if (sampler === undefined) return { timesteps: randint(key, n, 1, T + 1) };
  const { timesteps, weights } = sampler.draw(key, n);
  return { timesteps, shares: weights };
}

/** x_t of each row, and what a model of `predict` should say of it. In float64 until rounded at the end: the same bits on every backend. */
export function noised(
  { data: x, shape }: Pick<Batch, "data" | "shape">,
  schedule: Schedule,
  predict: Predicted,
  timesteps: Int32Array,
  key: Key,
): { xt: HostTensor; target: HostTensor } {
  const n = timesteps.length;
  const size = x.length / n;
  const eps = normal(key, x.length);
  const xt = new Float32Array(x.length);
  const target = predict === "x0" ? x : new Float32Array(x.length);
  for (let row = 0, i = 0; row < n; row++) {
    const t = timesteps[row]!;
    const [a, s] = [Math.sqrt(schedule.alphaBar[t]!), Math.sqrt(schedule.oneMinusAlphaBar[t]!)];
    // v = aε − s x_0, and ε is 1ε − 0 x_0.
    const [ofEps, ofX0] = predict === "v" ? [a, -s] : [1, 0];
    for (const end = i + size; i < end; i++) {
      xt[i] = a * x[i]! + s * eps[i]!;
      if (predict !== "x0") target[i] = ofEps * eps[i]! + ofX0 * x[i]!;
    }
  }
  return { xt: { data: xt, shape }, target: { data: target, shape } };
}

/** The labels, each withheld with a probability: then it is `none`. */
export function withheldLabels(labels: Int32Array, { share, none, key }: { share: number; none: number; key: Key }): HostTensor {
  if (share === 0) return { data: labels, shape: [labels.length] };
  const draws = uniform(key, labels.length);
  return { data: labels.map((label, i) => (draws[i]! < share ? none : label)), shape: [labels.length] };
}
