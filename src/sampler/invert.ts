import { Holding } from "../algebra/holding.ts";
import { algebraOf } from "../algebra/index.ts";
import { LazyEstimate } from "./estimate.ts";
import { type PathOptions, pathOf } from "./path.ts";
import { type Model } from "./sampler.ts";
import { type Sampled } from "./sample.ts";

export interface InvertOptions<V> extends PathOptions {
  model: Model<V>;
  /** The data to find the noise of. (Or of the level `until`, where that is said.) */
  x0: V;
  /** How often each step's ε is asked for. 1 (unless told) is the usual inversion, an error O(h) a step; more make it exact. */
  rounds?: number;
}

/**
 * DDIM run upwards: the x_T from which `ddim()`, over the same path, comes to x0 (Song, Meng & Ermon 2021, section 4.3). The path is given as
 * to `sample` and walked from its end to its beginning. A step up from s to t solves DDIM's own equation,
 * $x_t = \frac{\alpha_t}{\alpha_s}x_s + (\sigma_t - \frac{\alpha_t}{\alpha_s}\sigma_s)\,\hat\epsilon(x_t, t)$, by putting its guess of x_t into
 * ε̂ `rounds` times, x_s first; it converges where steps are small. Throws as `sample` does, and a RangeError for fewer than 1 round.
 * Tensors are freed as by `sample`; x0 stays the caller's.
 */
export async function* invert<V>(options: InvertOptions<V>): AsyncGenerator<Sampled<V>, void, void> {
  const { model, schedule, rounds = 1 } = options;
  if (!(Number.isInteger(rounds) && rounds >= 1)) throw new RangeError(`${rounds} rounds: a whole number from 1 up is needed`);
  const path = pathOf(options).reverse();
  const steps = path.length - 1;
  let x = options.x0;
  const holding = new Holding(algebraOf(x), 0);
  const { combine } = holding.algebra;
  let last: V | undefined;
  try {
    for (let step = 1; step <= steps; step++) {
      const [from, level] = [path[step - 1]!, path[step]!];
      const scale = level.alpha / from.alpha;
      let [guess, x0] = [x, x];
      for (let round = 0; round < rounds; round++) {
        const estimate = new LazyEstimate(level, guess, await model(guess, level.t, level), { schedule, holding });
        x0 = estimate.x0;
        guess = combine([scale, level.sigma - scale * from.sigma], [x, estimate.eps]);
      }
      last = x = guess;
      holding.next();
      yield { t: level.t, x, x0, level, step, steps };
      if (step < steps) last = undefined;
    }
  } finally {
    holding.end(last);
  }
}

/**
 * Great-circle interpolation between two noises, which keeps the norm that noise has:
 * $\frac{\sin((1-u)\theta)}{\sin\theta}x + \frac{\sin(u\theta)}{\sin\theta}y$, θ being the angle between x and y; Ho et al. 2020 interpolate
 * evenly, Song, Meng & Ermon 2021 (equation 67) this way. Evenly too where the two point the same way. For Float64Arrays of one length.
 */
export function slerp(x: Float64Array, y: Float64Array, share: number): Float64Array {
  const { combine, mul, sum } = algebraOf(x, y);
  const cosine = sum(mul(x, y)) / Math.sqrt(sum(mul(x, x)) * sum(mul(y, y)));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  if (!(angle > 1e-8)) return combine([1 - share, share], [x, y]);
  return combine([Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)], [x, y]);
}
