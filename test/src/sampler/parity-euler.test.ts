import { describe, expect, it } from "vitest";
import {
  type Level, type Model, type PredictionKind, type Sampler, drawSample, euler, eulerAncestral, float32Tables, heun, karrasSigmas, key,
  linearSchedule, lms,
} from "noisebook";
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
const logSigmas = sigmas.map(Math.log);
/** Where, between two timesteps, the schedule has a σ̄, evenly in its logarithm. */
const timestepOf = (sigma: number): number => {
  const log = Math.log(Math.max(sigma, sigmas[0]!));
  const below = Math.min(Math.max(logSigmas.findLastIndex((value) => value <= log), 0), T - 2);
  return below + Math.min(1, Math.max(0, (log - logSigmas[below]!) / (logSigmas[below + 1]! - logSigmas[below]!)));
};
const karras = Array.from(karrasSigmas({ n: 10, sigmaMax: even[0]!.sigma, sigmaMin: even[9]!.sigma }), (sigma) =>
  explodes(sigma, Math.fround(timestepOf(sigma))));

const start = Float64Array.from({ length: 768 }, (_, i) => ((i % 192) * 4 + Math.floor(i / 192)) / 768);
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
const model = (kind: PredictionKind): Model<Float64Array> => (x, t, { sigma }) => {
  const factor = ((t - 1) / t) * (kind === "v" ? Math.hypot(1, sigma) : 1);
  return { kind, value: x.map((value) => value * factor) };
};

async function run(sampler: Sampler, kind: PredictionKind, levels: readonly Level[]): Promise<number> {
  const random = new PyTorchRandom(0);
  const xT = scaled(start.map((value) => value * levels[0]!.sigma), levels[0]!);
  const noise = (): Float64Array => random.normal(768);
  const x = await drawSample<Float64Array>({ sampler: fedBack(sampler), model: model(kind), levels, xT, key: key(0), noise });
  return x.reduce((total, value) => total + Math.abs(value), 0);
}

describe("diffusers' published sums where variance explodes, within 1e-2", () => {
  it.each([
    ["Euler", euler(), "eps", even, 10.0807],
    ["Euler", euler(), "v", even, 0.0002],
    ["Euler on Karras's grid", euler(), "eps", karras, 124.52299],
    ["Heun", heun(), "eps", even, 0.1233],
    ["Heun", heun(), "v", even, 4.6934e-7],
    ["Heun on Karras's grid", heun(), "eps", karras, 0.00015],
    ["LMS", lms(), "eps", even, 1006.388],
    ["LMS", lms(), "v", even, 0.0017],
    ["LMS on Karras's grid", lms(), "eps", karras, 3812.9927],
    ["ancestral Euler, torch.manual_seed(0)", eulerAncestral(), "eps", even, 152.3192],
    ["ancestral Euler, torch.manual_seed(0)", eulerAncestral(), "v", even, 108.4439],
  ] as const)("%s (%#)", async (_name, sampler, kind, levels, expected) => {
    expect(Math.abs((await run(sampler, kind, levels)) - expected)).toBeLessThan(1e-2);
  });
});
