import { beforeAll, describe, expect, it } from "vitest";
import {
  type Level, type Model, type Sampled, type SampleOptions, algebraOf, ancestral, classifierFreeGuidance, classifierGuidance, ddim, drawSample,
  dpmSolverPP, dynamicThreshold, euler, gaussianMixture, gaussianTarget, heun, invert, karrasSigmas, key, linearSchedule, normal, sample, samplers,
  scheduleFromBetas, sigmaLevels, slerp, staticThreshold, posterior,
} from "noisebook";
import { loadTensors } from "../../../src/tensor/load.ts";
import { gaussianDenoiser } from "./gaussian.ts";

const schedule = linearSchedule();
const zero: Model<number> = () => ({ kind: "x0", value: 0 });

async function timesteps(options: Partial<SampleOptions<number>>): Promise<number[]> {
  const visited: number[] = [];
  for await (const { t } of sample<number>({ sampler: euler(), model: zero, xT: 1, ...options })) visited.push(t);
  return visited;
}

describe("the path", () => {
  it("goes through the timesteps given, evenly many, or all, and on to clean data or to where it is told", async () => {
    expect(await timesteps({ schedule, timesteps: [1000, 400, 7] })).toEqual([400, 7, 0]);
    expect(await timesteps({ schedule, steps: 3 })).toEqual([667, 333, 0]);
    expect(await timesteps({ schedule: linearSchedule({ T: 4 }) })).toEqual([3, 2, 1, 0]);
    expect(await timesteps({ schedule, timesteps: [1000, 400], until: 20 })).toEqual([400, 20]);
    expect(await timesteps({ schedule, timesteps: [1000, 400, 20], until: 20 })).toEqual([400, 20]);
    expect(await timesteps({ schedule, steps: 2, until: 500 })).toEqual([750, 500]);
    expect(await timesteps({ schedule: linearSchedule({ T: 4 }), until: 2 })).toEqual([3, 2]);
  });

  it("goes through levels", async () => {
    const levels = sigmaLevels(karrasSigmas({ n: 3, sigmaMin: 1, sigmaMax: 9, rho: 1 }));
    expect(await timesteps({ levels })).toEqual([5, 1, 0]);
    expect(await timesteps({ levels, until: 1 })).toEqual([5, 1]);
    expect(await timesteps({ levels, until: levels[2]! })).toEqual([5, 1]);
    expect(await timesteps({ levels: [...levels, { alpha: 1, sigma: 0, t: 0 }] })).toEqual([5, 1, 0]);
  });

  it.each<[string, Partial<SampleOptions<number>>, ErrorConstructor, string]>([
    ["none", {}, TypeError, "no path: give a schedule (with timesteps or steps), or levels"],
    ["two at once", { schedule, steps: 3, timesteps: [1] }, TypeError, "a path by more than one of timesteps, steps and levels"],
    ["ascending", { schedule, timesteps: [5, 10] }, RangeError, "the level at t = 10 after that at t = 5: a path goes down"],
    ["outside", { schedule, timesteps: [1001] }, RangeError, 'timestep 1001 outside 0…1000 of schedule "linear"'],
    ["too many steps", { schedule, steps: 1001 }, RangeError, '1001 steps through schedule "linear": a whole number of 1…1000 is needed'],
    ["of no step", { schedule, timesteps: [] }, RangeError, "a path of no step"],
    ["until above", { schedule, timesteps: [5], until: 6 }, RangeError, "a path goes down"],
    ["until nowhere", { levels: sigmaLevels([3]), until: 2 }, RangeError, "until 2: it is the t of none of the levels"],
    ["no level", { levels: [{ alpha: -1, sigma: 1, t: 1 }] }, RangeError, "level alpha = -1, sigma = 1: both are numbers from 0 up"],
    ["from nowhere", { schedule, xT: undefined }, TypeError, "where to start: give either xT or a shape"],
    ["from two places", { schedule, shape: 3 }, TypeError, "where to start: give either xT or a shape"],
    ["a draw without a key", { schedule, xT: undefined, shape: 3 }, TypeError, "x_T of a shape is drawn: give a key"],
  ])("%s is refused with the way out", async (_, options, kind, message) => {
    await expect(timesteps(options)).rejects.toThrow(kind);
    await expect(timesteps(options)).rejects.toThrow(message);
  });
});

describe("the start", () => {
  it("is drawn from the prior: N(0, I), or N(0, sigma² I) where variance explodes", async () => {
    const first = async (options: object): Promise<Float64Array> => {
      let seen: Float64Array | undefined;
      await drawSample({ sampler: euler(), key: key(1), shape: [2, 2], ...options, model: (x) => ((seen ??= x), { kind: "x0", value: x }) } as SampleOptions<Float64Array>);
      return seen!;
    };
    const [preserved, exploding] = [await first({ schedule, steps: 1 }), await first({ levels: sigmaLevels([80]) })];
    expect(preserved).toHaveLength(4);
    exploding.forEach((value, i) => expect(value / preserved[i]!).toBeCloseTo(80, 12));
  });

  it("may be a prediction of any kind, the mean of the reverse step included", async () => {
    const value = async (model: Model<number>): Promise<number> => drawSample<number>({ schedule, timesteps: [800, 300], sampler: heun(), model, xT: 0.9 });
    const expected = await value(() => ({ kind: "x0", value: 0.5 }));
    const mean: Model<number> = (xt, t) => ({ kind: "mean", value: posterior(schedule, t).mean({ x0: 0.5, xt }) });
    expect(await value(mean)).toBeCloseTo(expected, 9);
    const v: Model<number> = (x, _t, { alpha, sigma }) => ({ kind: "v", value: (alpha * x - 0.5) / sigma });
    expect(await value(v)).toBeCloseTo(expected, 12);
    const off = drawSample<number>({ levels: sigmaLevels([3]), sampler: euler(), model: () => ({ kind: "mean", value: 1 }), xT: 1 });
    await expect(off).rejects.toThrow("has a meaning on a schedule only");
  });

  it("from pure noise ε says nothing, and that is said", async () => {
    const run = drawSample<number>({ schedule: scheduleFromBetas([0.5, 1]), sampler: ddim(), model: () => ({ kind: "eps", value: 1 }), xT: 1 });
    await expect(run).rejects.toThrow("so x_t holds nothing of x_0; predict x0, v or mean instead");
  });
});

describe("thresholds on x0", () => {
  const wild: Model<Float64Array> = (x) => ({ kind: "x0", value: Float64Array.from(x, (_, i) => [3, -2, 0.5, -0.1][i]!) });
  const run = (clipX0: SampleOptions<Float64Array>["clipX0"]): Promise<Float64Array> =>
    drawSample({ schedule, steps: 5, sampler: dpmSolverPP(), model: wild, xT: normal(key(1), 4), clipX0 });

  it("hold every x0 in a range", async () => {
    expect([...(await run(1))]).toEqual([1, -1, 0.5, -0.1].map((x) => expect.closeTo(x, 12)));
    expect([...(await run([0, 2]))]).toEqual([2, 0, 0.5, 0].map((x) => expect.closeTo(x, 12)));
    expect([...(await run((x0) => x0.map((x) => x / 2)))]).toEqual([1.5, -1, 0.25, -0.05].map((x) => expect.closeTo(x, 12)));
    await expect(run([1, 1])).rejects.toThrow("clipX0 to [1, 1]: low < high is needed");
    expect(staticThreshold(-1, 1)(4)).toBe(1);
  });

  it("dynamic ones divide each point by the quantile of its own sizes", () => {
    const x0 = Float64Array.of(4, -2, 0, 1, 0.5, 0.1, -0.2, 0.3);
    expect([...dynamicThreshold({ dimensions: 4, quantile: 0.5 })(x0)]).toEqual([1, -1, 0, 1 / 1.5, 0.5, 0.1, -0.2, 0.3]);
    expect([...dynamicThreshold({ dimensions: 4, quantile: 1, most: 2 })(x0)].slice(0, 4)).toEqual([1, -1, 0, 0.5]);
    expect(() => dynamicThreshold({ dimensions: 3 })(x0)).toThrow(TypeError);
    expect(() => dynamicThreshold({ quantile: 2 })).toThrow(RangeError);
  });

  it("move ε along, unless DDIM is told to keep the model's", async () => {
    const model: Model<number> = () => ({ kind: "eps", value: 0.1 });
    const step = (eps: "consistent" | "predicted"): Promise<number> =>
      drawSample({ schedule, timesteps: [900], until: 800, sampler: ddim({ eps }), model, xT: 2, clipX0: 1 });
    const [a, s, b, r] = [schedule.alphaBar[900]!, schedule.oneMinusAlphaBar[900]!, schedule.alphaBar[800]!, schedule.oneMinusAlphaBar[800]!].map(Math.sqrt) as [number, number, number, number];
    expect(await step("predicted")).toBeCloseTo(b + r * 0.1, 13);
    expect(await step("consistent")).toBeCloseTo(b + (r * (2 - a)) / s, 13);
  });
});

describe("guidance", () => {
  const classes = [gaussianTarget({ mean: -1, variance: 0.1 }), gaussianTarget({ mean: 1, variance: 0.2 })] as const;
  const both = gaussianMixture({ weights: [0.5, 0.5], means: [-1, 1], variances: [0.1, 0.2] });
  const scoreOf = (law: typeof both): Model<number> => (x, _t, { alpha, sigma }) => ({ kind: "score", value: law.noised(alpha, sigma ** 2).score(x) });
  const level: Level = { alpha: 0.8, sigma: 0.6, t: 5 };

  it("by Bayes: a classifier's gradient makes the unconditional score the conditional one", async () => {
    const gradient = (x: number, _t: number, { alpha, sigma }: Level): number =>
      classes[1].noised(alpha, sigma ** 2).score(x) - both.noised(alpha, sigma ** 2).score(x);
    const guided = await classifierGuidance({ model: scoreOf(both), gradient })(0.3, 5, level);
    expect(guided.kind).toBe("eps");
    expect(-guided.value / 0.6).toBeCloseTo((await scoreOf(classes[1])(0.3, 5, level)).value, 12);
  });

  it("without a classifier: 0 ignores the condition, 1 takes it, 3 goes three times as far", async () => {
    const at = async (scale: number): Promise<number> =>
      (await classifierFreeGuidance({ conditional: scoreOf(classes[1]), unconditional: scoreOf(both), scale })(0.3, 5, level)).value;
    const [without, with_] = [(await scoreOf(both)(0.3, 5, level)).value, (await scoreOf(classes[1])(0.3, 5, level)).value];
    expect(await at(0)).toBe(without);
    expect(await at(1)).toBe(with_);
    expect(await at(3)).toBeCloseTo(without + 3 * (with_ - without), 12);
    const mixed = classifierFreeGuidance<number>({ conditional: zero, unconditional: scoreOf(both), scale: 2 });
    await expect(mixed(0.3, 5, level)).rejects.toThrow("a prediction of x0 and one of score: let both models predict one kind");
  });
});

describe("what is known beforehand", () => {
  it("is kept, and the rest is drawn around it", async () => {
    const target = gaussianMixture({ weights: [0.5, 0.5], means: [[-1, -1], [1, 1]], variances: [0.02, 0.02] });
    const model: Model<Float64Array> = (x, _t, { alpha, sigma }) => ({ kind: "score", value: target.noised(alpha, sigma ** 2).score(x) });
    const n = 400;
    const mask = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const x = await drawSample({
      schedule, steps: 100, sampler: ancestral(), model, shape: [n, 2], key: key(8), inpaint: { known: mask.map((m) => m), mask },
    });
    const found = x.filter((_value, i) => i % 2 === 1);
    expect(x.filter((_value, i) => i % 2 === 0)).toEqual(new Float64Array(n).fill(1));
    // Replacement is no exact conditioning: most, not all, of the second coordinates go with the first.
    expect(found.filter((value) => value > 0).length / n).toBeGreaterThan(0.8);
  });
});

describe("inversion", () => {
  const target = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
  const model: Model<Float64Array> = (x, _t, { alpha, sigma }) => ({ kind: "score", value: target.noised(alpha, sigma ** 2).score(x) });
  const x0 = Float64Array.of(-2.2, -0.5, 0.9, 1.4);
  const path = { schedule, steps: 200, until: 10 };
  const round = async (rounds: number): Promise<number> => {
    let xT = x0;
    for await (const { x } of invert({ ...path, model, x0, rounds })) xT = x as Float64Array<ArrayBuffer>;
    const back = await drawSample({ ...path, sampler: ddim(), model, xT });
    return Math.max(...back.map((value, i) => Math.abs(value - x0[i]!)));
  };

  it("is near after one round a step, and exact after many", async () => {
    const [once, often] = [await round(1), await round(60)];
    expect(once).toBeLessThan(0.1);
    expect(often).toBeLessThan(1e-9);
    expect(once).toBeGreaterThan(1e-4);
    await expect(round(0)).rejects.toThrow("0 rounds: a whole number from 1 up is needed");
  });

  it("and noise in between by great circles keeps its norm", () => {
    const [a, b] = [Float64Array.of(1, 0), Float64Array.of(0, 1)];
    expect([...slerp(a, b, 1 / 3)]).toEqual([Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)].map((x) => expect.closeTo(x, 14)));
    expect([...slerp(a, a, 0.3)]).toEqual([1, 0]);
    expect(slerp(a, b, 0)).toEqual(a);
  });
});

describe("tensors", () => {
  let tf: Awaited<ReturnType<typeof loadTensors>>;
  beforeAll(async () => {
    tf = await loadTensors();
  });

  it.each(Object.entries(samplers))("go through %s as arrays do, to float32", async (_, make) => {
    const [xT, noise] = [normal(key(1), 6), normal(key(2), 6)];
    const options = { schedule, steps: 6, sampler: make(), key: key(0), clipX0: 3 };
    const arrays = await drawSample<Float64Array>({ ...options, model: gaussianDenoiser(0.25), xT, noise: () => noise });
    const lift = (values: Float64Array) => tf.tensor2d(Float32Array.from(values), [3, 2]);
    const tensors = await drawSample({ ...options, model: gaussianDenoiser<ReturnType<typeof lift>>(0.25), xT: lift(xT), noise: () => lift(noise) });
    expect(tensors.shape).toEqual([3, 2]);
    tensors.dataSync().forEach((value, i) => expect(Math.abs(value - arrays[i]!)).toBeLessThan(2e-5));
  });

  it("need their noise from outside", async () => {
    const x = tf.tensor1d([1]);
    const run = drawSample({ schedule, steps: 2, sampler: ancestral(), model: (xt) => ({ kind: "x0", value: algebraOf(xt).scale(xt, 0) }), xT: x, key: key(1) });
    await expect(run).rejects.toThrow("noise for a tensor is not drawn here: give sample `noise`");
  });
});

it("states come one by one, as they are asked for", async () => {
  let asked = 0;
  const states: AsyncGenerator<Sampled<number>> = sample<number>({ schedule, sampler: euler(), model: (x) => (asked++, { kind: "x0", value: x }), xT: 1 });
  await states.next();
  expect(asked).toBe(1);
  expect((await states.next()).value).toMatchObject({ t: 998, step: 2, steps: 1000 });
  await states.return(undefined);
  expect(asked).toBe(2);
});
