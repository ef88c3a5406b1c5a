import { Holding } from "../algebra/holding.ts";
import { algebraOf } from "../algebra/index.ts";
import { type Key, type Shape, foldIn } from "../random/index.ts";
import { type Level } from "../schedule/index.ts";
import { LazyEstimate } from "./estimate.ts";
import { type Inpainting, replaceKnown } from "./inpaint.ts";
import { type Noise, hostNoise, startingPoint } from "./noise.ts";
import { type PathOptions, pathOf } from "./path.ts";
import { type Estimate, type Model, type Sampler } from "./sampler.ts";
import { type ClipX0, thresholdOf } from "./threshold.ts";

export interface SampleOptions<V> extends PathOptions {
  sampler: Sampler;
  model: Model<V>;
  /** Where to start: a value of any kind that has an algebra. Or else a `shape`, and x_T is drawn from the prior with `key`. */
  xT?: V;
  shape?: Shape;
  /** The one source of randomness: step i draws from a key of its own. Needed only where something is drawn. */
  key?: Key;
  /** Threshold on every predicted x0: a bound, a range, or a function such as `dynamicThreshold()`. */
  clipX0?: ClipX0<V>;
  /** What is known of the sample beforehand. */
  inpaint?: Inpainting<V>;
  /** Draws noise of the shape of `like`. Needed for kinds other than numbers and Float64Arrays, such as tensors. */
  noise?: Noise<V>;
}

/** The state after a step. */
export interface Sampled<V> {
  /** The timestep of x: that of the level which the step went to. */
  readonly t: number;
  readonly x: V;
  /** What the model made of the step's beginning. */
  readonly x0: V;
  readonly level: Level;
  /** Steps done and in all. */
  readonly step: number;
  readonly steps: number;
}

/**
 * Samples step by step, from noise at the first level of the path to clean data, or to `until`: one state a step.
 *
 *     for await (const { t, x, x0 } of sample({ schedule, sampler: ddim(), model, steps: 50, shape: [100, 2], key: key(1) })) …
 *
 * Of tensors, memory stays that of a few steps: x and x0 of a state are there until the next state is asked for (`x.clone()` is what stays),
 * the last x is the caller's to dispose of, be it that the loop ended or was left, and all else is freed. xT stays the caller's.
 *
 * The prior from which x_T is drawn is N(0, I) where variance is preserved, N(0, sigma²·I) where it explodes (alpha = 1).
 * Throws a TypeError for a missing or contradictory option, and for noise wanted without a key; a RangeError for a path that is none. All
 * of that when the first state is asked for.
 */
export async function* sample<V = Float64Array>(options: SampleOptions<V>): AsyncGenerator<Sampled<V>, void, void> {
  const { sampler, model, schedule, key, inpaint } = options;
  const path = pathOf(options);
  const threshold = thresholdOf(options.clipX0);
  const noise = options.noise ?? hostNoise;
  const first = path[0]!;
  let x = startingPoint(first, options);
  const holding = new Holding(algebraOf(x), sampler.memory);
  const { algebra } = holding;
  let past: Estimate<V>[] = [];

  async function estimate(point: V, level: Level): Promise<Estimate<V>> {
    return new LazyEstimate(level, point, await model(point, level.t, level), { threshold, schedule, holding });
  }

  const steps = path.length - 1;
  let last: V | undefined;
  try {
    for (let index = 0; index < steps; index++) {
      const [from, to] = [path[index]!, path[index + 1]!];
      let draws = 0;
      const like = x;
      const draw = (): V => {
        if (key === undefined) throw new TypeError(`sampler "${sampler.name}" draws noise: give sample a key, such as key(0)`);
        // Key 0 is x_T's; the first step's is 1.
        return holding.own(noise(foldIn(foldIn(key, index + 1), draws++), like));
      };
      const here = await estimate(x, from);
      const stepped = await sampler.step({ from, to, index, steps, x, here, past, algebra, schedule, estimate, noise: draw });
      x = inpaint ? replaceKnown(inpaint, stepped.x, to, draw, algebra) : stepped.x;
      if (sampler.memory > 0) past = [stepped.here ?? here, ...past].slice(0, sampler.memory);
      const { x0 } = here;
      holding.renew(x);
      holding.next();
      // The caller's if the loop is left now, or was the last.
      last = x;
      yield { t: to.t, x, x0, level: to, step: index + 1, steps };
      if (index < steps - 1) last = undefined;
    }
  } finally {
    holding.end(last);
  }
}

/** The end of `sample` alone. Takes what it takes and throws what it throws. */
export async function drawSample<V = Float64Array>(options: SampleOptions<V>): Promise<V> {
  let last: V | undefined;
  for await (const { x } of sample(options)) last = x;
  return last!;
}
