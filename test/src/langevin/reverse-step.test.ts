import { describe, expect, it } from "vitest";
import {
  ancestral, convert, drawSample, gaussianMixture, key, linearSchedule, normal, reverseStepParts, scheduleFromBetas, schedules,
} from "noisebook";

const data = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });

describe.each(Object.entries(schedules))("the reverse step of schedule %s", (_, make) => {
  const schedule = make({ T: 1000 });

  it("is a Langevin step with δ = β and a remainder without noise: the sampler's own step, to rounding", async () => {
    for (const t of [2, 40, 500, 999]) {
      const [xt, z] = [Float64Array.of(-1.2, 0.3, 2), normal(key(t), 3)];
      const score = data.diffused(schedule, t).score(xt);
      const { sum, langevin, remainder } = reverseStepParts(schedule, t).apply({ xt, score, z });
      const x = await drawSample<Float64Array>({
        schedule, timesteps: [t], until: t - 1, sampler: ancestral({ variance: "beta" }), model: () => ({ kind: "score", value: score }), xT: xt,
        noise: () => z, key: key(0),
      });
      const mean = convert(schedule, t, xt, { kind: "score", value: score }, "mean");
      sum.forEach((value, i) => {
        expect(Math.abs(value - x[i]!)).toBeLessThan(1e-11 * (1 + Math.abs(value)));
        expect(Math.abs(value - mean[i]! - Math.sqrt(schedule.beta[t]!) * z[i]!)).toBeLessThan(1e-13 * (1 + Math.abs(value)));
        expect(value).toBe(langevin[i]! + remainder[i]!);
      });
    }
  });

  it("has for remainder the probability flow, to second order in β", () => {
    for (const t of [1, 2, 40, 500]) {
      const { remainder, flow } = reverseStepParts(schedule, t);
      const beta = schedule.beta[t]!;
      expect(Math.abs(remainder.x - flow.x)).toBeLessThan(0.4 * beta ** 2 + 1e-17);
      expect(Math.abs(remainder.score - flow.score)).toBeLessThan(0.6 * beta ** 2 + 1e-17);
    }
  });
});

describe("why it is not one Langevin step", () => {
  const { langevin, remainder } = reverseStepParts(linearSchedule(), 500);

  it("its drift asks for twice the step that its noise has", () => {
    expect(langevin.score + remainder.score).toBeCloseTo(0.010091, 6);
    expect(langevin.score).toBeCloseTo(0.00502, 6);
    expect(langevin.noise ** 2).toBeCloseTo(langevin.step, 17);
  });

  it("only the remainder moves the law from t to t − 1: on Gaussian data, variance by variance", () => {
    const schedule = linearSchedule();
    for (const t of [20, 100, 300]) {
      const [after, before] = [t, t - 1].map((s) => schedule.alphaBar[s]! * 4 + schedule.oneMinusAlphaBar[s]!) as [number, number];
      const { langevin: step, remainder: rest } = reverseStepParts(schedule, t);
      const stayed = (step.x - step.score / after) ** 2 * after + step.noise ** 2;
      const carried = (1 + rest.x - rest.score / after) ** 2 * after;
      expect(Math.abs(stayed - after)).toBeLessThan(schedule.beta[t]! ** 2);
      expect(Math.abs(carried - before)).toBeLessThan(2 * schedule.beta[t]! ** 2 * after);
      expect(Math.abs(before - after)).toBeGreaterThan(10 * Math.abs(carried - before));
    }
  });

  it("is refused where there is no step", () => {
    expect(() => reverseStepParts(linearSchedule(), 0)).toThrow('timestep 0 outside 1…1000 of schedule "linear"');
    expect(() => reverseStepParts(scheduleFromBetas([0.5, 1]), 2)).toThrow('alpha is 0 at t = 2 of schedule "custom"');
  });
});
