import { describe, expect, it } from "vitest";
import { mixturePoints, ringMixture } from "../../../src/data/index.ts";
import { mlp } from "../../../src/model/index.ts";
import { key, normal } from "../../../src/random/index.ts";
import { linearSchedule } from "../../../src/schedule/index.ts";
import { loadTensors } from "../../../src/tensor/load.ts";
import { adam, averageOf, cosineRate, denoising, train } from "../../../src/train/index.ts";

const tf = await loadTensors();
const schedule = linearSchedule({ T: 100, betaStart: 1e-3, betaEnd: 0.2 });

describe("a trained MLP", () => {
  it("comes near the exact denoiser of a mixture, and no tensor is left behind", { timeout: 60_000 }, async () => {
    const target = ringMixture();
    const data = mixturePoints(target, { key: key(2), count: 4096 });
    const model = mlp({ dimension: 2, width: 64, blocks: 2 }, key(1));
    const ema = averageOf(model, { decay: 0.99 });
    const steps = 400;
    const optimizer = adam({ learningRate: cosineRate({ peak: 3e-3, steps, warmUp: 20 }), clipNorm: 1 });
    const before = tf.memory().numTensors;
    const counts = new Set<number>();
    for await (const _ of train({ model, ema, data, schedule, objective: denoising(), optimizer, key: key(3), batch: 128, steps })) {
      counts.add(tf.memory().numTensors);
    }
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);

    // How much of the error that one makes who knows nothing of x_t, the variance of ε given x_t, remains: E|ε̂ − E[ε|x_t]|² beside it.
    for (const [t, bound] of [[20, 0.03], [50, 0.01], [90, 0.01]] as const) {
      const n = 2000;
      const x0 = target.sample(key(5), n);
      const eps = normal(key(6), 2 * n);
      const [a, s] = [Math.sqrt(schedule.alphaBar[t]!), Math.sqrt(schedule.oneMinusAlphaBar[t]!)];
      const xt = x0.map((x, i) => a * x + s * eps[i]!);
      const exact = target.denoise(schedule, t, xt).map((x, i) => (xt[i]! - a * x) / s);
      const said = tf.tidy(() => ema.model.apply(tf.tensor2d(Float32Array.from(xt), [n, 2]), tf.fill([n], t)).dataSync());
      const error = exact.reduce((sum, e, i) => sum + (e - said[i]!) ** 2, 0) / exact.length;
      expect(error, `t = ${t}`).toBeLessThan(bound);
    }
    ema.dispose();
    model.dispose();
  });
});
