import { describe, expect, it } from "vitest";
import {
  type Level, type Model, type PredictionKind, type Sampler, drawSample, euler, eulerAncestral, float32Tables, heun, karrasSigmas, key,
  linearSchedule, lms,
} from "noisebook";
import { noised, sumOfSizes, timestepOf } from "./diffusers.ts";
import { PyTorchRandom } from "./pytorch-random.ts";

/*
 * Sums published in the tests of diffusers' schedulers in the σ̄ of Karras et al. (Euler, Heun, LMS, ancestral Euler), where variance
 * explodes: 1100 timesteps, of which ten are taken, and σ̄ is interpolated between whole ones.
 */
const T = 1100;
const schedule = float32Tables(linearSchedule({ T, betaStart: 1e-4, betaEnd: 0.02 }));
const sigmas = Float64Array.from({ length: T }, (_, t) => Math.fround(schedule.sigma(t + 1)));

/** A table at a fractional place. */
const between = (table: ArrayLike<number>, place: number): number => {
  const below = Math.min(Math.floor(place), table.length - 2);
  return table[below]! + (place - below) * (table[below + 1]! - table[below]!);
};
const explodes = (sigma: number, theirs: number): Level => ({ alpha: 1, sigma: Math.fround(sigma), t: theirs + 1 });

const even = Array.from({ length: 10 }, (_, i) => Math.fround((1099 * (9 - i)) / 9)).map((t) => explodes(between(sigmas, t), t));
const karras = Array.from(karrasSigmas({ n: 10, sigmaMax: even[0]!.sigma, sigmaMin: even[9]!.sigma }), (sigma) =>
  explodes(sigma, Math.fround(timestepOf(Math.max(sigma, sigmas[0]!), schedule) - 1)));

const scaled = (x: Float64Array, { sigma }: Level): Float64Array => x.map((value) => value / Math.hypot(1, sigma));

/**
 * Their tests scale x for the model and give the scaled x to the scheduler as the sample itself, at every call. So does this sampler: the
 * step is the core's own. A v of theirs is 1/√(1 + σ̄²) of what it is where variance explodes.
 */
function fedBack(sampler: Sampler): Sampler {
  return {
    ...sampler,
    async step(step) {
      const scale = (x: typeof step.x, level: Level): typeof step.x => step.algebra.scale(x, 1 / Math.hypot(1, level.sigma));
      const { x } = await sampler.step({ ...step, estimate: (guess, level) => step.estimate(scale(guess, level), level) });
      return { x: scale(x, step.to) };
    },
  };
}
const network = (kind: PredictionKind): Model<Float64Array> => (x, t, { sigma }) => {
  const factor = ((t - 1) / t) * (kind === "v" ? Math.hypot(1, sigma) : 1);
  return { kind, value: x.map((value) => value * factor) };
};

async function run(sampler: Sampler, kind: PredictionKind, levels: readonly Level[], x = noised({ alpha: levels[0]!.sigma, sigma: 0 })): Promise<number> {
  const random = new PyTorchRandom(0);
  const noise = (): Float64Array => random.normal(768);
  const xT = scaled(x, levels[0]!);
  return sumOfSizes(await drawSample<Float64Array>({ sampler: fedBack(sampler), model: network(kind), levels, xT, key: key(0), noise }));
}

describe("diffusers' published sums where variance explodes", () => {
  it.each([
    ["Euler", euler(), "eps", even, 10.0807, 1e-2],
    ["Euler on Karras's grid", euler(), "eps", karras, 124.52299, 1e-2],
    ["Heun", heun(), "eps", even, 0.1233, 1e-4],
    ["Heun on Karras's grid", heun(), "eps", karras, 0.00015, 5e-6],
    ["LMS", lms(), "eps", even, 1006.388, 1e-2],
    ["LMS", lms(), "v", even, 0.0017, 5e-5],
    ["LMS on Karras's grid", lms(), "eps", karras, 3812.9927, 1e-2],
    ["ancestral Euler, torch.manual_seed(0)", eulerAncestral(), "eps", even, 152.3192, 1e-2],
    ["ancestral Euler, torch.manual_seed(0)", eulerAncestral(), "v", even, 108.4439, 1e-2],
    // These two stand there as 0 ± 1e-2 would: their digits (0.0002, and 4.6934e-7 where float32 arithmetic gives 4.9239e-7) are checked by nothing.
    ["Euler", euler(), "v", even, 0.0002, 1e-2],
    ["Heun", heun(), "v", even, 4.6934e-7, 1e-7],
  ] as const)("%s, %2$s: %4$f within %5$f", async (_name, sampler, kind, levels, expected, within) => {
    expect(Math.abs((await run(sampler, kind, levels)) - expected)).toBeLessThan(within);
  });
});

/** Theirs has the weights of four levels from the first step of a path cut short on, and no slope to go with those it did not visit. */
function withoutSlopesOf(unvisited: readonly Level[], sampler: Sampler): Sampler {
  return {
    ...sampler,
    step(step) {
      const nothing = step.algebra.scale(step.x, 0);
      const missing = unvisited.map((level) => ({ level, x: nothing, x0: nothing, eps: nothing, output: { kind: "eps", value: nothing } as const }));
      return sampler.step({ ...step, past: [...step.past, ...missing].slice(0, sampler.memory) });
    },
  };
}

describe("diffusers' published sums of the last two of ten steps, noise added to a sample of the first one's size, within 1e-2", () => {
  it.each([
    ["Euler", euler(), 57062.9297],
    ["Heun", heun(), 75074.8906],
    ["LMS", withoutSlopesOf(even.slice(5, 8).reverse(), lms()), 27663.6895],
    ["ancestral Euler, torch.manual_seed(0)", eulerAncestral(), 56163.0508],
  ] as const)("%s: %2$f", async (_name, sampler, expected) => {
    const x = noised({ alpha: even[0]!.sigma, sigma: even[8]!.sigma });
    expect(Math.abs((await run(sampler, "eps", even.slice(8), x)) - expected)).toBeLessThan(1e-2);
  });
});
