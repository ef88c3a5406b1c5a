import { beforeAll, describe, expect, it } from "vitest";
import { mixturePoints } from "../../../src/data/index.ts";
import { mlp, type TensorModel } from "../../../src/model/index.ts";
import { gaussianMixture } from "../../../src/oracle/index.ts";
import { marginal } from "../../../src/process/index.ts";
import { key, normal } from "../../../src/random/index.ts";
import { ancestral, drawSample } from "../../../src/sampler/index.ts";
import { linearSchedule } from "../../../src/schedule/index.ts";
import { loadTensors } from "../../../src/tensor/load.ts";
import { adam, arrayModel, averageOf, cosineRate, denoising, train } from "../../../src/train/index.ts";

const tf = await loadTensors();
const schedule = linearSchedule({ T: 20, betaStart: 1e-2, betaEnd: 0.5 });
const target = gaussianMixture({ weights: [0.3, 0.7], means: [-1.5, 0.8], variances: [0.1, 0.2] });
const n = 2000;

describe("an MLP after 200 steps on a mixture", () => {
  const steps = 200;
  let model: TensorModel;
  const counts = new Set<number>();

  beforeAll(async () => {
    const raw = mlp({ dimension: 1, width: 32, blocks: 1 }, key(1));
    const ema = averageOf(raw, { decay: 0.95 });
    const data = mixturePoints(target, { key: key(11) });
    const optimizer = adam({ learningRate: cosineRate({ peak: 1e-2, steps, warmUp: 10 }), clipNorm: 1 });
    for await (const _ of train({ model: raw, ema, data, schedule, objective: denoising(), optimizer, key: key(21), batch: 128, steps })) {
      counts.add(tf.memory().numTensors);
    }
    model = ema.model;
  });

  it("keeps as many tensors at each step", () => {
    expect(counts.size).toBe(1);
  });

  // Errors E(ε̂ − E[ε | x_t])², beside E[ε | x_t]², which is that of a model that says nothing. Found: 0.067, 0.0036, 0.0020, on each backend;
  // with other keys 0.063 and 0.086, 0.0020 and 0.0031, 0.0017 and 0.0015.
  it.each([
    [5, 0.15, 0.42],
    [10, 0.02, 0.71],
    [20, 0.02, 1.02],
  ])("is near the exact denoiser at t = %i: a square error below %f of %f", (t, bound, power) => {
    const eps = normal(key(6), n);
    const xt = marginal(schedule, t).sample({ x0: target.sample(key(5), n) }, eps);
    const [a, s] = [Math.sqrt(schedule.alphaBar[t]!), Math.sqrt(schedule.oneMinusAlphaBar[t]!)];
    const exact = target.denoise(schedule, t, xt).map((x, i) => (xt[i]! - a * x) / s);
    const said = tf.tidy(() => model.apply(tf.tensor2d(Float32Array.from(xt), [n, 1]), tf.fill([n], t)).dataSync());
    const mean = (value: (e: number, i: number) => number): number => exact.reduce((sum, e, i) => sum + value(e, i), 0) / n;
    expect(mean((e) => e * e)).toBeCloseTo(power, 1);
    expect(mean((e, i) => (e - said[i]!) ** 2)).toBeLessThan(bound);
  });

  it("samples from near the mixture", async () => {
    const asked = arrayModel(model, { kind: "eps" });
    const x = await drawSample({ schedule, sampler: ancestral({ variance: "beta" }), model: asked, shape: [n, 1], key: key(8) });
    asked.dispose();
    const { mean, variance } = target.moments();
    const m = x.reduce((a, b) => a + b, 0) / n;
    const v = x.reduce((sum, value) => sum + (value - m) ** 2, 0) / n;
    // The standard error of the mean is 0.025, that of the share 0.01; the rest is the model's. Found: 0.05 less, 0.94 and 0.27.
    expect(Math.abs(m - mean[0]!)).toBeLessThan(0.15);
    expect(v / variance[0]!).toBeGreaterThan(0.8);
    expect(v / variance[0]!).toBeLessThan(1.2);
    const left = x.filter((value) => value < -0.6).length / n;
    expect(Math.abs(left - 0.3)).toBeLessThan(0.06);
  });
});
