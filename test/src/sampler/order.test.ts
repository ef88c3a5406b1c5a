import { describe, expect, it } from "vitest";
import {
  type Level, type Sampler, dpmSolverPP, drawSample, exponentialSigmas, karrasSigmas, levelBetween, linearSchedule, lms, predictorCorrector, samplers,
  sigmaLevels, startWith, unipc,
} from "noisebook";
import { exactFlow, gaussianDenoiser, outputVariance, varianceAt } from "./gaussian.ts";

const variance = 0.25;
const grids = {
  "where variance explodes": (n: number) => sigmaLevels(karrasSigmas({ n: n + 1 })),
  "on a schedule": (n: number) => sigmaLevels(karrasSigmas({ n: n + 1 }), linearSchedule()),
};

/** Relative error of the ODE's solution, or of the variance where noise is drawn. */
async function error(sampler: Sampler, levels: Level[]): Promise<number> {
  const [first, until] = [levels[0]!, levels.at(-1)!];
  if (sampler.stochastic) return Math.abs((await outputVariance(sampler, { levels, until }, variance)) / varianceAt(until, variance) - 1);
  const x = await drawSample<number>({ levels, until, sampler, model: gaussianDenoiser(variance), xT: 1 });
  return Math.abs(x / exactFlow(first, until, variance) - 1);
}

/** Slopes of log error against log h between grids of which each has twice the steps of the last. */
async function slopes(sampler: Sampler, grid: (n: number) => Level[], steps: readonly number[]): Promise<number[]> {
  const errors: number[] = [];
  for (const n of steps) errors.push(await error(sampler, grid(n)));
  return errors.slice(1).map((value, i) => Math.log2(errors[i]! / value));
}

describe.each(Object.entries(grids))("declared orders hold within ±0.15 beyond 128 steps, %s:", (_, grid) => {
  const certified = Object.entries(samplers).map(([name, make]) => [name, make()] as const).filter(([, { order }]) => order > 0);

  it.each(certified)("%s", async (_name, sampler) => {
    for (const slope of await slopes(sampler, grid, [128, 256, 512])) expect(Math.abs(slope - sampler.order)).toBeLessThan(0.15);
  });
});

describe("start-up", () => {
  const amid = (n: number): Level[] => sigmaLevels(exponentialSigmas({ n: n + 1, sigmaMax: 1, sigmaMin: 0.01 }));
  const starter = dpmSolverPP({ order: 3, multistep: false });

  it.each([["LMS-4", lms(), 2], ["DPM-Solver++ 3M", dpmSolverPP({ order: 3 }), 2], ["UniPC-3", unipc({ order: 3 }), 3]] as const)(
    "shows where a grid begins amid the data: %s",
    async (_, sampler, order) => {
      const [slope] = await slopes(sampler, amid, [512, 1024]);
      expect(Math.abs(slope! - order)).toBeLessThan(0.15);
    },
  );

  it.each([["LMS-4", lms(), 3], ["DPM-Solver++ 3M", dpmSolverPP({ order: 3 }), 2]] as const)(
    "with a one-step method of third order leaves %s its order",
    async (_, sampler, count) => {
      const started = startWith(starter, count, sampler);
      expect([started.order, started.memory]).toEqual([sampler.order, sampler.memory]);
      for (const slope of await slopes(started, amid, [256, 512, 1024])) expect(Math.abs(slope - started.order)).toBeLessThan(0.15);
    },
  );

  it("leaves 2S its order wherever within a step the model is asked, and an inner level is for 2S alone", async () => {
    const sampler = dpmSolverPP({ order: 2, multistep: false, inner: (from, to) => levelBetween(from, to, 0.3) });
    for (const slope of await slopes(sampler, amid, [128, 256, 512])) expect(Math.abs(slope - 2)).toBeLessThan(0.15);
    for (const options of [{ order: 2 }, { order: 3, multistep: false }] as const) {
      expect(() => dpmSolverPP({ ...options, inner: (from) => from })).toThrow("an inner level for order");
    }
  });

  it("declares no more than the starter allows", () => {
    expect(startWith(dpmSolverPP({ order: 1 }), 3, lms()).order).toBe(2);
    expect(() => startWith(starter, -1, lms())).toThrow(RangeError);
  });
});

describe("predictor and corrector", () => {
  it("come near the right variance, and then no nearer: the bias of a Langevin step of fixed relative size stays", async () => {
    const sampler = predictorCorrector();
    const [near, nearer] = [await error(sampler, grids["where variance explodes"](1024)), await error(sampler, grids["where variance explodes"](2048))];
    expect(near).toBeLessThan(2e-3);
    expect(nearer).toBeGreaterThan(near / 1.5);
    expect(sampler.order).toBe(0);
  });
});
