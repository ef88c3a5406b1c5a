import { describe, expect, it } from "vitest";
import {
  type Model, type VlbOptions, ancestral, boundTerm, cdf, convert, discreteLogLikelihood, entropy, gaussianMixture, gaussianTarget, hybridLoss, key,
  klDivergence, learnedVariance, linearSchedule, logDensity, marginal, modelLaw, normal, posterior, reverseKernel, scheduleFromBetas, vlb,
} from "noisebook";
import { gaussianDenoiser } from "../sampler/gaussian.ts";

const schedule = linearSchedule();
const posteriorVariances = (variance: number): Float64Array => {
  const target = gaussianTarget({ mean: 0, variance });
  return schedule.beta.map((_, t) => (t === 0 ? 0 : reverseKernel(target, schedule, t, 0).variances[0]!));
};

/** With a linear denoiser every term is a quadratic in x0 and ε, and the four corners of a square have its exact expectation. */
const exactly = (variance: number, options: Partial<VlbOptions> = {}) =>
  vlb({
    schedule, model: gaussianDenoiser(variance), key: key(0),
    x0: Float64Array.of(1, 1, -1, -1).map((x) => Math.sqrt(variance) * x),
    noise: () => Float64Array.of(1, -1, 1, -1),
    ...options,
  });

describe("the bound with the exact denoiser, in exact expectation", () => {
  it("on N(0, 1) is the entropy, 1.41893853 nats, with σ² = β", async () => {
    const { total, prior, terms, decoder, bitsPerDim } = await exactly(1);
    expect(Math.abs(total - entropy(gaussianTarget({ mean: 0, variance: 1 })))).toBeLessThan(1e-12);
    expect(total).toBeCloseTo(1.41893853, 8);
    expect(bitsPerDim).toBe(total / Math.LN2);
    expect([terms.length, terms[0], terms[1]]).toEqual([1001, 0, 0]);
    expect(terms.reduce((sum, term) => sum + term, prior + decoder)).toBeCloseTo(total, 12);
  });

  it("on N(0, ¼) misses the entropy by 1.092e-3 with σ² = β, by 2.3e-10 with the optimal variance", async () => {
    const truth = entropy(gaussianTarget({ mean: 0, variance: 0.25 }));
    expect((await exactly(0.25)).total - truth).toBeCloseTo(1.092e-3, 6);
    const gap = (await exactly(0.25, { variance: posteriorVariances(0.25) })).total - truth;
    expect(gap).toBeGreaterThan(2e-10);
    expect(gap).toBeLessThan(2.5e-10);
  });

  it("is never below the entropy, whatever the model or the variance", async () => {
    const truth = entropy(gaussianTarget({ mean: 0, variance: 0.25 }));
    for (const variance of ["beta", "posterior"] as const) {
      for (const believed of [0.1, 0.25, 1]) {
        expect((await exactly(0.25, { variance, model: gaussianDenoiser(believed) })).total).toBeGreaterThan(truth);
      }
    }
  });

  it("has for prior what is left of the data at T", async () => {
    const [a, s] = [schedule.alphaBar[1000]!, schedule.oneMinusAlphaBar[1000]!];
    expect((await exactly(0.25)).prior / (0.5 * (a * 0.25 + s - 1 - Math.log(s)))).toBeCloseTo(1, 6);
    expect((await exactly(0.25)).prior / Math.LN2).toBeCloseTo(7.278677e-6, 11);
  });
});

describe("the bound by simulation", () => {
  const target = gaussianMixture({ weights: [0.3, 0.7], means: [-0.5, 0.4], variances: [0.01, 0.02] });
  const model: Model<Float64Array> = (x, _t, { alpha, sigma }) => ({ kind: "score", value: target.noised(alpha, sigma ** 2).score(x) });
  const short = linearSchedule({ T: 100, betaStart: 1e-3, betaEnd: 0.2 });

  it("is within 4.5 of its standard errors above a mixture's entropy and its own gap", async () => {
    const { total, standardError } = await vlb({ schedule: short, x0: target.sample(key(1), 4000), model, key: key(2) });
    expect(standardError).toBeGreaterThan(0.005);
    expect(standardError).toBeLessThan(0.03);
    expect(total).toBeGreaterThan(entropy(target) - 4.5 * standardError);
    expect(total).toBeLessThan(entropy(target) + 0.1 + 4.5 * standardError);
  });

  it("has standard errors that are the spread of its repetitions, to a third", async () => {
    const x0 = target.sample(key(3), 1);
    const runs = await Promise.all(Array.from({ length: 40 }, (_, i) => vlb({ schedule: short, x0, model, key: key(i), samples: 10 })));
    const mean = runs.reduce((sum, { total }) => sum + total, 0) / 40;
    const spread = Math.sqrt(runs.reduce((sum, { total }) => sum + (total - mean) ** 2, 0) / 39);
    const stated = runs.reduce((sum, { standardError }) => sum + standardError, 0) / 40;
    expect(Math.abs(stated / spread - 1)).toBeLessThan(0.34);
    expect((await vlb({ schedule: short, x0: 0.3, model, key: key(1) })).standardError).toBeNaN();
  });

  it("adds coordinates of one point up, and is the same for one key", async () => {
    const x0 = target.sample(key(1), 60);
    const alone = await vlb({ schedule: short, x0, model, key: key(5) });
    const triples = await vlb({ schedule: short, x0, model, key: key(5), dimensions: 3 });
    expect(triples.total).toBeCloseTo(3 * alone.total, 10);
    expect(triples.bitsPerDim).toBeCloseTo(alone.bitsPerDim, 10);
    expect(await vlb({ schedule: short, x0, model, key: key(5) })).toEqual(alone);
  });

  it("with a learned variance lies where its share says", async () => {
    const shared = (share: number): Model<Float64Array> => async (x, t, level) => ({ ...(await model(x, t, level)), varianceShare: x.map(() => share) });
    const options = { schedule: short, x0: target.sample(key(1), 50), key: key(5) };
    const [beta, posteriorTotal] = [await vlb({ ...options, model }), await vlb({ ...options, model, variance: "posterior" })];
    expect((await vlb({ ...options, model: shared(1), variance: "learned" })).total).toBeCloseTo(beta.total, 9);
    expect((await vlb({ ...options, model: shared(0), variance: "learned" })).total).toBeCloseTo(posteriorTotal.total, 9);
    await expect(vlb({ ...options, model, variance: "learned" })).rejects.toThrow("the model has to return a varianceShare");
  });

  it("with a discrete decoder bounds the bits of data that are discrete", async () => {
    // Eight values with these probabilities; their entropy is what no code can beat.
    const p = [0.02, 0.1, 0.3, 0.2, 0.18, 0.1, 0.06, 0.04];
    const values = Float64Array.from(p, (_, i) => -1 + (2 * i) / 7);
    const exact = gaussianMixture({ weights: p, means: values, variances: values.map(() => 0) });
    const denoiser: Model<Float64Array> = (x, t) => ({ kind: "x0", value: exact.denoise(schedule, t, x) });
    const options = { schedule, x0: exact.sample(key(1), 500), model: denoiser, key: key(2), decoder: "discrete", bins: 8, variance: "posterior" } as const;
    const { bitsPerDim, decoder, standardError } = await vlb(options);
    const bits = -p.reduce((sum, share) => sum + share * Math.log2(share), 0);
    expect(bitsPerDim).toBeGreaterThan(bits - (4.5 * standardError) / Math.LN2);
    expect(bitsPerDim).toBeLessThan(bits + 0.2);
    // At t = 1 the noise is a hundredth and the bins are two sevenths apart.
    expect(Math.abs(decoder)).toBeLessThan(1e-12);
  });

  it("refuses coordinates that are no points, and no samples", async () => {
    await expect(vlb({ schedule, x0: new Float64Array(4), model, key: key(1), dimensions: 3 })).rejects.toThrow("4 values as points of 3 coordinates");
    await expect(vlb({ schedule, x0: 1, model, key: key(1), samples: 0 })).rejects.toThrow("0 samples: a whole number from 1 up is needed");
  });
});

describe("a term of the bound", () => {
  const [x0, eps] = [0.4, -0.7];

  it.each([2, 40, 1000])("is the divergence of the posterior from the model's law at t = %i", (t) => {
    const xt = marginal(schedule, t).sample({ x0 }, eps);
    const truth = posterior(schedule, t);
    for (const variance of ["beta", "posterior"] as const) {
      const output = { kind: "eps", value: 0.1 } as const;
      const law = modelLaw(schedule, t, { xt, output, variance });
      expect(law.mean).toBe(convert(schedule, t, xt, output, "mean"));
      const expected = klDivergence({ mean: truth.mean({ x0, xt }), variance: truth.variance }, law as { mean: number; variance: number });
      expect(boundTerm(schedule, t, { x0, xt, output, variance }) / expected).toBeCloseTo(1, 12);
      const learned = boundTerm(schedule, t, { x0, xt, output: { ...output, varianceShare: variance === "beta" ? 1 : 0 }, variance: "learned" });
      expect(Math.abs(learned - expected)).toBeLessThan(1e-11 * (1 + expected));
    }
  });

  it("at t = 1 is the decoder's, and vanishes nowhere: with β̃ it takes the variance of t = 2", () => {
    const xt = marginal(schedule, 1).sample({ x0 }, eps);
    const output = { kind: "x0", value: 0.39 } as const;
    expect(boundTerm(schedule, 1, { x0, xt, output })).toBeCloseTo(-logDensity(x0, { mean: 0.39, variance: schedule.beta[1]! }), 10);
    expect(modelLaw(schedule, 1, { xt, output, variance: "posterior" }).variance).toBe(posterior(schedule, 2).variance);
    expect(modelLaw(scheduleFromBetas([0.3]), 1, { xt, output, variance: "posterior" }).variance).toBe(0.3);
  });

  it("works coordinate by coordinate, and adds to the simple loss", () => {
    const [points, draws] = [normal(key(1), 5), normal(key(2), 5)];
    const xt = marginal(schedule, 70).sample({ x0: points }, draws);
    const output = { kind: "eps", value: draws.map((z) => 0.9 * z) } as const;
    const term = boundTerm(schedule, 70, { x0: points, xt, output });
    term.forEach((value, i) => {
      const alone = boundTerm(schedule, 70, { x0: points[i]!, xt: xt[i]!, output: { kind: "eps", value: 0.9 * draws[i]! } });
      expect(value).toBeCloseTo(alone, 13);
    });
    expect(hybridLoss(2, 3)).toBe(2.003);
    expect(hybridLoss(2, 3, 1)).toBe(5);
  });
});

describe("the learned variance", () => {
  it("runs from β̃ to β in the logarithm", () => {
    expect(learnedVariance(0, 0.04, 0.01)).toBeCloseTo(0.01, 15);
    expect(learnedVariance(1, 0.04, 0.01)).toBeCloseTo(0.04, 15);
    expect(learnedVariance(0.5, 0.04, 0.01)).toBeCloseTo(0.02, 15);
    expect(() => learnedVariance(0.5, 0.04, 0)).toThrow("both must be positive");
    expect(ancestral({ variance: "learned" }).name).toBe("ancestral, learned");
  });
});

describe("the discrete decoder", () => {
  it.each([
    [0, 1],
    [0.3, 1e-4],
    [-0.999, 1e-6],
    [5, 0.5],
  ])("has bins that add up to 1 for N(%f, %f)", (mean, variance) => {
    const bins = Array.from({ length: 256 }, (_, i) => discreteLogLikelihood(-1 + (2 * i) / 255, { mean, variance }));
    expect(bins.map(Math.exp).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(bins.every(Number.isFinite)).toBe(true);
  });

  it("is a difference of distribution functions, and keeps its digits in the tails", () => {
    const law = { mean: 0.2, variance: 0.09 };
    const x = 1 / 255;
    expect(discreteLogLikelihood(x, law)).toBeCloseTo(Math.log(cdf(2 / 255, law) - cdf(0, law)), 12);
    // Far out the bin's probability is the tail's at its nearer edge: log P(Z > 100) = −5005.5242086942.
    expect(discreteLogLikelihood(1, { mean: -100 / 1000 + 1 - 1 / 255, variance: 1e-6 })).toBeCloseTo(-5005.5242086942, 8);
    // Both sides of where the series takes over.
    const tail = (a: number): number => discreteLogLikelihood(1, { mean: 1 - 1 / 255 - a / 1000, variance: 1e-6 });
    expect(tail(30.0000001) - tail(29.9999999)).toBeCloseTo(-2e-7 * (30 + 1 / 30), 9);
    expect(discreteLogLikelihood(-1, { mean: -0.3, variance: 1e-6 })).toBeCloseTo(discreteLogLikelihood(1, { mean: 0.3, variance: 1e-6 }), 8);
  });

  it("refuses data off its scale", () => {
    expect(() => discreteLogLikelihood(255, { mean: 0, variance: 1 })).toThrow("value 255 outside −1…1");
    expect(() => discreteLogLikelihood(0, { mean: 0, variance: 0 })).toThrow(RangeError);
    expect(() => discreteLogLikelihood(0, { mean: 0, variance: 1 }, { bins: 1 })).toThrow("1 bins");
  });
});
