import { describe, expect, it } from "vitest";
import {
  entropy, gaussianMixture, gaussianTarget, integrate, klDivergence, linearSchedule, marginal, momentMatched, posterior, relativeEntropy,
  reverseKernel, scheduleFromBetas, totalVariation, transition,
} from "noisebook";

const bimodal = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
const range = (from: number, to: number, n: number): number[] => Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);

describe("the reverse kernel", () => {
  const schedule = scheduleFromBetas([0.1, 0.3, 0.4]);

  it.each([1, 2, 3])("is Bayes' rule at t = %i: prior times transition over evidence", (t) => {
    const [before, after] = [bimodal.diffused(schedule, t - 1), bimodal.diffused(schedule, t)];
    for (const xt of [-2, 0.1, 1.5]) {
      const kernel = reverseKernel(bimodal, schedule, t, xt);
      for (const xPrev of range(-3, 3, 12)) {
        const bayes = before.logDensity(xPrev) + transition(schedule, t).logDensity(xt, { xPrev }) - after.logDensity(xt);
        expect(kernel.logDensity(xPrev)).toBeCloseTo(bayes, 11);
      }
    }
  });

  it("averages the posterior over x_0 given x_t", () => {
    const [t, xt] = [3, 0.4];
    const evidence = Math.exp(bimodal.diffused(schedule, t).logDensity(xt));
    const kernel = reverseKernel(bimodal, schedule, t, xt);
    for (const xPrev of [-1.5, 0, 0.8]) {
      const average = integrate(
        (x0) => Math.exp(bimodal.logDensity(x0) + marginal(schedule, t).logDensity(xt, { x0 }) + posterior(schedule, t).logDensity(xPrev, { x0, xt })),
        range(-8, 8, 200),
      );
      expect(kernel.logDensity(xPrev)).toBeCloseTo(Math.log(average / evidence), 10);
    }
  });

  it("has the moments of the plug-in's mean and of its variance with Var(x_0 | x_t) put back", () => {
    const [t, xt] = [2, 0.4];
    const { coefficients, variance } = posterior(schedule, t);
    const moments = reverseKernel(bimodal, schedule, t, xt).moments();
    expect(moments.mean[0]).toBeCloseTo(posterior(schedule, t).mean({ x0: bimodal.denoise(schedule, t, xt), xt }), 12);
    expect(moments.variance[0]).toBeCloseTo(variance + coefficients.x0 ** 2 * bimodal.posteriorVariance(schedule, t, xt), 12);
  });

  it("of Gaussian data is Gaussian whatever the step, and of other data only nearly so, as β falls", () => {
    const gaps = [0.5, 0.05, 0.005, 0.0005].map((beta) => {
      const kernel = reverseKernel(bimodal, scheduleFromBetas([0.3, beta]), 2, -0.4);
      return { kl: relativeEntropy(kernel, momentMatched(kernel)), tv: totalVariation(kernel, momentMatched(kernel)) };
    });
    gaps.slice(1).forEach(({ kl, tv }, i) => {
      expect(kl).toBeLessThan(gaps[i]!.kl / 5);
      expect(tv).toBeLessThan(gaps[i]!.tv / 2);
    });
    expect(gaps[0]!.kl).toBeGreaterThan(0.05);
    expect(gaps[3]!.kl).toBeLessThan(1e-5);
    const gaussian = reverseKernel(gaussianTarget({ mean: 1, variance: 3 }), scheduleFromBetas([0.9]), 1, 2);
    expect(relativeEntropy(gaussian, momentMatched(gaussian))).toBeLessThan(1e-15);
  });
});

describe("entropy", () => {
  it("is ½ log 2πev of a Gaussian, 1.41893853 nats for variance 1, d times that in d dimensions", () => {
    expect(entropy(gaussianTarget({ mean: 4, variance: 1 }))).toBeCloseTo(1.4189385332046727, 14);
    expect(entropy(gaussianTarget({ mean: [0, 0, 0], variance: 0.25 }))).toBeCloseTo(3 * (1.4189385332046727 - Math.log(2)), 13);
    expect(() => entropy(gaussianTarget({ mean: 0, variance: 0 }))).toThrow(RangeError);
  });

  it("of components far apart is the choice's plus the average of their own; of equal ones their own", () => {
    const far = gaussianMixture({ weights: [0.25, 0.75], means: [-100, 100], variances: [0.01, 4] });
    const own = (variance: number): number => entropy(gaussianTarget({ mean: 0, variance }));
    expect(entropy(far)).toBeCloseTo(0.25 * (own(0.01) - Math.log(0.25)) + 0.75 * (own(4) - Math.log(0.75)), 11);
    expect(entropy(gaussianMixture({ weights: [0.5, 0.5], means: [1, 1], variances: [2, 2] }))).toBeCloseTo(own(2), 12);
    expect(() => entropy(gaussianMixture({ weights: [1, 1], means: [[0, 0], [1, 1]], variances: [1, 1] }))).toThrow(TypeError);
  });
});

describe("divergences", () => {
  const p = gaussianTarget({ mean: 0.3, variance: 0.5 });
  const q = gaussianTarget({ mean: -0.2, variance: 2 });

  it("have their closed forms between Gaussians", () => {
    expect(relativeEntropy(p, q)).toBeCloseTo(klDivergence({ mean: 0.3, variance: 0.5 }, { mean: -0.2, variance: 2 }), 12);
    expect(relativeEntropy(q, p)).toBeCloseTo(klDivergence({ mean: -0.2, variance: 2 }, { mean: 0.3, variance: 0.5 }), 11);
    // Equal variances cross once, halfway: TV = 2Φ(δ/2σ) − 1.
    const moved = gaussianTarget({ mean: 1.3, variance: 0.5 });
    expect(totalVariation(p, moved)).toBeCloseTo(2 * gaussianTarget({ mean: 0, variance: 1 }).cdf(0.5 / Math.sqrt(0.5)) - 1, 12);
  });

  it("are 0 between equals, and at most 1 in variation between strangers", () => {
    expect(relativeEntropy(bimodal, bimodal)).toBe(0);
    expect(totalVariation(bimodal, bimodal)).toBe(0);
    const far = gaussianTarget({ mean: 500, variance: 1 });
    expect(totalVariation(bimodal, far)).toBeCloseTo(1, 12);
    expect(relativeEntropy(far, bimodal)).toBeGreaterThan(1e5);
    expect(Number.isFinite(relativeEntropy(bimodal, far))).toBe(true);
  });

  it("keep their digits when small, and obey Pinsker", () => {
    const near = gaussianTarget({ mean: 0.3 + 1e-6, variance: 0.5 });
    expect(relativeEntropy(p, near) / 1e-12).toBeCloseTo(1, 5);
    expect(totalVariation(p, q)).toBeLessThan(Math.sqrt(relativeEntropy(p, q) / 2));
  });

  it("diffusion brings every pair of laws together", () => {
    const schedule = linearSchedule();
    const gaps = [0, 100, 300, 600, 1000].map((t) => relativeEntropy(bimodal.diffused(schedule, t), p.diffused(schedule, t)));
    gaps.slice(1).forEach((gap, i) => expect(gap).toBeLessThan(gaps[i]!));
  });
});

describe("quadrature", () => {
  it("is exact for polynomials of degree 39 and additive over panels", () => {
    expect(integrate((x) => 40 * x ** 39, [0, 1])).toBeCloseTo(1, 12);
    expect(integrate(Math.sin, [0, 1, Math.PI])).toBeCloseTo(2, 14);
    expect(integrate(Math.sin, [Math.PI, 0])).toBeCloseTo(-2, 14);
  });
});
