import { describe, expect, it } from "vitest";
import {
  type Level, type Sampler, ancestral, ddim, dpmSolverPP, drawSample, euler, eulerAncestral, gaussianMixture, karrasSigmas, key,
  levelAt, linearSchedule, posterior, posteriorBetween, sdeDpmSolverPP, sigmaLevels, timestepLevels,
} from "noisebook";
import { gaussianDenoiser, outputVariance } from "./gaussian.ts";

const schedule = linearSchedule();
const everyLevel = timestepLevels(schedule, Array.from({ length: 1000 }, (_, i) => 1000 - i));

describe("ancestral sampling over all 1000 steps, x_T from N(0, 1), exact ε", () => {
  it.each([
    [1, "beta", 0.9999],
    [1, "posterior", 0.99106738],
    [0.25, "beta", 0.25075208],
    [0.25, "posterior", 0.24612521],
    [4, "beta", 3.99056929],
    [4, "posterior", 3.97477657],
  ] as const)("of data with variance %f and σ² = %s has the variance %f", async (data, variance, expected) => {
    expect(await outputVariance(ancestral({ variance }), { levels: everyLevel }, data, 1)).toBeCloseTo(expected, 7);
  });

  it("with a learned variance lies between: the model's share of 0 is β̃, of 1 β, in the logarithm", async () => {
    const run = (sampler: Sampler, varianceShare?: number): Promise<number> =>
      drawSample<number>({ schedule, sampler, model: () => ({ kind: "x0", value: 0.3, varianceShare }), timesteps: [500], until: 499, xT: 1, key: key(2) });
    const learned = ancestral({ variance: "learned" });
    const [mean, z] = [posterior(schedule, 500).mean({ x0: 0.3, xt: 1 }), (std: number, x: number) => (x - mean) / std];
    const [beta, betaTilde] = [schedule.beta[500]!, posterior(schedule, 500).variance];
    const noise = z(Math.sqrt(betaTilde), await run(learned, 0));
    expect(await run(learned, 0)).toBeCloseTo(await run(ancestral()), 13);
    expect(await run(learned, 1)).toBeCloseTo(await run(ancestral({ variance: "beta" })), 13);
    expect(z(Math.sqrt(Math.sqrt(beta * betaTilde)), await run(learned, 0.5))).toBeCloseTo(noise, 9);
    await expect(run(learned)).rejects.toThrow("the model has to return a varianceShare");
  });
});

describe("the posterior between levels", () => {
  it.each([1, 2, 500, 1000])("is the schedule's at t = %i", (t) => {
    const law = posterior(schedule, t);
    const { x0, xt, beta, betaTilde } = posteriorBetween(levelAt(schedule, t), levelAt(schedule, t - 1));
    expect(x0 / law.coefficients.x0).toBeCloseTo(1, 11);
    expect(xt).toBeCloseTo(law.coefficients.xt, 12);
    expect(beta / schedule.beta[t]!).toBeCloseTo(1, 11);
    expect(betaTilde).toBeCloseTo(law.variance, 13);
  });
});

describe("samplers that are one in two notations", () => {
  const paths: [string, Level[]][] = [
    ["on a schedule", timestepLevels(schedule, [1000, 800, 400, 399, 20, 1])],
    ["where variance explodes", sigmaLevels(karrasSigmas({ n: 7 }))],
  ];
  const target = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
  const denoiser = (x: number, _t: number, { alpha, sigma }: Level) =>
    ({ kind: "score", value: target.noised(alpha, sigma ** 2).score(x) }) as const;
  const pairs: [string, Sampler, Sampler][] = [
    ["DDIM is Euler's method in sigma/alpha", ddim(), euler()],
    ["DDIM is DPM-Solver++ of order 1", ddim(), dpmSolverPP({ order: 1 })],
    ["singlestep order 1 is multistep order 1", dpmSolverPP({ order: 1, multistep: false }), dpmSolverPP({ order: 1 })],
    ["DDIM with η = 1 is ancestral with β̃", ddim({ eta: 1 }), ancestral()],
    ["ancestral Euler is DDIM with the same η", eulerAncestral({ eta: 0.4 }), ddim({ eta: 0.4 })],
    ["SDE-DPM-Solver++ of order 1 is ancestral with β̃", sdeDpmSolverPP({ order: 1 }), ancestral()],
  ];

  it.each(pairs.flatMap(([name, one, other]) => paths.map(([where, levels]) => [name, where, one, other, levels] as const)))(
    "%s, %s", async (_, __, one, other, levels) => {
      for (const xT of [-1, 0.4]) {
        const run = (sampler: Sampler): Promise<number> =>
          drawSample({ levels, sampler, model: denoiser, xT: xT * Math.max(1, levels[0]!.sigma), key: key(4) });
        const value = await run(one);
        expect(Math.abs((await run(other)) - value)).toBeLessThan(1e-9 * (1 + Math.abs(value)));
      }
    },
  );

  it("Euler's steps in sigma are Euler's, to the letter", async () => {
    const levels = sigmaLevels([10, 4, 1]);
    let x = 7;
    for (const [sigma, next] of [[10, 4], [4, 1], [1, 0]] as const) {
      const slope = -sigma * target.noised(1, sigma ** 2).score(x);
      x += (next - sigma) * slope;
    }
    expect(await drawSample<number>({ levels, sampler: euler(), model: denoiser, xT: 7 })).toBeCloseTo(x, 12);
  });
});

describe("the probability flow", () => {
  it("takes the quantiles of noise to those of a mixture", async () => {
    const target = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
    const model = (x: Float64Array, _t: number, { alpha, sigma }: Level) =>
      ({ kind: "score", value: target.noised(alpha, sigma ** 2).score(x) }) as const;
    const levels = sigmaLevels(karrasSigmas({ n: 200 }));
    const start = target.noised(1, 6400);
    const xT = Float64Array.from({ length: 41 }, (_, i) => -120 + 6 * i);
    const x = await drawSample<Float64Array>({ levels, sampler: dpmSolverPP({ order: 3, multistep: false }), model, xT });
    x.forEach((value, i) => expect(target.cdf(value)).toBeCloseTo(start.cdf(xT[i]!), 5));
  });

  it("is linear where the data is Gaussian", async () => {
    const run = (xT: number): Promise<number> => drawSample({ schedule, steps: 30, sampler: dpmSolverPP(), model: gaussianDenoiser(4), xT });
    expect(await run(2)).toBeCloseTo(2 * (await run(1)), 13);
  });
});
