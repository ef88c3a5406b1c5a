import { describe, expect, it } from "vitest";
import { type Model, dpmSolverPP, drawSample, dynamicThreshold, euler, karrasSigmas, sigmaLevels } from "noisebook";
import { meanSize, noised, start, sumOfSizes } from "./diffusers.ts";

/*
 * A network of Karras et al. 2022 (σ_data ½) is asked at ¼ log σ̄, and what it says is one part of x_0: skip · x + out · F. Theirs scales
 * what Euler's method is given, and gives the multistep one x as it is.
 */
describe("diffusers' published sums for preconditioned models, sigma from 80 down to .002", () => {
  const levels = sigmaLevels(karrasSigmas({ n: 10 }));
  const network = (asked: "scaled" | "as it is", kind: "eps" | "v" = "eps"): Model<Float64Array> => (x, _, { sigma }) => {
    const [total, noise] = [sigma ** 2 + 0.25, 0.25 * Math.log(sigma)];
    const out = ((kind === "v" ? -1 : 1) * sigma * 0.5) / Math.sqrt(total);
    const input = asked === "scaled" ? 1 / Math.sqrt(total) : 1;
    return { kind: "x0", value: x.map((value) => (0.25 / total) * value + (out * input * value * noise) / (noise + 1)) };
  };

  it("Euler, 10 steps: 34.1855", async () => {
    const xT = start.map((value) => value * Math.sqrt(80 ** 2 + 1));
    const x = await drawSample<Float64Array>({ levels, sampler: euler(), model: network("scaled"), xT });
    expect(Math.abs(sumOfSizes(x) - 34.1855)).toBeLessThan(1e-3);
  });

  const path = { levels, until: levels[9]!, sampler: dpmSolverPP() };

  it("DPM-Solver++ 2M from a picture noised to the sixth of ten levels: 8.1661", async () => {
    const x = await drawSample<Float64Array>({ ...path, levels: levels.slice(5), model: network("as it is"), xT: noised(levels[5]!) });
    expect(Math.abs(sumOfSizes(x) - 8.1661)).toBeLessThan(1e-2);
  });

  it.each([["eps", 0.0001], ["v", 0.0092]] as const)("DPM-Solver++ 2M, 10 levels, %s: a mean of %f", async (kind, expected) => {
    const x = await drawSample<Float64Array>({ ...path, model: network("as it is", kind), xT: start });
    expect(Math.abs(meanSize(x) - expected)).toBeLessThan(1e-3);
  });

  it("DPM-Solver++ 2M with dynamic thresholding: a mean of 0.0080", async () => {
    const clipX0 = dynamicThreshold({ dimensions: 192, quantile: 0.87, least: 0.5, most: 0.5 });
    const x = await drawSample<Float64Array>({ ...path, model: network("as it is"), xT: start, clipX0 });
    expect(Math.abs(meanSize(x) - 0.008)).toBeLessThan(1e-3);
  });
});
