import { describe, expect, it } from "vitest";
import {
  type Level, type PredictionKind, type SampleOptions, type Sampler, dpmSolverPP, drawSample, dynamicThreshold, exponentialSigmas, karrasSigmas,
  levelAt, sigmaLevels, startWith, timestepLevels, unipc,
} from "noisebook";
import { linspace, meanSize, model, noised, picture, schedule, start, sumOfSizes, timestepOf } from "./diffusers.ts";

const end = levelAt(schedule, 1);
const even = timestepLevels(schedule, linspace(10));
/** Their grids in σ̄ end at the schedule's least, and so do their paths: the last step goes from there to there. */
const spaced = (grid: typeof karrasSigmas | typeof exponentialSigmas): Level[] => {
  const sigmas = grid({ n: 10, sigmaMax: schedule.sigma(1000), sigmaMin: schedule.sigma(1) });
  return sigmaLevels(sigmas, schedule).map((level, i) => ({ ...level, t: Math.round(timestepOf(sigmas[i]!)) }));
};
const [karras, exponential] = [spaced(karrasSigmas), spaced(exponentialSigmas)];

type Options = Pick<SampleOptions<Float64Array>, "sampler"> & Partial<SampleOptions<Float64Array>>;
const run = (options: Options, kind: PredictionKind = "eps"): Promise<Float64Array> =>
  drawSample<Float64Array>({ schedule, levels: even, until: end, model: model(kind), xT: start, ...options });

describe("diffusers' published means of DPM-Solver++ 2M, within 1e-3", () => {
  it.each([["eps", 0.3301], ["v", 0.2251]] as const)("10 steps, %s: %f", async (kind, expected) => {
    expect(Math.abs(meanSize(await run({ sampler: dpmSolverPP() }, kind)) - expected)).toBeLessThan(1e-3);
  });

  it.each([["Karras's", karras, 0.2096], ["even in log σ̄", exponential, 0.1554]] as const)("on the grid %s, v: %2$f", async (_, levels, expected) => {
    expect(Math.abs(meanSize(await run({ sampler: dpmSolverPP(), levels, until: levels.at(-1)! }, "v")) - expected)).toBeLessThan(1e-3);
  });

  it("from a picture noised to the sixth of ten timesteps: 0.4146, and the sum 318.4111", async () => {
    const x = await run({ sampler: dpmSolverPP(), levels: even.slice(5), xT: noised(even[5]!) });
    expect(Math.abs(sumOfSizes(x) - 318.4111)).toBeLessThan(1e-2);
  });

  it("with dynamic thresholding at the 87th percentile: 1.1364", async () => {
    // Asked for a bound of at least 1 and at most ½, theirs takes ½.
    const clipX0 = dynamicThreshold({ dimensions: 192, quantile: 0.87, least: 0.5, most: 0.5 });
    expect(Math.abs(meanSize(await run({ sampler: dpmSolverPP(), clipX0 })) - 1.1364)).toBeLessThan(1e-3);
  });
});

describe("diffusers' published means of DPM-Solver++ 2S, within 1e-3", () => {
  /** Theirs asks the model within a step at a level of the grid: of n of them, every second. */
  const pairs = (grid: readonly Level[]): Sampler =>
    dpmSolverPP({ order: 2, multistep: false, inner: (from) => grid[grid.findIndex(({ sigma }) => sigma === from.sigma) + 1]! });
  const everySecond = (levels: readonly Level[]): Level[] => levels.filter((_, i) => i % 2 === 0);
  /** Where the pairs are broken, their first step is of order 1. */
  const broken = (grid: readonly Level[]): Sampler => startWith(dpmSolverPP({ order: 1 }), 1, pairs(grid));

  it.each([
    ["ten timesteps, eps", "eps", even, 0.2791],
    ["ten timesteps, v", "v", even, 0.1453],
    ["Karras's ten levels, eps", "eps", karras, 0.2248],
    ["Karras's ten levels, v", "v", karras, 0.0649],
  ] as const)("%s, in pairs: %3$f", async (_, kind, grid, expected) => {
    const until = grid === karras ? karras[9]! : end;
    expect(Math.abs(meanSize(await run({ sampler: pairs(grid), levels: everySecond(grid), until }, kind)) - expected)).toBeLessThan(1e-3);
  });

  it("50 timesteps without the first three: 0.2574", async () => {
    const fifty = timestepLevels(schedule, linspace(50));
    const levels = [fifty[3]!, ...everySecond(fifty.slice(4))];
    expect(Math.abs(meanSize(await run({ sampler: broken(fifty), levels })) - 0.2574)).toBeLessThan(1e-3);
  });

  it("from a picture noised to the sixth of ten timesteps: the sum 269.2187", async () => {
    const levels = [even[5]!, ...everySecond(even.slice(6))];
    expect(Math.abs(sumOfSizes(await run({ sampler: broken(even), levels, xT: noised(even[5]!) })) - 269.2187)).toBeLessThan(1e-2);
  });
});

describe("diffusers' published means of UniPC-2, within 1e-3", () => {
  const sampler = unipc({ lowerOrderFinal: true });
  /** A level just below another: their paths may end with a step from a level to itself, in which UniPC still corrects. */
  const justBelow = ({ alpha, sigma, t }: Level): Level => ({ alpha, sigma: sigma * (1 - 1e-9), t });
  const small = picture(96);

  it.each([
    ["bh2, eps", sampler, "eps", start, 0.2464],
    ["bh2, v", sampler, "v", start, 0.1014],
    ["bh1, eps", unipc({ variant: "bh1", lowerOrderFinal: true }), "eps", start, 0.2521],
    ["bh1, v", unipc({ variant: "bh1", lowerOrderFinal: true }), "v", start, 0.1096],
    ["bh2, eps, 96 values in rows", sampler, "eps", small, 0.2441],
    ["bh2, v, 96 values in rows", sampler, "v", small, 0.1014],
  ] as const)("10 steps, %s: %4$f", async (_, method, kind, xT, expected) => {
    expect(Math.abs(meanSize(await run({ sampler: method, xT }, kind)) - expected)).toBeLessThan(1e-3);
  });

  it.each([
    ["eps", start, 0.2925],
    ["v", start, 0.1966],
    ["eps, 96 values in rows", small, 0.2898],
    ["v, 96 values in rows", small, 0.1944],
  ] as const)("on Karras's grid, %s: %2$f", async (name, xT, expected) => {
    const x = await run({ sampler, levels: karras, until: justBelow(karras[9]!), xT }, name.startsWith("v") ? "v" : "eps");
    expect(Math.abs(meanSize(x) - expected)).toBeLessThan(1e-3);
  });

  it.each([[start, 315.5757], [small, 39.087]])("from a picture noised to the ninth of ten timesteps (%#): the sum %1$f", async (xT, expected) => {
    const x = await run({ sampler, levels: even.slice(8), xT: noised(even[8]!, xT) });
    expect(Math.abs(sumOfSizes(x) - expected)).toBeLessThan(1e-2);
  });
});
