import { describe, expect, it } from "vitest";
import {
  type Model, type Sampled, type Sampler, ddim, drawSample, gaussianMixture, jsdSchedule, key, linearSchedule, normal, sample, samplers,
} from "noisebook";
import { gaussianDenoiser } from "./gaussian.ts";

const schedule = linearSchedule();
const target = gaussianMixture({ weights: [0.5, 0.5], means: [[-1, 0], [1, 0.5]], variances: [0.04, 0.09] });
const denoiser: Model<Float64Array> = (x, _t, { alpha, sigma }) => ({ kind: "score", value: target.noised(alpha, sigma ** 2).score(x) });

async function all<V>(states: AsyncIterable<Sampled<V>>): Promise<Sampled<V>[]> {
  const list: Sampled<V>[] = [];
  for await (const state of states) list.push(state);
  return list;
}

describe.each(Object.entries(samplers))("sampler %s", (_, make) => {
  const sampler: Sampler = make();
  const options = { schedule, sampler, model: denoiser, steps: 12, shape: [8, 2], key: key(3) };

  it("is finite at every step, tells where it is, and ends on clean data", async () => {
    const states = await all(sample(options));
    expect(states.map(({ t }) => t)).toEqual([917, 833, 750, 667, 583, 500, 417, 333, 250, 167, 83, 0]);
    for (const { x, x0, level, t, steps } of states) {
      expect(x).toHaveLength(16);
      expect([...x, ...x0].every(Number.isFinite)).toBe(true);
      expect([level.t, steps]).toEqual([t, 12]);
    }
  });

  it("is the same each time with one key, and starts elsewhere with another", async () => {
    const once = await drawSample(options);
    expect(await drawSample({ ...options, sampler: make() })).toEqual(once);
    expect(await drawSample({ ...options, key: key(4) })).not.toEqual(once);
  });

  it("draws noise if and only if it says so", async () => {
    let drawn = 0;
    const noise = (_key: unknown, like: Float64Array): Float64Array => (drawn++, new Float64Array(like.length));
    await drawSample({ ...options, shape: undefined, xT: normal(key(1), 16), noise });
    expect(drawn > 0).toBe(sampler.stochastic);
    const keyless = drawSample({ ...options, shape: undefined, key: undefined, xT: normal(key(1), 16) });
    if (sampler.stochastic) await expect(keyless).rejects.toThrow(`sampler "${sampler.name}" draws noise: give sample a key, such as key(0)`);
    else await expect(keyless).resolves.toHaveLength(16);
  });

  it("treats a batch as points on their own", async () => {
    const run = (xT: Float64Array): Promise<Float64Array> =>
      drawSample({ ...options, shape: undefined, xT, noise: (_key, like) => like.map((_value, i) => (i % 2 ? 0.5 : -0.5)) });
    const [a, b] = [normal(key(1), 2), normal(key(2), 2)];
    expect(await run(Float64Array.of(...a, ...b))).toEqual(Float64Array.of(...(await run(a)), ...(await run(b))));
  });

  it("runs on numbers as on arrays, and on a model that answers later", async () => {
    const noise = <V>(_: unknown, like: V): V => (typeof like === "number" ? 0.3 : (like as Float64Array).map(() => 0.3)) as V;
    const [number, array] = [gaussianDenoiser<number>(0.25), gaussianDenoiser<Float64Array>(0.25)];
    const common = { schedule, sampler, steps: 9, key: key(0), noise };
    const alone = await drawSample<number>({ ...common, model: async (...x) => await number(...x), xT: 0.8 });
    expect(await drawSample<Float64Array>({ ...common, model: array, xT: Float64Array.of(0.8, 0.8) })).toEqual(Float64Array.of(alone, alone));
  });

  it("finds a single point of data wherever it starts", async () => {
    const x = await drawSample<Float64Array>({ ...options, model: (xt) => ({ kind: "x0", value: xt.map(() => 0.7) }) });
    x.forEach((value) => expect(value).toBeCloseTo(0.7, 12));
  });

  it("starts where ᾱ_T = 0, and ends elsewhere than at clean data if told", async () => {
    const states = await all(sample({ ...options, schedule: jsdSchedule(), model: (xt) => ({ kind: "x0", value: xt.map((v) => 0.1 * v) }), until: 100 }));
    expect(states.at(-1)!.t).toBe(100);
    expect(states.every(({ x }) => x.every(Number.isFinite))).toBe(true);
  });

  it("asks the model for nothing but levels from the first down to the last", async () => {
    const asked: number[] = [];
    await drawSample({ ...options, model: (x, t, level) => (asked.push(t), denoiser(x, t, level)) });
    expect(asked[0]).toBe(1000);
    expect(asked.every((t) => t > 0 && t <= 1000)).toBe(true);
  });

  it("gives a mixture's moments within 4 standard errors of 4,000 points and its own bias", async () => {
    // A false alarm, were the bias 0, once in 16,000 for each of 4 numbers; the keys are fixed.
    const x = await drawSample({ ...options, steps: 100, shape: [4000, 2] });
    const { mean, variance } = target.moments();
    for (const i of [0, 1]) {
      const values = x.filter((_value, at) => at % 2 === i);
      const average = values.reduce((a, b) => a + b, 0) / values.length;
      const square = values.reduce((a, b) => a + (b - average) ** 2, 0) / values.length;
      expect(Math.abs(average - mean[i]!)).toBeLessThan(4 * Math.sqrt(variance[i]! / 4000) + 0.02);
      expect(Math.abs(square / variance[i]! - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000) + 0.08);
    }
  });
});

it("a registry row has one name of its own", () => {
  const names = Object.values(samplers).map((make) => make().name);
  expect(new Set(names).size).toBe(names.length);
  expect(ddim({ eta: 0.5 }).name).toBe("DDIM, eta 0.5");
});
