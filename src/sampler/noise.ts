import { algebraOf, arrayAlgebra } from "../algebra/index.ts";
import { type Key, type Shape, foldIn, normal } from "../random/index.ts";
import { type Level } from "../schedule/index.ts";

/** Standard normal noise of the shape of `like`: `(key, like) => tf.tensor(normal(key, like.shape), like.shape)` for tensors. */
export type Noise<V> = (key: Key, like: V) => V;

/** Noise for numbers and Float64Arrays; a TypeError for other kinds, whose noise has to come from outside. */
export function hostNoise<V>(key: Key, like: V): V {
  if (typeof like === "number") return normal(key, 1)[0]! as V;
  if (like instanceof Float64Array) return normal(key, like.length) as V;
  throw new TypeError(
    `noise for ${algebraOf(like).kind} is not drawn here: give sample \`noise\`, such as (key, like) => tf.tensor(normal(key, like.shape), like.shape)`,
  );
}

/** x_T as given, or drawn from the prior of the first level. */
export function startingPoint<V>(level: Level, { xT, shape, key }: { xT?: V; shape?: Shape; key?: Key }): V {
  if ((xT === undefined) === (shape === undefined)) throw new TypeError("where to start: give either xT or a shape to draw x_T of");
  if (xT !== undefined) return xT;
  if (key === undefined) throw new TypeError("x_T of a shape is drawn: give a key, such as key(0), or xT itself");
  const std = level.alpha === 1 ? level.sigma : Math.hypot(level.alpha, level.sigma);
  return arrayAlgebra.scale(normal(foldIn(key, 0), shape!), std) as V;
}
