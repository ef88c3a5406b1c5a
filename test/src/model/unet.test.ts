import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import { afterEach, describe, expect, it } from "vitest";
import { type TensorModel, type UnetConfig, type UnetSettings, createModel, key, parameterCount, parameterSpecs, unet } from "noisebook";
import { type Reference } from "../tensor/reference.ts";
import { distance, draws, fastest, lift, lower, onEachBackend, perturb, tf, useBackend } from "./backends.ts";
import * as ref from "./reference.ts";

const tiny: UnetConfig = { image: { height: 4, width: 8, channels: 2 }, baseChannels: 4, channelMultipliers: [1, 2], blocksPerLevel: 1, attentionResolutions: [2], groups: 2, heads: 2 };
const x = draws(1, [2, 4, 8, 2]);
const t: Reference = { shape: [2], data: Float64Array.of(3, 40.5) };

/** Of the largest value, after some thirty layers. */
const bound = 2e-5;

const made: TensorModel[] = [];
const make = (config: UnetConfig = tiny, seed = 1): TensorModel => {
  const model = unet(config, key(seed));
  made.push(model);
  return model;
};
afterEach(() => made.splice(0).forEach((model) => model.dispose()));

const apply = (model: TensorModel, options?: Parameters<TensorModel["apply"]>[2]): Tensor => model.apply(lift(x), lift(t), options) as Tensor;

onEachBackend(() => {
  it("a whole net is Ho et al.'s code's", () => {
    const model = make();
    const parameters = perturb(model);
    const expected = ref.unet(parameters, model.config as UnetSettings, x, t);
    expect(distance(tf.tidy(() => apply(model)), expected)).toBeLessThan(bound);
  });

  it("with labels and a learned variance too", () => {
    const model = make({ ...tiny, classes: 3, learnedVariance: true });
    const parameters = perturb(model);
    const settings = model.config as UnetSettings;
    tf.tidy(() => {
      const told = apply(model, { labels: tf.tensor1d([2, 0], "int32") });
      expect(told.shape).toEqual([2, 4, 8, 4]);
      expect(distance(told, ref.unet(parameters, settings, x, t, [2, 0]))).toBeLessThan(bound);
      const untold = apply(model);
      expect(distance(untold, ref.unet(parameters, settings, x, t))).toBeLessThan(bound);
      expect(distance(apply(model, { labels: tf.tensor1d([3, 3], "int32") }), lower(untold))).toBe(0);
    });
  });
});

describe("gradients", () => {
  useBackend(fastest);

  it("reach every parameter, and are those of float64's differences", () => {
    const config: UnetConfig = { ...tiny, image: { height: 2, width: 4, channels: 2 }, classes: 2 };
    const model = make(config);
    const parameters = perturb(model);
    const [few, late, weights, labels] = [draws(3, [1, 2, 4, 2]), { shape: [1], data: Float64Array.of(40.5) }, draws(2, [1, 2, 4, 2]), [1]];
    const loss = (of: ref.Parameters): number =>
      ref.unet(of, model.config as UnetSettings, few, late, labels).data.reduce((sum, value, i) => sum + value * weights.data[i]!, 0);
    const said = (): Tensor => model.apply(lift(few), lift(late), { labels: tf.tensor1d(labels, "int32") }) as Tensor;
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(said(), lift(weights))), [...model.parameters.values()] as never);

    const slopes = Array.from(model.parameters, ([name, { name: id }]) => ({ name, data: lower(grads[id]!).data })).map(({ name, data }) => ({ name, data, length: Math.hypot(...data) }));
    const steepest = Math.max(...slopes.map(({ length }) => length));
    for (const { name, data, length } of slopes) {
      // Softmax does not see what all scores share.
      if (name.endsWith("key.bias")) {
        expect(length / steepest, name).toBeLessThan(bound);
        continue;
      }
      expect(length, name).toBeGreaterThan(1e-5 * steepest);
      // Along the slope that was told, it must rise by that slope's length.
      const h = 1e-5;
      const moved = (by: number): number => {
        const { shape, data: values } = parameters.get(name)!;
        return loss(new Map([...parameters, [name, { shape, data: values.map((v, i) => v + (by * data[i]!) / length) }]]));
      };
      expect(Math.abs((moved(h) - moved(-h)) / (2 * h) - length) / steepest, name).toBeLessThan(bound);
    }
  });
});

describe("a net", () => {
  useBackend(fastest);

  it("says 0 for everything at first", () => {
    const said = apply(make({ ...tiny, learnedVariance: true })).dataSync();
    expect(Array.from(said).every((value) => value === 0)).toBe(true);
  });

  it("has as many parameters as were counted, by the names and shapes that were told", () => {
    for (const config of [tiny, { ...tiny, classes: 4, learnedVariance: true, attentionResolutions: [4, 2], blocksPerLevel: 2 }]) {
      const { parameters } = make(config);
      expect([...parameters].reduce((sum, [, { size }]) => sum + size, 0)).toBe(parameterCount(config));
      expect(Array.from(parameters, ([name, { shape }]) => [name, shape])).toEqual(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
    }
  });

  it("begins with numbers that belong to key and name, whatever else the net has", () => {
    const values = (config: UnetConfig, seed?: number): Map<string, number[]> => new Map(Array.from(make(config, seed).parameters, ([name, v]) => [name, Array.from(v.dataSync())]));
    const [first, again, more, other] = [values(tiny), values(tiny), values({ ...tiny, classes: 5, attentionResolutions: [4, 2] }), values(tiny, 2)];
    expect(again).toEqual(first);
    for (const [name, data] of first) if (!name.startsWith("up.0") && !name.startsWith("label")) expect(more.get(name), name).toEqual(data);
    const kernels = [...first].filter(([name, data]) => name.endsWith("kernel") && data.some((v) => v !== 0));
    for (const [name, data] of kernels) expect(other.get(name), name).not.toEqual(data);
    expect(new Set(kernels.map(([, data]) => data[0])).size).toBe(kernels.length);
  });

  it("begins as Glorot and Bengio's variance says", () => {
    const model = make({ ...tiny, baseChannels: 16, groups: 4 });
    const kernel = Array.from(model.parameters.get("down.1.block.0.conv1.kernel")!.dataSync());
    const [fanIn, fanOut] = [9 * 16, 9 * 32];
    const variance = kernel.reduce((sum, v) => sum + v * v, 0) / kernel.length;
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / (fanIn + fanOut)));
    // Of 4,608 uniform draws: a standard deviation of 0.013, so once in 10^6 keys; the key is fixed.
    expect(variance / (2 / (fanIn + fanOut))).toBeCloseTo(1, 1);
  });

  it("is its config and key: JSON makes it again", () => {
    const model = make({ ...tiny, dropout: 0.25 });
    const again = createModel(JSON.parse(JSON.stringify(model.config)), key(1));
    made.push(again);
    expect(again.config).toEqual(model.config);
    for (const [name, variable] of model.parameters) expect(again.parameters.get(name)!.dataSync()).toEqual(variable.dataSync());
  });

  it("keeps no tensors but its parameters, and those until it is disposed of", () => {
    const before = tf.memory().numTensors;
    const model = make();
    expect(tf.memory().numTensors).toBe(before + model.parameters.size);
    const [input, time] = [lift(x), lift(t)];
    const output = model.apply(input, time);
    tf.tidy(() => void tf.grad((v: Tensor) => tf.sum(model.apply(v, time) as Tensor))(input));
    tf.dispose([input, time, output as Tensor]);
    expect(tf.memory().numTensors).toBe(before + model.parameters.size);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(() => apply(model)).toThrow('parameter "time.dense0.kernel" is not there: its model is disposed of');
  });

  it("names what does not fit", () => {
    const model = make({ ...tiny, classes: 2 });
    tf.tidy(() => {
      const [input, time] = [lift(x), lift(t)];
      const floats = tf.tensor1d([0, 1]);
      expect(() => model.apply(tf.zeros([2, 8, 4, 2]), time)).toThrow("x of shape [2, 8, 4, 2]: this model takes [n, 4, 8, 2], as its config says");
      expect(() => model.apply(tf.zeros([4, 8, 2]), time)).toThrow(TypeError);
      expect(() => model.apply(input, tf.tensor1d([1, 2, 3]))).toThrow("t of shape [3] for x of shape [2, 4, 8, 2]: one timestep for each example is needed, [2]");
      expect(() => model.apply(input, time, { labels: floats })).toThrow("labels of float32 [2]: one for each example is needed, int32 [2]");
      expect(() => model.apply(input, time, { dropout: floats })).toThrow("dropout of float32 [2]: it is a seed, int32 [2]");
      expect(() => make().apply(input, time, { labels: tf.tensor1d([0, 1], "int32") as Tensor1D })).toThrow("labels for a model without classes");
    });
  });
});
