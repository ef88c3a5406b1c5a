import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Key, key, normal, quantile, threefry2x32, uniform } from "noisebook";
import { fillBySimd } from "../../../src/random/simd/engine.ts";

const hash = (values: Float64Array): string => createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");

/** The core as an engine has it that knows no WebAssembly. */
async function oneByOne(): Promise<typeof import("noisebook")> {
  vi.stubGlobal("WebAssembly", undefined);
  vi.resetModules();
  return await import("noisebook");
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The counter that Threefry turns into the given words: its rounds backwards. */
function counterOf([k0, k1]: Key, words: readonly [number, number]): [number, number] {
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let [x0, x1] = words;
  for (let group = 5; group >= 1; group--) {
    x0 = (x0 - keys[group % 3]!) | 0;
    x1 = (x1 - keys[(group + 1) % 3]! - group) | 0;
    for (const by of (group % 2 === 1 ? [13, 15, 26, 6] : [17, 29, 16, 24]).toReversed()) {
      const turned = x1 ^ x0;
      x1 = (turned >>> by) | (turned << (32 - by));
      x0 = (x0 - x1) | 0;
    }
  }
  return [(x0 - k0) >>> 0, (x1 - k1) >>> 0];
}

describe("draws by SIMD", () => {
  it("are those that are made one by one, bit for bit, for normals and uniforms of any number", async () => {
    expect(fillBySimd("normals", key(1), new Float64Array(1))).toBe(true);
    const slow = await oneByOne();
    for (const n of [4096, 4097, 5003, 200_000]) {
      expect(hash(normal(key(n), n))).toBe(hash(slow.normal(key(n), n)));
      expect(hash(uniform(key(n), n))).toBe(hash(slow.uniform(key(n), n)));
    }
  });

  it("are so where a draw of 10^10 is needed to get there: beyond six deviations", () => {
    // Words with the first 0 are the smallest uniforms; of those, one is wanted whose counter is a number that float64 holds.
    const mine = key(7);
    let found = 0;
    for (let low = 1; found < 5; low += 40_961) {
      const [c0, c1] = counterOf(mine, [0, low]);
      if (c0 >= 2 ** 21) continue;
      found += 1;
      expect(threefry2x32(mine, [c0, c1])).toEqual([0, low]);
      const draw = new Float64Array(1);
      fillBySimd("normals", mine, draw, c0 * 2 ** 32 + c1);
      expect(draw[0]).toBe(quantile((low >>> 12) * 2 ** -52 + 2 ** -54));
      expect(draw[0]).toBeLessThan(-6.5);
    }
  });
});
