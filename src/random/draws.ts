import { quantileFromCentre } from "../gaussian/quantile.ts";
import { type Key, checkKey } from "./key.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { fillBySimd } from "./simd/engine.ts";
import { fillBlocks } from "./threefry.ts";

/** From here on it pays to have draws made four at a time: the code for that is only made when it is first wanted, in some milliseconds. */
const MANY = 4096;

/** Draws made at a time: a power of two, of which the words stay in the nearest cache. */
const CHUNK = 1024;

/*
 * Draw i takes block i of its key, whatever the shape: the first draws of a longer array are those of a shorter one. Everything here is
 * integer arithmetic and +, −, ×, ÷, √ of float64, which IEEE 754 rounds in one way only, so draws are the same bits on every engine, and the
 * same one by one as by SIMD.
 */

/** Uniform on [0, 1): 52 random bits each, bit for bit those of `jax.random.uniform(key, shape, float64)`. */
export function uniform(key: Key, shape: Shape): Float64Array<ArrayBuffer> {
  checkKey(key);
  const draws = new Float64Array(sizeOf(shape));
  if (draws.length >= MANY && fillBySimd("uniforms", key, draws)) return draws;
  forEachChunk(key, draws.length, (words, first, end) => {
    for (let i = first, at = 0; i < end; i++, at += 2) draws[i] = unitOf(words, at);
  });
  return draws;
}

/**
 * Standard normal: the Gaussian quantile of a uniform draw, as `jax.random.normal(key, shape, float64)`, with which it agrees to rounding
 * (JAX's own differs in the last digits between its backends). The largest that can occur is about 8.2.
 */
export function normal(key: Key, shape: Shape): Float64Array<ArrayBuffer> {
  checkKey(key);
  const draws = new Float64Array(sizeOf(shape));
  if (draws.length >= MANY && fillBySimd("normals", key, draws)) return draws;
  forEachChunk(key, draws.length, (words, first, end) => {
    for (let i = first, at = 0; i < end; i++, at += 2) {
      // Centred on 0 and moved by half a step, so that ±½ is never met.
      const q = unitOf(words, at) - 0.5 + 2 ** -54;
      draws[i] = quantileFromCentre(q, 0.5 - Math.abs(q));
    }
  });
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

/** Calls `f` with the words of draws first…end − 1, two each, for one chunk after another. */
function forEachChunk(key: Key, n: number, f: (words: Uint32Array, first: number, end: number) => void): void {
  const words = new Uint32Array(2 * Math.min(n, CHUNK));
  for (let first = 0; first < n; first += CHUNK) {
    const end = Math.min(first + CHUNK, n);
    fillBlocks(key, first, words.subarray(0, 2 * (end - first)));
    f(words, first, end);
  }
}

/** 52 bits of a block as a number of [0, 1). */
function unitOf(words: Uint32Array, at: number): number {
  return words[at]! * 2 ** -32 + (words[at + 1]! >>> 12) * 2 ** -52;
}
