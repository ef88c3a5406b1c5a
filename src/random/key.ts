import { threefry2x32 } from "./threefry.ts";

/**
 * A key of randomness: two unsigned 32-bit words, as `jax.random.key_data` shows them. A key is a plain value: the same key gives the same
 * draws, wherever and whenever, so use each once and split it to get more.
 */
export type Key = readonly [high: number, low: number];

/** The key of a seed, as `jax.random.key(seed)` in 64-bit mode: a whole number, of 64 bits if given as a bigint. RangeError otherwise. */
export function key(seed: number | bigint): Key {
  if (typeof seed === "number" ? !Number.isSafeInteger(seed) : BigInt.asIntN(64, seed) !== seed && BigInt.asUintN(64, seed) !== seed) {
    throw new RangeError(`seed ${seed}: a whole number within ±(2^53 − 1) is needed, or a bigint of 64 bits`);
  }
  const bits = BigInt.asUintN(64, BigInt(seed));
  return [Number(bits >> 32n), Number(bits & 0xffffffffn)];
}

/** n independent keys (2 unless told), as `jax.random.split`. Key i does not depend on n. */
export function split(parent: Key): [Key, Key];
export function split(parent: Key, n: number): Key[];
export function split(parent: Key, n = 2): Key[] {
  if (!(Number.isInteger(n) && n >= 0)) throw new RangeError(`${n} keys: a whole number from 0 up is needed`);
  return Array.from({ length: n }, (_, i) => foldIn(parent, i));
}

/** The key that belongs to a number, such as a step or a worker: `jax.random.fold_in`. The number is whole, 0…2^32 − 1 (RangeError). */
export function foldIn(parent: Key, data: number): Key {
  checkKey(parent);
  if (!(Number.isInteger(data) && data >= 0 && data < 2 ** 32)) {
    throw new RangeError(`${data} to fold into a key: a whole number of 0…2^32 − 1 is needed`);
  }
  return threefry2x32(parent, [0, data]);
}

/** Throws a TypeError for what is no key, above all a bare seed. */
export function checkKey(value: Key): void {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new TypeError(`${String(value)} is no key: make one with key(seed), more with split`);
  }
}
