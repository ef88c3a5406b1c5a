import { describe, expect, it } from "vitest";
import { type Estimate, type Sampler, convertAt, drawSample, float32Tables, linearSchedule, pndm } from "noisebook";
import { leading, model, schedule, start, sumOfSizes } from "./diffusers.ts";

/**
 * Their multistep formula combines the v of several levels, and makes an ε of the whole at the level where the step begins; ours combines
 * the ε that each v stands for. This is the core's step on each v read where theirs reads it.
 */
const onV = (sampler: Sampler): Sampler => ({
  ...sampler,
  step(step) {
    const read = (estimate: Estimate<typeof step.x>): Estimate<typeof step.x> =>
      ({ level: estimate.level, x: estimate.x, x0: estimate.x0, output: estimate.output, eps: convertAt(step.from, step.x, estimate.output, "eps") });
    return sampler.step({
      ...step, here: read(step.here), past: step.past.map(read), estimate: async (x, level) => read(await step.estimate(x, level)),
    });
  },
});

describe("diffusers' published sums of PNDM, 10 steps, within 1e-2", () => {
  const from01 = float32Tables(linearSchedule({ betaStart: 0.01 }));
  const toFirst = { timesteps: leading.slice(0, -1), until: 1 };

  it.each([
    ["eps, to ᾱ_1", pndm(), "eps", schedule, toFirst, 198.1318],
    ["v, to ᾱ_1", onV(pndm()), "v", schedule, toFirst, 67.3986],
    ["eps, β_1 = .01, to ᾱ_1", pndm(), "eps", from01, toFirst, 186.9482],
    ["eps, β_1 = .01, to ᾱ = 1", pndm(), "eps", from01, { timesteps: leading }, 230.0399],
  ] as const)("%s: %5$f", async (_, sampler, kind, table, path, expected) => {
    const x = await drawSample<Float64Array>({ schedule: table, sampler, model: model(kind), xT: start, ...path });
    expect(Math.abs(sumOfSizes(x) - expected)).toBeLessThan(1e-2);
  });
});
