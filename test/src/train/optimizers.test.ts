import { afterAll, describe, expect, it } from "vitest";
import { key, normal } from "../../../src/random/index.ts";
import { loadTensors } from "../../../src/tensor/load.ts";
import { type Optimizer, adam, adamW, constantRate, cosineRate, linearRate, sgd } from "../../../src/train/index.ts";
import { clipFactor, globalNorm } from "../../../src/train/gradients.ts";

const tf = await loadTensors();

/** The gradient of a bowl with an axis that is long and one that is short, at θ; it depends on θ, so that errors would add up. */
const curvature = [1, 0.01, 30, 4];
const start = [1, -2, 0.5, 3];
const slope = (theta: readonly number[]): number[] => theta.map((x, i) => curvature[i]! * x + Math.sin(3 * x));

function run(optimizer: Optimizer, steps: number, decays = false): number[] {
  return tf.tidy(() => {
    let parameter: ReturnType<typeof tf.tensor> = tf.tensor1d(start);
    let slots = optimizer.slots.map(() => tf.zerosLike(parameter));
    for (let step = 1; step <= steps; step++) {
      const scalars = Object.fromEntries(Object.entries(optimizer.scalars(step)).map(([name, value]) => [name, tf.scalar(value)]));
      const gradient = tf.tensor1d(slope(Array.from(parameter.dataSync())));
      const updated = optimizer.update({ parameter, gradient, slots, decays }, scalars);
      parameter = updated.parameter as typeof parameter;
      slots = [...updated.slots] as typeof slots;
    }
    return Array.from(parameter.dataSync());
  });
}

/** PyTorch's documentation of torch.optim.Adam and AdamW, line by line, in float64. */
function torchAdam(steps: number, { lr, beta1, beta2, eps, weightDecay = 0 }: Record<"lr" | "beta1" | "beta2" | "eps", number> & { weightDecay?: number }): number[] {
  const theta = [...start];
  const [m, v] = [start.map(() => 0), start.map(() => 0)];
  for (let t = 1; t <= steps; t++) {
    const g = slope(theta);
    for (let i = 0; i < theta.length; i++) {
      theta[i]! -= lr * weightDecay * theta[i]!;
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2;
      const [mHat, vHat] = [m[i]! / (1 - beta1 ** t), v[i]! / (1 - beta2 ** t)];
      theta[i]! -= (lr * mHat) / (Math.sqrt(vHat) + eps);
    }
  }
  return theta;
}

/** The same for torch.optim.SGD, without dampening. */
function torchSgd(steps: number, { lr, momentum, nesterov }: { lr: number; momentum: number; nesterov: boolean }): number[] {
  const theta = [...start];
  let b: number[] | undefined;
  for (let t = 1; t <= steps; t++) {
    const g = slope(theta);
    b = b ? b.map((value, i) => momentum * value + g[i]!) : [...g];
    const direction = momentum === 0 ? g : nesterov ? g.map((value, i) => value + momentum * b![i]!) : b;
    direction.forEach((value, i) => (theta[i]! -= lr * value));
  }
  return theta;
}

function expectClose(actual: readonly number[], expected: readonly number[], bound: number): void {
  actual.forEach((value, i) => expect(Math.abs(value - expected[i]!), `coordinate ${i}: ${value}, not ${expected[i]}`).toBeLessThan(bound));
}

describe("Adam", () => {
  it.each([1, 2, 40])("takes PyTorch's %i steps, within float32", (steps) => {
    const settings = { lr: 0.03, beta1: 0.8, beta2: 0.99, eps: 1e-4 };
    expectClose(run(adam({ learningRate: 0.03, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 }), steps), torchAdam(steps, settings), 2e-5);
  });

  it("moves by the learning rate in its first step, whatever the gradient's size", () => {
    const first = run(adam({ learningRate: 1e-3 }), 1);
    expectClose(first.map((x, i) => Math.abs(x - start[i]!)), [1e-3, 1e-3, 1e-3, 1e-3], 1e-6);
  });

  it("decays weights apart from the gradient, where told", () => {
    const settings = { lr: 0.03, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.3 };
    const optimizer = adamW({ learningRate: 0.03, weightDecay: 0.3 });
    expectClose(run(optimizer, 40, true), torchAdam(40, settings), 2e-5);
    expectClose(run(optimizer, 40, false), torchAdam(40, { ...settings, weightDecay: 0 }), 2e-5);
  });

  it("spares biases and scales, or what it is told to", () => {
    const optimizer = adamW();
    expect([[3, 3, 8, 8], [8, 8], [8], []].map((shape) => optimizer.decays("x", shape))).toEqual([true, true, false, false]);
    expect(adamW({ decays: (name) => name.endsWith("kernel") }).decays("a.bias", [2, 2])).toBe(false);
    expect(adam().decays("kernel", [8, 8])).toBe(false);
  });
});

describe("SGD", () => {
  it.each([
    { momentum: 0, nesterov: false },
    { momentum: 0.9, nesterov: false },
    { momentum: 0.9, nesterov: true },
  ])("takes PyTorch's steps with %o, within float32", (options) => {
    expectClose(run(sgd({ learningRate: 0.01, ...options }), 40), torchSgd(40, { lr: 0.01, ...options }), 2e-5);
  });
});

describe("clipping", () => {
  const gradients = [normal(key(1), 6), normal(key(2), 4)].map((values) => tf.tensor1d(Float32Array.from(values)));
  afterAll(() => tf.dispose(gradients));
  const norm = Math.hypot(...gradients.flatMap((gradient) => [...gradient.dataSync()]));

  it("knows the norm over all", () => {
    expect(tf.tidy(() => globalNorm(gradients).dataSync()[0])).toBeCloseTo(norm, 5);
  });

  it("scales down to the norm wanted, and never up", () => {
    const factor = (most: number): number => tf.tidy(() => clipFactor(globalNorm(gradients), most).dataSync()[0]!);
    expect(factor(0.1) * norm).toBeCloseTo(0.1, 6);
    expect(factor(norm + 1)).toBe(1);
  });
});

describe("learning rates", () => {
  it("rise in a line and fall by a cosine", () => {
    const { at } = cosineRate({ peak: 1, steps: 110, warmUp: 10, end: 0.2 });
    expect([1, 5, 10].map(at)).toEqual([0.1, 0.5, 1]);
    expect(at(60)).toBeCloseTo(0.6, 12);
    expect(at(35)).toBeCloseTo(0.2 + 0.8 * (0.5 + Math.SQRT1_2 / 2), 12);
    expect([110, 500].map(at)).toEqual([0.2, 0.2]);
  });

  it("fall in a line, or stay", () => {
    const { at } = linearRate({ peak: 1, steps: 100 });
    expect([0, 25, 100, 200].map(at)).toEqual([1, 0.75, 0, 0]);
    expect([1, 2, 3].map(constantRate(0.5, { warmUp: 2 }).at)).toEqual([0.25, 0.5, 0.5]);
  });

  it("may be any function of the step", () => {
    const optimizer = adam({ learningRate: (step) => 1 / step });
    expect([1, 4].map((step) => optimizer.learningRate(step))).toEqual([1, 0.25]);
  });
});

describe("options out of range are refused", () => {
  it.each([
    [() => adam({ beta1: 1 }), "beta1 1"],
    [() => adam({ beta2: -0.1 }), "beta2 -0.1"],
    [() => adam({ epsilon: 0 }), "epsilon 0 of Adam"],
    [() => adam({ clipNorm: 0 }), "clipNorm 0"],
    [() => adam({ learningRate: -1 }), "rate -1"],
    [() => adamW({ weightDecay: -1 }), "weightDecay -1"],
    [() => sgd({ learningRate: 1, momentum: 1 }), "momentum 1"],
    [() => cosineRate({ peak: 1, steps: 10, warmUp: 10 }), "warm-up of 10 steps"],
    [() => cosineRate({ peak: NaN, steps: 10 }), "peak NaN"],
    [() => linearRate({ peak: 1, steps: 0 }), "0 steps"],
  ])("%o", (make, words) => {
    expect(make).toThrow(expect.objectContaining({ name: "RangeError", message: expect.stringContaining(words) as string }));
  });
});
