import { Holding } from "../algebra/holding.ts";
import { algebraOf } from "../algebra/index.ts";
import { type Key, foldIn } from "../random/index.ts";
import { type Noise, hostNoise } from "../sampler/noise.ts";
import { type Dynamics } from "./reverse.ts";

/** A place on a path. */
export interface PathPoint<V> {
  readonly t: number;
  readonly x: V;
}

export interface EulerMaruyamaOptions<V> extends Dynamics<V> {
  /** The state at the first of the times. */
  x: V;
  /** Those to step through, rising or falling. */
  times: ArrayLike<number>;
  key: Key;
  /** Draws noise of the shape of `like`. Needed for kinds other than numbers and Float64Arrays, such as tensors. */
  noise?: Noise<V>;
}

/**
 * Euler–Maruyama: $x \leftarrow x + \text{drift}(x,t)\,h + \text{diffusion}(t)\sqrt{|h|}\,z$, one moment a step, the start not among them.
 * Weak order 1: moments err by O(h). Step i draws from key i alone; where the diffusion is 0 nothing is drawn. Tensors are freed as by
 * `sample`: a moment's x is there until the next is asked for, the last is the caller's, and what the drift answers is given back.
 */
export function* eulerMaruyama<V>(options: EulerMaruyamaOptions<V>): Generator<PathPoint<V>, void, void> {
  const { drift, diffusion, times, key, noise = hostNoise } = options;
  let x = options.x;
  const holding = new Holding(algebraOf(x), 0);
  const { combine } = holding.algebra;
  let last: V | undefined;
  try {
    for (let i = 1; i < times.length; i++) {
      const [t, next] = [times[i - 1]!, times[i]!];
      const size = diffusion(t) * Math.sqrt(Math.abs(next - t));
      const slope = holding.answer(drift(x, t), x);
      x = size > 0 ? combine([1, next - t, size], [x, slope, holding.own(noise(foldIn(key, i), x))]) : combine([1, next - t], [x, slope]);
      holding.next();
      last = x;
      yield { t: next, x };
      if (i < times.length - 1) last = undefined;
    }
  } finally {
    holding.end(last);
  }
}
eulerMaruyama.order = 1;

/** The last of what an integrator yields. Throws a RangeError where it takes no step. */
export function endOf<V>(path: Iterable<PathPoint<V>>): V {
  let last: PathPoint<V> | undefined;
  for (const moment of path) last = moment;
  if (last === undefined) throw new RangeError("a path of no step: give at least two times");
  return last.x;
}
