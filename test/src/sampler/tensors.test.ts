import type { Tensor } from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type Model, type ModelOutput, type SampleOptions, ancestral, classifierFreeGuidance, classifierGuidance, ddim, drawSample, invert, key, linearSchedule,
  normal, sample, samplers, tensorNoise, unipc,
} from "noisebook";
import { distance, lift, onEachBackend, tf } from "../model/backends.ts";

const schedule = linearSchedule();
const steps = 12;
const shape = [4, 2];
const start = normal(key(1), shape);

const shareOf = (t: number): number => 0.5 + 0.4 * Math.cos(t / 300);
const model: Model<Tensor> = (x, t) => ({ kind: "eps", value: tf.tidy(() => tf.mul(tf.tanh(x), shareOf(t))) });
const arrayModel: Model<Float64Array> = (x, t) => ({ kind: "eps", value: x.map((v) => Math.tanh(v) * shareOf(t)) });
const learned: Model<Tensor> = async (x, t, level) => ({ ...(await model(x, t, level)), varianceShare: tf.tidy(() => tf.sigmoid(x)) });

onEachBackend(() => {
  let xT: Tensor;
  beforeEach(() => {
    xT = lift({ shape, data: start });
    return () => xT.dispose();
  });
  const options = (more: Partial<SampleOptions<Tensor>> = {}): SampleOptions<Tensor> => ({
    schedule, steps, sampler: ddim(), model, xT, key: key(2), noise: tensorNoise, ...more,
  });

  /** How many tensors there are beyond those of before, at each step and at the end. */
  async function count(given: SampleOptions<Tensor>): Promise<{ during: number[]; after: number; last: Tensor }> {
    const before = tf.memory().numTensors;
    const during: number[] = [];
    let last: Tensor | undefined;
    for await (const { x, x0 } of sample(given)) {
      expect([x, x0].map((tensor) => tensor.isDisposed)).toEqual([false, false]);
      during.push(tf.memory().numTensors - before);
      last = x;
    }
    return { during, after: tf.memory().numTensors - before, last: last! };
  }

  async function expectFlat(given: SampleOptions<Tensor>): Promise<Tensor> {
    const { during, after, last } = await count(given);
    // Multistep methods have their past by the middle, and Runge–Kutta starts are over.
    expect(Math.max(...during.slice(steps / 2)), `${during}`).toBeLessThanOrEqual(Math.max(...during.slice(0, steps / 2)));
    expect(after).toBe(1);
    expect([last.isDisposed, xT.isDisposed]).toEqual([false, false]);
    return last;
  }

  it.each(Object.entries(samplers))("%s keeps as many tensors at the end as at the start, and samples what it does of arrays", async (_, make) => {
    const clipX0 = 2;
    const last = await expectFlat(options({ sampler: make(), clipX0 }));
    const array = await drawSample({ schedule, steps, sampler: make(), model: arrayModel, xT: start, key: key(2), clipX0 });
    expect(distance(last, { shape, data: array })).toBeLessThan(1e-4);
    last.dispose();
  });

  const variants: [string, () => Partial<SampleOptions<Tensor>>][] = [
    ["a learned variance", () => ({ sampler: ancestral({ variance: "learned" }), model: learned })],
    ["the model's own ε", () => ({ sampler: ddim({ eps: "predicted", eta: 1 }), clipX0: 1 })],
    ["a threshold of one's own", () => ({ clipX0: (x0) => tf.tidy(() => tf.clipByValue(x0, -1, 1)) })],
    ["a threshold that changes nothing", () => ({ clipX0: (x0) => x0 })],
    ["v", () => ({ model: async (x, t, level) => ({ ...(await model(x, t, level)), kind: "v" }) })],
    ["a model that answers with x itself", () => ({ model: (x) => ({ kind: "x0", value: x }), sampler: unipc({ order: 3 }) })],
    ["guidance without a classifier", () => ({ sampler: ancestral({ variance: "learned" }), model: classifierFreeGuidance({ conditional: learned, unconditional: learned, scale: 3 }) })],
    ["guidance by a classifier", () => ({ model: classifierGuidance({ model, gradient: (x) => tf.tidy(() => tf.neg(x)), scale: 0.1 }) })],
  ];
  it.each(variants)("%s leaves nothing behind", async (_, more) => {
    (await expectFlat(options(more()))).dispose();
  });

  it("inpainting leaves nothing behind, and what is known to the caller", async () => {
    const [known, mask] = [lift({ shape, data: new Float64Array(8).fill(0.5) }), lift({ shape, data: Float64Array.of(1, 0, 1, 0, 1, 0, 1, 0) })];
    const last = await expectFlat(options({ inpaint: { known, mask } }));
    expect(Array.from(last.dataSync()).filter((_, i) => i % 2 === 0)).toEqual([0.5, 0.5, 0.5, 0.5]);
    tf.dispose([last, known, mask]);
  });

  it("a loop that is left gives back all but the x it was left with", async () => {
    const before = tf.memory().numTensors;
    let left: Tensor | undefined;
    for await (const { x, step } of sample(options({ sampler: unipc({ order: 3 }) }))) {
      left = x;
      if (step === 5) break;
    }
    expect(left!.isDisposed).toBe(false);
    expect(tf.memory().numTensors - before).toBe(1);
    left!.dispose();
  });

  it.each(["model", "noise"] as const)("a %s that throws leaves nothing behind", async (part) => {
    const before = tf.memory().numTensors;
    let asked = 0;
    const failing = <A extends unknown[], R>(work: (...args: A) => R) => (...args: A): R => {
      if (++asked === 5) throw new Error("enough");
      return work(...args);
    };
    const given = options({ sampler: ancestral(), ...(part === "model" ? { model: failing(model) } : { noise: failing(tensorNoise) }) });
    await expect(drawSample(given)).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("inverting leaves nothing behind but its end", async () => {
    const before = tf.memory().numTensors;
    const during: number[] = [];
    let last: Tensor | undefined;
    for await (const { x } of invert({ schedule, steps, model, x0: xT, rounds: 3 })) {
      during.push(tf.memory().numTensors - before);
      last = x;
    }
    expect(Math.max(...during.slice(steps / 2))).toBeLessThanOrEqual(Math.max(...during.slice(0, steps / 2)));
    expect(tf.memory().numTensors - before).toBe(1);
    expect(xT.isDisposed).toBe(false);
    last!.dispose();
  });
});

describe("what a model answered", () => {
  it("is not used after it was freed: the next state says so of one that answers with the same tensor twice", async () => {
    const [xT, constant] = [lift({ shape, data: start }), lift({ shape, data: start })];
    const same = (): ModelOutput<Tensor> => ({ kind: "eps", value: constant });
    await expect(drawSample<Tensor>({ schedule, steps, sampler: ddim(), model: same, xT })).rejects.toThrow(/disposed/);
    xT.dispose();
  });
});
