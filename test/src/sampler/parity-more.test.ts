import { describe, expect, it } from "vitest";
import {
  type Level, type Model, type PredictionKind, type SampleOptions, ancestral, ddim, dpmSolverPP, drawSample, dynamicThreshold, euler,
  float32Tables, invert, karrasSigmas, key, levelAt, linearSchedule, sigmaLevels, unipc,
} from "noisebook";
import { PyTorchRandom } from "./pytorch-random.ts";

/*
 * More sums of diffusers' scheduler tests: from pictures noised half the way, UniPC on Karras's grid, and the preconditioned models of EDM.
 */
const schedule = float32Tables(linearSchedule());
const start = Float64Array.from({ length: 768 }, (_, i) => ((i % 192) * 4 + Math.floor(i / 192)) / 768);
/** Their noise for pictures that are noised part of the way: the same numbers in the opposite order. */
const deterministic = start.map((value) => 767 / 768 - value);
const noised = ({ alpha, sigma }: Level): Float64Array => start.map((value, i) => alpha * value + sigma * deterministic[i]!);
const model = (kind: PredictionKind): Model<Float64Array> => (x, t) => ({ kind, value: x.map((value) => (value * (t - 1)) / t) });

const linspace = [1000, 900, 800, 700, 600, 501, 401, 301, 201, 101];
const sumOfSizes = (x: Float64Array): number => x.reduce((total, value) => total + Math.abs(value), 0);
const run = async (options: Omit<SampleOptions<Float64Array>, "model"> & { model?: Model<Float64Array> }): Promise<number> =>
  sumOfSizes(await drawSample<Float64Array>({ schedule, model: model("eps"), ...options }));
/** A level just below another: their paths may end with a step from a level to itself, in which UniPC still corrects. */
const justBelow = ({ alpha, sigma, t }: Level): Level => ({ alpha, sigma: sigma * (1 - 1e-9), t });

describe("diffusers' published sums from a noised picture, within 1e-2", () => {
  it("DDIM, from the ninth of ten timesteps: 354.5418", async () => {
    const sum = await run({ sampler: ddim({ eps: "predicted" }), timesteps: [101, 1], clipX0: 1, xT: noised(levelAt(schedule, 101)) });
    expect(Math.abs(sum - 354.5418)).toBeLessThan(1e-2);
  });

  it("DDPM, the last two of 1000 steps, torch.manual_seed(0): 387.9466", async () => {
    const random = new PyTorchRandom(0);
    const noise = (): Float64Array => random.normal(768);
    const sum = await run({ sampler: ancestral(), timesteps: [2, 1], clipX0: 1, xT: noised(levelAt(schedule, 2)), key: key(0), noise });
    // Within 3e-2 only: they compute 1 − ᾱ_2/ᾱ_1 in float32, which has three digits left there.
    expect(Math.abs(sum - 387.9466)).toBeLessThan(3e-2);
  });

  it("UniPC-2, from the ninth of ten timesteps: 315.5757", async () => {
    const sum = await run({ sampler: unipc({ lowerOrderFinal: true }), timesteps: linspace.slice(8), until: 1, xT: noised(levelAt(schedule, 201)) });
    expect(Math.abs(sum - 315.5757)).toBeLessThan(1e-2);
  });
});

describe("diffusers' published sums of DDIM's inversion, within 1e-2", () => {
  it.each([
    ["", {}, 671.6816],
    [", β_1 = .01", { betaStart: 0.01 }, 539.9622],
  ] as const)("10 steps%s", async (_, options, expected) => {
    const timesteps = [901, 801, 701, 601, 501, 401, 301, 201, 101, 1];
    let x: Float64Array = start;
    for await (const state of invert({ schedule: float32Tables(linearSchedule(options)), timesteps, model: model("eps"), x0: x })) x = state.x;
    expect(Math.abs(sumOfSizes(x) - expected)).toBeLessThan(1e-2);
  });
});

describe("diffusers' published means of UniPC-2 on Karras's grid, within 1e-3", () => {
  const logs = Float64Array.from({ length: 1000 }, (_, t) => Math.log(schedule.sigma(t + 1)));
  const theirT = (sigma: number): number => {
    const below = Math.min(Math.max(logs.findLastIndex((value) => value <= Math.log(sigma)), 0), 998);
    return Math.round(below + Math.min(1, Math.max(0, (Math.log(sigma) - logs[below]!) / (logs[below + 1]! - logs[below]!))));
  };

  it.each([["eps", 0.2925], ["v", 0.1966]] as const)("%s: %f", async (kind, expected) => {
    const sigmas = karrasSigmas({ n: 10, sigmaMax: schedule.sigma(1000), sigmaMin: schedule.sigma(1) });
    const levels = sigmaLevels(sigmas, schedule).map((level, i) => ({ ...level, t: 1 + theirT(sigmas[i]!) }));
    const options = { levels, until: justBelow(levels[9]!), sampler: unipc({ lowerOrderFinal: true }), xT: start };
    expect(Math.abs((await run({ ...options, model: model(kind) })) / 768 - expected)).toBeLessThan(1e-3);
  });
});

/*
 * A network of Karras et al. 2022 (σ_data ½) is asked at ¼ log σ̄, and what it says is one part of x_0: skip · x + out · F. Theirs scales
 * what Euler's method is given, and gives the multistep one x as it is.
 */
describe("diffusers' published sums for preconditioned models, sigma from 80 down to .002", () => {
  const levels = sigmaLevels(karrasSigmas({ n: 10 }));
  const network = (asked: number, kind: "eps" | "v" = "eps"): Model<Float64Array> => (x, _, { sigma }) => {
    const [total, noise] = [sigma ** 2 + 0.25, 0.25 * Math.log(sigma)];
    const out = ((kind === "v" ? -1 : 1) * sigma * 0.5) / Math.sqrt(total);
    const input = asked === 1 ? 1 : 1 / Math.sqrt(total);
    return { kind: "x0", value: x.map((value) => (0.25 / total) * value + (out * input * value * noise) / (noise + 1)) };
  };

  it("Euler, 10 steps: 34.1855", async () => {
    const xT = start.map((value) => value * Math.sqrt(80 ** 2 + 1));
    const x = await drawSample<Float64Array>({ levels, sampler: euler(), model: network(0), xT });
    expect(Math.abs(sumOfSizes(x) - 34.1855)).toBeLessThan(1e-3);
  });

  const path = { levels, until: levels[9]!, sampler: dpmSolverPP() };

  it("DPM-Solver++ 2M from a picture noised to the sixth of ten levels: 8.1661", async () => {
    const x = await drawSample<Float64Array>({ ...path, levels: levels.slice(5), model: network(1), xT: noised(levels[5]!) });
    expect(Math.abs(sumOfSizes(x) - 8.1661)).toBeLessThan(1e-2);
  });

  it.each([["eps", 0.0001], ["v", 0.0092]] as const)("DPM-Solver++ 2M, 10 levels, %s: a mean of %f", async (kind, expected) => {
    const x = await drawSample<Float64Array>({ ...path, model: network(1, kind), xT: start });
    expect(Math.abs(sumOfSizes(x) / 768 - expected)).toBeLessThan(1e-3);
  });

  it("DPM-Solver++ 2M with dynamic thresholding: a mean of 0.0080", async () => {
    const clipX0 = dynamicThreshold({ dimensions: 192, quantile: 0.87, least: 0.5, most: 0.5 });
    const x = await drawSample<Float64Array>({ ...path, model: network(1), xT: start, clipX0 });
    expect(Math.abs(sumOfSizes(x) / 768 - 0.008)).toBeLessThan(1e-3);
  });
});
