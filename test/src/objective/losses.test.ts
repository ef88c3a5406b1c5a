import { beforeAll, describe, expect, it } from "vitest";
import {
  type ElementLoss, boundWeighting, convert, derivative, dual, edmWeighting, huber, importanceTimesteps, jsdSchedule, key, l1, l2, linearSchedule,
  lossWeights, minSnr, p2, posterior, simpleLoss, simpleWeighting, softMinSnr,
} from "noisebook";
import { loadTensors } from "../../../src/tensor/load.ts";

const schedule = linearSchedule();

describe("losses of a coordinate", () => {
  it.each<[ElementLoss, (d: number) => number, (d: number) => number]>([
    [l2, (d) => d * d, (d) => 2 * d],
    [l1, Math.abs, Math.sign],
    [huber(0.5), (d) => (Math.abs(d) <= 0.5 ? (d * d) / 2 : 0.5 * (Math.abs(d) - 0.25)), (d) => Math.min(0.5, Math.max(-0.5, d))],
  ])("$name has its values and its slopes", (loss, value, slope) => {
    for (const d of [-3, -0.5, -0.2, 0, 0.1, 0.6, 2]) {
      expect(loss.of(d)).toBeCloseTo(value(d), 14);
      expect(derivative((x) => loss.of(x), d)).toBeCloseTo(slope(d), 14);
    }
    expect([...loss.of(Float64Array.of(-2, 0.3))]).toEqual([loss.of(-2), loss.of(0.3)]);
  });

  it("the simple loss is their weighted mean", () => {
    const [a, b] = [Float64Array.of(1, 2, 3), Float64Array.of(1, 0, 0)];
    expect(simpleLoss(a, b)).toBeCloseTo(13 / 3, 14);
    expect(simpleLoss(a, b, { loss: l1, weight: 2 })).toBeCloseTo(10 / 3, 14);
    expect(simpleLoss(2, 5)).toBe(9);
    expect(simpleLoss(dual(2, 1), dual(5)).derivative).toBe(-6);
    expect(() => simpleLoss(a, Float64Array.of(1))).toThrow(TypeError);
    expect(() => huber(0)).toThrow("threshold 0 of the Huber loss");
  });

  describe("on tensors", () => {
    let tf: Awaited<ReturnType<typeof loadTensors>>;
    beforeAll(async () => {
      tf = await loadTensors();
    });

    it.each([l2, l1, huber(0.5)])("$name and its gradient are those of numbers", (loss) => {
      const [a, b] = [[0.5, -2, 1, 0.25], [0, 1, 1, 0]];
      const gradient = tf.grad((x) => simpleLoss(x, tf.tensor2d(b, [2, 2]) as typeof x, { loss }))(tf.tensor2d(a, [2, 2]));
      gradient.dataSync().forEach((value, i) => expect(value).toBeCloseTo(derivative((x) => loss.of(x), a[i]! - b[i]!) / 4, 6));
      expect(simpleLoss(tf.tensor2d(a, [2, 2]), tf.tensor2d(b, [2, 2]), { loss }).dataSync()[0]).toBeCloseTo(
        simpleLoss(Float64Array.from(a), Float64Array.from(b), { loss }), 6,
      );
    });
  });
});

describe("weightings", () => {
  const all = [simpleWeighting, boundWeighting(), minSnr(), softMinSnr(), p2(), edmWeighting()];

  it.each(all)("$name counts an error the same, in whichever words the model makes it", (weighting) => {
    const tables = (["eps", "x0", "v"] as const).map((kind) => [kind, lossWeights(schedule, weighting, kind)] as const);
    for (const t of [1, 30, 500, 1000]) {
      const counted = tables.map(([kind, weights]) => {
        const said = (x0: number): number => convert(schedule, t, 0.3, { kind: "x0", value: x0 }, kind);
        return weights[t]! * (said(0.1) - said(-0.2)) ** 2;
      });
      for (const value of counted) expect(value / counted[0]!).toBeCloseTo(1, 9);
    }
  });

  it("have their papers' values for ε", () => {
    for (const t of [2, 200, 800]) {
      const snr = schedule.snr(t);
      const weight = (weighting: typeof simpleWeighting): number => lossWeights(schedule, weighting, "eps")[t]!;
      expect(weight(simpleWeighting)).toBeCloseTo(1, 14);
      expect(weight(minSnr())).toBeCloseTo(Math.min(snr, 5) / snr, 14);
      expect(weight(softMinSnr())).toBeCloseTo(4 / (4 + snr), 14);
      expect(weight(p2({ k: 2, gamma: 0.5 }))).toBeCloseTo((2 + snr) ** -0.5, 14);
      expect(weight(edmWeighting())).toBeCloseTo((1 / snr + 0.25) / (0.25 / snr) / snr, 12);
      const beta = schedule.beta[t]!;
      const bound = beta ** 2 / (2 * beta * schedule.alpha[t]! * schedule.oneMinusAlphaBar[t]!);
      expect(weight(boundWeighting()) / bound).toBeCloseTo(1, 11);
      const jump = (schedule.snr(t - 1) - snr) / 2;
      expect(lossWeights(schedule, boundWeighting({ variance: "posterior" }), "x0")[t]! / jump).toBeCloseTo(1, 9);
    }
    expect(lossWeights(schedule, boundWeighting({ variance: "posterior" }), "x0")[1]).toBe(Infinity);
    expect(posterior(schedule, 1).variance).toBe(0);
  });

  it("have limits where no signal is left, and are 0 at 0", () => {
    const zero = jsdSchedule();
    expect(all.map((weighting) => lossWeights(zero, weighting, "x0")[1000])).toEqual([0, expect.closeTo(zero.alphaBar[999]! / 2, 14), 0, 0, 0, 4]);
    expect(lossWeights(zero, simpleWeighting, "eps")[1000]).toBe(1);
    expect(all.map((weighting) => lossWeights(zero, weighting, "v")[0])).toEqual(all.map(() => 0));
    expect(() => minSnr({ gamma: 0 })).toThrow("gamma 0 of a weighting: a positive number is needed");
  });
});

describe("importance-sampled timesteps", () => {
  it("are even until all losses are known, then go with their root mean square", () => {
    const sampler = importanceTimesteps({ T: 4, history: 2, even: 0 });
    for (const t of [1, 2, 3, 4]) for (const loss of [9, t, t]) if (t < 4) sampler.record(t, loss);
    expect([...sampler.probabilities()]).toEqual([0, 0.25, 0.25, 0.25, 0.25]);
    sampler.record(4, 4);
    sampler.record(4, 4);
    expect([...sampler.probabilities()]).toEqual([0, 0.1, 0.2, 0.3, 0.4].map((p) => expect.closeTo(p, 14)));
  });

  it("are drawn so, with weights that leave averages as they are", () => {
    const sampler = importanceTimesteps({ T: 4, history: 1 });
    for (const t of [1, 2, 3, 4]) sampler.record(t, t);
    const n = 40_000;
    const { timesteps, weights } = sampler.draw(key(1), n);
    const p = sampler.probabilities();
    for (const t of [1, 2, 3, 4]) {
      // 4.5 standard errors: a false alarm once in 150,000.
      const share = timesteps.filter((drawn) => drawn === t).length / n;
      expect(Math.abs(share - p[t]!)).toBeLessThan(4.5 * Math.sqrt((p[t]! * (1 - p[t]!)) / n));
    }
    const average = weights.reduce((sum, weight, i) => sum + weight * timesteps[i]!, 0) / n;
    expect(Math.abs(average - 2.5)).toBeLessThan(0.05);
    expect(() => sampler.record(5, 1)).toThrow("timestep 5 outside 1…4");
    expect(() => importanceTimesteps({ T: 0 })).toThrow(RangeError);
  });
});
