import { quantileFromCentre } from "../gaussian/quantile.ts";
import { type Key, checkKey } from "./key.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { blocks } from "./threefry.ts";

/*
 * Draw i takes block i of its key, whatever the shape: the first draws of a longer array are those of a shorter one. Everything here is
 * integer arithmetic and +, −, ×, ÷, √ of float64, which IEEE 754 rounds in one way only, so draws are the same bits on every engine.
 */

/** Uniform on [0, 1): 52 random bits each, bit for bit those of `jax.random.uniform(key, shape, float64)`. */
export function uniform(key: Key, shape: Shape): Float64Array<ArrayBuffer> {
  checkKey(key);
  const n = sizeOf(shape);
  const words = blocks(key, n);
  const draws = new Float64Array(n);
  for (let i = 0; i < n; i++) draws[i] = words[2 * i]! * 2 ** -32 + (words[2 * i + 1]! >>> 12) * 2 ** -52;
  return draws;
}

/**
 * Standard normal: the Gaussian quantile of a uniform draw, as `jax.random.normal(key, shape, float64)`, with which it agrees to rounding
 * (JAX's own differs in the last digits between its backends). The largest that can occur is about 8.2.
 */
export function normal(key: Key, shape: Shape): Float64Array<ArrayBuffer> {
  const draws = uniform(key, shape);
  for (let i = 0; i < draws.length; i++) {
    // Centred on 0 and moved by half a step, so that ±½ is never met.
    const q = draws[i]! - 0.5 + 2 ** -54;
    draws[i] = quantileFromCentre(q, 0.5 - Math.abs(q));
  }
  return draws;
}

/** Whole numbers of low…high − 1, each as likely as the next to within 2^-20. RangeError unless low < high are whole, at most 2^32 apart. */
export function randint(key: Key, shape: Shape, low: number, high: number): Int32Array<ArrayBuffer> {
  if (!(Number.isInteger(low) && Number.isInteger(high) && low < high && low >= -(2 ** 31) && high <= 2 ** 31)) {
    throw new RangeError(`whole numbers from ${low} below ${high}: low < high are whole numbers within ±2^31`);
  }
  return Int32Array.from(uniform(key, shape), (u) => low + Math.floor(u * (high - low)));
}

/** The numbers 0…n − 1 in random order (Fisher & Yates). */
export function permutation(key: Key, n: number): Int32Array<ArrayBuffer> {
  const draws = uniform(key, n);
  const order = Int32Array.from(draws, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(draws[i]! * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
