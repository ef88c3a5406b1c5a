import { describe, expect, it } from "vitest";
import {
  type PredictionKind, type SampleOptions, ancestral, ddim, dpmSolverPP, drawSample, dynamicThreshold, exponentialSigmas,
  float32Tables, karrasSigmas, key, levelAt, linearSchedule, pndm, sigmaLevels, startWith, unipc,
} from "noisebook";
import { PyTorchRandom } from "./pytorch-random.ts";

/*
 * Sums published in the scheduler tests of Hugging Face's diffusers: a model x·t/(t + 1) on 768 values in a row, sampled with the linear
 * schedule in float32. Their t is ours minus 1.
 */
const schedule = float32Tables(linearSchedule());
/** Their arange(768)/768, laid out as [3, 8, 8, 4] and permuted to [4, 3, 8, 8]. */
const start = Float64Array.from({ length: 768 }, (_, i) => ((i % 192) * 4 + Math.floor(i / 192)) / 768);
const model = (kind: PredictionKind) => (x: Float64Array, t: number) => ({ kind, value: x.map((value) => (value * (t - 1)) / t) });

const descending = (from: number, by: number): number[] => Array.from({ length: Math.ceil(from / by) }, (_, i) => from - i * by);
const leading = descending(901, 100);
/** linspace(0, 999, 11), rounded half to even, without its 0. */
const linspace = [1000, 900, 800, 700, 600, 501, 401, 301, 201, 101];

const sumOfSizes = (x: Float64Array): number => x.reduce((total, value) => total + Math.abs(value), 0);
const run = async (options: Omit<SampleOptions<Float64Array>, "model" | "xT">, kind: PredictionKind = "eps"): Promise<number> =>
  sumOfSizes(await drawSample<Float64Array>({ schedule, model: model(kind), xT: start, ...options }));

describe("diffusers' published sums, within 1e-2", () => {
  const predicted = ddim({ eps: "predicted" });

  it.each([
    ["eps", 172.0067],
    ["v", 52.5302],
  ] as const)("DDIM, η = 0, 10 steps, %s: %f", async (kind, expected) => {
    expect(Math.abs((await run({ sampler: predicted, timesteps: leading, clipX0: 1 }, kind)) - expected)).toBeLessThan(1e-2);
  });

  it("DDIM from β_1 = .01, to ᾱ = 1 or to ᾱ_1: 149.8295, 149.0784", async () => {
    const other = float32Tables(linearSchedule({ betaStart: 0.01 }));
    const options = { schedule: other, sampler: predicted, clipX0: 1 };
    expect(Math.abs((await run({ ...options, timesteps: leading })) - 149.8295)).toBeLessThan(1e-2);
    // Their last step stays at ᾱ_1 with x0 clipped: a step from the level to itself, which no path here has. It is taken by hand.
    const x = await drawSample<Float64Array>({ ...options, model: model("eps"), xT: start, timesteps: leading.slice(0, -1), until: 1 });
    const { alpha, sigma } = levelAt(other, 1);
    const eps = model("eps")(x, 1).value;
    const last = x.map((value, i) => alpha * Math.min(1, Math.max(-1, (value - sigma * eps[i]!) / alpha)) + sigma * eps[i]!);
    expect(Math.abs(sumOfSizes(last) - 149.0784)).toBeLessThan(1e-2);
  });

  it.each([
    ["eps", 258.9606],
    ["v", 202.0296],
  ] as const)("DDPM, 1000 steps, σ² = β̃, %s, torch.manual_seed(0): %f", async (kind, expected) => {
    const random = new PyTorchRandom(0);
    const noise = (): Float64Array => random.normal(768);
    expect(Math.abs((await run({ sampler: ancestral(), clipX0: 1, key: key(0), noise }, kind)) - expected)).toBeLessThan(1e-2);
  });

  // Not of v: their multistep formula combines the v of several levels and makes an ε of it at the newest, where ours combines ε.
  it.each([
    ["eps", 198.1318, {}],
    ["eps", 186.9482, { betaStart: 0.01 }],
  ] as const)("PNDM, 10 steps, %s: %f", async (kind, expected, options) => {
    const other = float32Tables(linearSchedule(options));
    const sum = await run({ schedule: other, sampler: pndm(), timesteps: leading.slice(0, -1), until: 1 }, kind);
    expect(Math.abs(sum - expected)).toBeLessThan(1e-2);
  });

  it("PNDM from β_1 = .01 to ᾱ = 1: 230.0399", async () => {
    const other = float32Tables(linearSchedule({ betaStart: 0.01 }));
    expect(Math.abs((await run({ schedule: other, sampler: pndm(), timesteps: leading })) - 230.0399)).toBeLessThan(1e-2);
  });
});

/** Their t of a σ̄: between two timesteps evenly in its logarithm. */
const logTimestep = (sigma: number): number => {
  const logs = Float64Array.from({ length: 1000 }, (_, t) => Math.log(schedule.sigma(t + 1)));
  const below = Math.min(Math.max(logs.findLastIndex((value) => value <= Math.log(sigma)), 0), 998);
  return below + Math.min(1, Math.max(0, (Math.log(sigma) - logs[below]!) / (logs[below + 1]! - logs[below]!)));
};

describe("diffusers' published means, within 1e-3", () => {
  it.each([
    ["eps", 0.3301],
    ["v", 0.2251],
  ] as const)("DPM-Solver++ 2M, 10 steps, %s: %f", async (kind, expected) => {
    expect(Math.abs((await run({ sampler: dpmSolverPP(), timesteps: linspace, until: 1 }, kind)) / 768 - expected)).toBeLessThan(1e-3);
  });

  /** Theirs asks the model within a step at a timestep: of n of them, every second. */
  const pairs = (grid: readonly number[]) =>
    dpmSolverPP({ order: 2, multistep: false, inner: (from) => levelAt(schedule, grid[grid.indexOf(from.t) + 1]!) });

  it.each([
    ["eps", 0.2791],
    ["v", 0.1453],
  ] as const)("DPM-Solver++ 2S, 10 timesteps in pairs, %s: %f", async (kind, expected) => {
    const timesteps = linspace.filter((_, i) => i % 2 === 0);
    expect(Math.abs((await run({ sampler: pairs(linspace), timesteps, until: 1 }, kind)) / 768 - expected)).toBeLessThan(1e-3);
  });

  it("DPM-Solver++ 2S, 50 timesteps without the first three, so that the pairs are broken and the first step is of order 1: 0.2574", async () => {
    const fifty = Array.from({ length: 50 }, (_, i) => 1 + Math.round((999 * (50 - i)) / 50));
    const timesteps = fifty.filter((_, i) => i === 3 || (i > 3 && i % 2 === 0));
    const sampler = startWith(dpmSolverPP({ order: 1 }), 1, pairs(fifty));
    expect(Math.abs((await run({ sampler, timesteps, until: 1 })) / 768 - 0.2574)).toBeLessThan(1e-3);
  });

  // Their grids end at the schedule's least σ̄, and so do their paths: the last step goes from there to there.
  it.each([
    ["Karras's", karrasSigmas, 0.2096],
    ["even in log σ̄", exponentialSigmas, 0.1554],
  ] as const)("DPM-Solver++ 2M on the grid %s, v: %2$f", async (_, grid, expected) => {
    const sigmas = grid({ n: 10, sigmaMax: schedule.sigma(1000), sigmaMin: schedule.sigma(1) });
    const levels = sigmaLevels(sigmas, schedule).map((level, i) => ({ ...level, t: 1 + Math.round(logTimestep(sigmas[i]!)) }));
    const x = await drawSample<Float64Array>({ levels, until: levels.at(-1)!, sampler: dpmSolverPP(), model: model("v"), xT: start });
    expect(Math.abs(sumOfSizes(x) / 768 - expected)).toBeLessThan(1e-3);
  });

  it("DPM-Solver++ 2M from a picture noised to the sixth of ten timesteps: 0.4146, and the sum 318.4111", async () => {
    const { alpha, sigma } = levelAt(schedule, 501);
    const xT = start.map((value) => alpha * value + sigma * (767 / 768 - value));
    const timesteps = linspace.slice(5);
    const x = await drawSample<Float64Array>({ schedule, sampler: dpmSolverPP(), model: model("eps"), timesteps, until: 1, xT });
    expect(Math.abs(sumOfSizes(x) - 318.4111)).toBeLessThan(1e-2);
  });

  it("DPM-Solver++ 2M with dynamic thresholding at the 87th percentile: 1.1364", async () => {
    // Asked for a bound of at least 1 and at most ½, theirs takes ½.
    const threshold = dynamicThreshold({ dimensions: 192, quantile: 0.87, least: 0.5, most: 0.5 });
    expect(Math.abs((await run({ sampler: dpmSolverPP(), timesteps: linspace, until: 1, clipX0: threshold })) / 768 - 1.1364)).toBeLessThan(1e-3);
  });

  it.each([
    ["eps", 0.2464],
    ["v", 0.1014],
  ] as const)("UniPC-2, 10 steps, %s: %f", async (kind, expected) => {
    const sum = await run({ sampler: unipc({ lowerOrderFinal: true }), timesteps: linspace, until: 1 }, kind);
    expect(Math.abs(sum / 768 - expected)).toBeLessThan(1e-3);
  });
});

it("PyTorch's generator is PyTorch's: torch.manual_seed(0); torch.randn(16)", () => {
  const published = [-1.1258, -1.1524, -0.2506, -0.4339, 0.8487, 0.692, -0.316, -2.1152, 0.3223, -1.2633, 0.35, 0.3081, 0.1198, 1.2377, 1.1168, -0.2473];
  [...new PyTorchRandom(0).normal(16)].forEach((value, i) => expect(value).toBeCloseTo(published[i]!, 4));
});
