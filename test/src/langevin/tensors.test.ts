import type { Tensor } from "@tensorflow/tfjs";
import { beforeEach, expect, it } from "vitest";
import {
  type LangevinSampler, annealedLangevin, chain, key, levelAt, linearSchedule, minibatchGradient, normal, sgld, tensorNoise, ula, underdamped,
} from "noisebook";
import { distance, lift, onEachBackend, tf } from "../model/backends.ts";

const shape = [4, 2];
const start = normal(key(1), shape);
const steps = 12;
const levels = [600, 300, 100].map((t) => levelAt(linearSchedule(), t));

/** Each on the target N(0, I), for arrays and for tensors. */
const samplers: Record<string, <V>(negative: (x: V) => V) => LangevinSampler<V, any>> = {
  ula: (score) => ula({ score, step: 0.1 }),
  "ula, with a score that comes later": (score) => ula({ score: async (x) => score(x), step: 0.1 }),
  "sgld, with minibatches": (score) => sgld({ gradient: minibatchGradient({ size: 10, batch: 2, prior: score, likelihood: score }), step: 0.05 }),
  annealed: (score) => annealedLangevin({ score, levels, stepsPerLevel: 4, step: 0.05 }),
  underdamped: (score) => underdamped({ score, step: 0.1 }),
  "one that answers with x itself": () => ula({ score: (x) => x, step: 0.1 }),
};

it("a score of another kind than the point's is refused by name", async () => {
  const sampler = ula<Float64Array>({ score: (x) => [...x] as unknown as Float64Array, step: 0.1 });
  await expect(chain({ sampler, start, key: key(2), steps: 1 }).next()).rejects.toThrow(TypeError);
});

onEachBackend(() => {
  let x0: Tensor;
  beforeEach(() => {
    x0 = lift({ shape, data: start });
    return () => x0.dispose();
  });

  it.each(Object.entries(samplers))("%s keeps as many tensors at the end as at the start, and goes where it does with arrays", async (_, make) => {
    const before = tf.memory().numTensors;
    const during: number[] = [];
    let last: Tensor | undefined;
    for await (const { x } of chain({ sampler: make<Tensor>((x) => tf.neg(x)), start: x0, key: key(2), steps, noise: tensorNoise })) {
      expect(x.isDisposed).toBe(false);
      during.push(tf.memory().numTensors - before);
      last = x;
    }
    expect(Math.max(...during.slice(steps / 2)), `${during}`).toBeLessThanOrEqual(Math.max(...during.slice(0, steps / 2)));
    expect(tf.memory().numTensors - before).toBe(1);
    expect([last!.isDisposed, x0.isDisposed]).toEqual([false, false]);
    let array = start;
    for await (const { x } of chain({ sampler: make<Float64Array>((x) => x.map((v) => -v)), start, key: key(2), steps })) array = x as typeof start;
    expect(distance(last!, { shape, data: array })).toBeLessThan(1e-5);
    last!.dispose();
  });

  it("a chain that is left, or yields few of its states, gives back all but the x it was left with", async () => {
    const before = tf.memory().numTensors;
    let left: Tensor | undefined;
    for await (const { x, index } of chain({ sampler: underdamped<Tensor>({ score: (x) => tf.neg(x), step: 0.1 }), start: x0, key: key(2), every: 3, noise: tensorNoise })) {
      left = x;
      if (index === 9) break;
    }
    expect(left!.isDisposed).toBe(false);
    expect(tf.memory().numTensors - before).toBe(1);
    left!.dispose();
    for await (const { x } of chain({ sampler: ula<Tensor>({ score: (x) => tf.neg(x), step: 0.1 }), start: x0, key: key(2), steps: 5, every: 3, noise: tensorNoise })) left = x;
    expect([left!.isDisposed, x0.isDisposed]).toEqual([false, false]);
    expect(tf.memory().numTensors - before).toBe(1);
    left!.dispose();
  });

  it("a score that throws leaves nothing behind", async () => {
    const before = tf.memory().numTensors;
    let asked = 0;
    const score = (x: Tensor): Tensor => {
      if (++asked === 5) throw new Error("enough");
      return tf.neg(x);
    };
    const walk = async (): Promise<void> => {
      for await (const _ of chain({ sampler: underdamped({ score, step: 0.1 }), start: x0, key: key(2), noise: tensorNoise }));
    };
    await expect(walk()).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
  });
});
