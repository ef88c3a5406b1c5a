import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, graphNormal, graphUniform } from "noisebook";
import { loadTensors } from "../../../src/tensor/load.ts";

let tf: Awaited<ReturnType<typeof loadTensors>>;
beforeAll(async () => {
  tf = await loadTensors();
});

const seed = (...words: [number, number]): Tensor => tf.tensor1d(words, "int32");
const n = 100_000;

describe.each([
  ["graphNormal", graphNormal, 0, 1, 2],
  ["graphUniform", graphUniform, 1 / 2, 1 / 12, 1 / 180],
] as const)("%s", (_name, draw, mean, variance, varianceOfSquares) => {
  it("gives the same draws for the same seed, and others for others", () => {
    const a = draw(seed(1, -2), [4, 3]);
    expect(a.shape).toEqual([4, 3]);
    expect(a.dtype).toBe("float32");
    expect(draw(seed(1, -2), [4, 3]).dataSync()).toEqual(a.dataSync());
    for (const other of [seed(2, -2), seed(1, 2), seed(-2, 1)]) expect(draw(other, [4, 3]).dataSync()).not.toEqual(a.dataSync());
  });

  // Each of the two within 5 standard errors: a false alarm has probability 6e-7, and the seed is fixed.
  it(`has mean ${mean} and variance ${variance}, and draws of neighbouring seeds do not correlate`, () => {
    const [x, y] = [7, 8].map((i) => draw(seed(7, i), [n]).dataSync() as Float32Array) as [Float32Array, Float32Array];
    const average = (f: (v: number, i: number) => number): number => x.reduce((sum, v, i) => sum + f(v, i), 0) / n;
    expect(Math.abs(average((v) => v) - mean)).toBeLessThan(5 * Math.sqrt(variance / n));
    expect(Math.abs(average((v) => (v - mean) ** 2) - variance)).toBeLessThan(5 * Math.sqrt(varianceOfSquares / n));
    expect(Math.abs(average((v, i) => (v - mean) * (y[i]! - mean)))).toBeLessThan((5 * variance) / Math.sqrt(n));
  });

  it("draws anew for each seed within a compiled step, what it draws outside", () => {
    const step = compile((given: Tensor) => draw(given, [5]));
    const drawn = [1, 2, 1].map((i) => step(seed(0, i)).dataSync());
    expect(drawn[0]).not.toEqual(drawn[1]);
    expect(drawn[2]).toEqual(drawn[0]);
    expect(draw(seed(0, 2), [5]).dataSync()).toEqual(drawn[1]);
    step.dispose();
  });

  it("is a constant to gradients, and holds on to nothing", () => {
    const x = tf.scalar(3);
    const given = seed(5, 5);
    const before = tf.memory().numTensors;
    const [slope] = tf.tidy(() => tf.grad((v: Tensor) => tf.sum(tf.mul(v, draw(given, [2]))))(x).dataSync());
    const [sum] = tf.tidy(() => tf.sum(draw(given, [2])).dataSync());
    expect(slope).toBeCloseTo(sum!, 6);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses what is no seed or no shape", () => {
    expect(() => draw(tf.tensor1d([1, 2]), [2])).toThrow("a seed of float32 [2]: an int32 tensor of two words is needed");
    expect(() => draw(tf.tensor1d([1], "int32"), [2])).toThrow("a seed of int32 [1]");
    expect(() => draw(seed(1, 2), [2, -1])).toThrow("shape [2, -1]: -1 is no length");
  });
});

describe("graphUniform", () => {
  it("lies in [0, 1)", () => {
    const x = graphUniform(seed(3, 4), [n]).dataSync();
    expect(Math.min(...x.subarray(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(x.every((v) => v >= 0 && v < 1)).toBe(true);
  });
});
