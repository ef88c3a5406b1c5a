import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Key, cdf, foldIn, key, normal, permutation, randint, split, threefry2x32, uniform } from "noisebook";
import { foldedIn7, lastNormals, lastUniform, normals, seeds, splitIn5, threefryVectors, uniforms } from "./known.ts";

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** √n times the largest distance between the draws' distribution and the one they should have (Kolmogorov & Smirnov). */
function kolmogorov(draws: Float64Array, distribution: (x: number) => number): number {
  const n = draws.length;
  let distance = 0;
  draws.toSorted().forEach((x, i) => {
    const F = distribution(x);
    distance = Math.max(distance, F - i / n, (i + 1) / n - F);
  });
  return Math.sqrt(n) * distance;
}

/** A Kolmogorov–Smirnov statistic above this comes up once in 10^5 tests of a right generator: 2 exp(−2 · 2.47²). */
const KS_LIMIT = 2.47;

describe("known numbers", () => {
  it.each(threefryVectors)("Threefry of key $key and counter $counter", ({ key: words, counter, block }) => {
    expect(threefry2x32(words, counter)).toEqual(block);
  });

  it.each(seeds)("the key of seed %s", (seed, words) => {
    expect(key(seed)).toEqual(words);
  });

  it("split and fold as JAX does", () => {
    expect(split(key(42), 5)).toEqual(splitIn5);
    expect(split(key(42))).toEqual(splitIn5.slice(0, 2));
    expect(foldIn(key(42), 7)).toEqual(foldedIn7);
  });

  it("draws JAX's uniforms bit for bit", () => {
    expect([...uniform(key(42), 5)]).toEqual(uniforms);
    expect(uniform(key(1234), 100_000)[99_999]).toBe(lastUniform);
  });

  it("draws JAX's normals to rounding", () => {
    normal(key(42), 6).forEach((value, i) => expect(relative(value, normals[i]!)).toBeLessThan(1e-14));
    normal(key(1234), 100_000).slice(99_990).forEach((value, i) => expect(relative(value, lastNormals[i]!)).toBeLessThan(1e-14));
  });

  it("draws the same bits of normals on every engine", () => {
    const draws = normal(key(3), 100_000);
    const bytes = Buffer.alloc(8 * draws.length);
    draws.forEach((value, i) => bytes.writeDoubleLE(value, 8 * i));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe("04b6ba970f852262b6dfacb96a939f557d4a9f61dd748f0eb05b5d52c4941c59");
  });
});

describe("shapes", () => {
  it("fill row by row, and a shorter draw begins a longer one", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(20), fc.nat(20), (seed, rows, columns) => {
        const draws = normal(key(seed), [rows, columns]);
        expect(draws).toEqual(normal(key(seed), rows * columns));
        expect(draws).toEqual(normal(key(seed), rows * columns + 7).slice(0, rows * columns));
      }),
    );
    expect(uniform(key(1), [])).toHaveLength(1);
    expect(uniform(key(1), 0)).toHaveLength(0);
  });

  it.each([[-1], [2.5], [NaN]])("refuse an axis of %d", (axis) => {
    expect(() => normal(key(1), [2, axis])).toThrow(new RangeError(`shape [2, ${axis}]: each axis is a whole number from 0 up`));
  });
});

describe("bad arguments", () => {
  it.each([0.5, NaN, 2 ** 60, 2n ** 64n])("a seed of %s", (seed) => {
    expect(() => key(seed)).toThrow(RangeError);
  });

  it("a bare seed for a key", () => {
    for (const draw of [normal, uniform]) {
      expect(() => draw(42 as unknown as Key, 3)).toThrow(new TypeError("42 is no key: make one with key(seed), more with split"));
    }
    expect(() => split(42 as unknown as Key)).toThrow(TypeError);
  });

  it("counts and ranges", () => {
    expect(() => split(key(1), -1)).toThrow(RangeError);
    expect(() => foldIn(key(1), 2 ** 32)).toThrow(RangeError);
    expect(() => randint(key(1), 3, 5, 5)).toThrow(RangeError);
  });
});

describe("distributions, n = 200 000, false alarms about 1 in 10^5 a check", () => {
  const n = 200_000;

  it.each([0, 1, 42])("uniform draws of seed %i are uniform on [0, 1)", (seed) => {
    const draws = uniform(key(seed), n);
    expect(kolmogorov(draws, (x) => x)).toBeLessThan(KS_LIMIT);
    expect(Math.min(...draws.subarray(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws.subarray(0, 50_000))).toBeLessThan(1);
  });

  it.each([0, 1, 42])("normal draws of seed %i are normal, with the moments 0, 1, 0, 3", (seed) => {
    const draws = normal(key(seed), n);
    expect(kolmogorov(draws, (x) => cdf(x))).toBeLessThan(KS_LIMIT);
    // Var of the k-th power: E z^2k − (E z^k)².
    [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]].forEach(([power, expected, variance]) => {
      const moment = mean(draws.map((z) => z ** power!));
      expect(Math.abs(moment - expected!)).toBeLessThan(4.42 * Math.sqrt(variance! / n));
    });
  });

  it("keys from one split are independent of each other, of their parent, and neighbours in a draw of each other", () => {
    const parent = key(99);
    const streams = [parent, ...split(parent, 4), foldIn(parent, 1000)].map((words) => normal(words, n));
    streams.push(Float64Array.from(streams[0]!, (_, i) => streams[0]![(i + 1) % n]!));
    streams.forEach((a, i) => {
      for (const b of streams.slice(i + 1)) {
        // Of linear dependence and of dependent sizes: both products have mean 0, with variances 1 and 4.
        expect(Math.abs(mean(a.map((z, k) => z * b[k]!)))).toBeLessThan(4.42 / Math.sqrt(n));
        expect(Math.abs(mean(a.map((z, k) => (z * z - 1) * (b[k]! ** 2 - 1))))).toBeLessThan((4.42 * 2) / Math.sqrt(n));
      }
    });
  });

  it("whole numbers fall into each of their values alike (χ², 9 degrees of freedom)", () => {
    const counts = new Float64Array(10);
    for (const value of randint(key(8), n, -3, 7)) counts[value + 3]! += 1;
    const statistic = counts.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
    expect(statistic).toBeLessThan(40);
  });

  it("a permutation has every number once, and puts each anywhere (χ², 4 degrees of freedom)", () => {
    expect([...permutation(key(5), 100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const counts = new Float64Array(5);
    for (const words of split(key(6), 5000)) counts[permutation(words, 5)[0]!]! += 1;
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(29);
  });
});
