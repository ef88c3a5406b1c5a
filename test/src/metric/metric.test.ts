import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Measured, type TwoSamples, bitsPerDim, cdf, energyDistance, foldIn, frechet, frechetDistance, gaussianMixture, key, medianDistance, mmd,
  modeCoverage, normal, permutationTest, quantile, sampleMoments, slicedWasserstein, uniform,
} from "noisebook";

const normals = (stream: number, n: number, dimensions = 1): Float64Array<ArrayBuffer> => normal(foldIn(key(71), stream), [n, dimensions]);
const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
/** n quantiles of N(mean, variance): a sample without chance. */
const ideal = (n: number, centre = 0, std = 1): Float64Array => Float64Array.from({ length: n }, (_, i) => centre + std * quantile((i + 0.5) / n));
/** E|Z| of Z ~ N(mean, variance). */
const absolute = (m: number, variance: number): number => {
  const s = Math.sqrt(variance);
  return s * Math.sqrt(2 / Math.PI) * Math.exp((-m * m) / (2 * variance)) + m * (1 - 2 * cdf(-m / s));
};
/** E k of a Gaussian kernel of bandwidth h between points whose difference is N(mean, variance) in each of d coordinates. */
const kernelMean = (h: number, m: number, variance: number, d = 1): number =>
  Math.sqrt((h * h) / (h * h + variance)) ** d * Math.exp((-d * m * m) / (2 * (h * h + variance)));

type Metric = (samples: TwoSamples) => Measured;
const unbiased: Record<string, Metric> = {
  "energy distance": energyDistance,
  "MMD": mmd,
  "MMD, bandwidth ½": (samples) => mmd({ ...samples, bandwidths: [0.5] }),
  "Fréchet distance": (samples) => frechet({ ...samples, groups: 20 }),
};

describe("between Gaussians, within five standard errors of the closed form (false alarms 1 in 10^6 a check)", () => {
  const [m, v] = [0.4, 2.25];
  const x = normals(1, 4000);
  const y = normals(2, 3000).map((z) => m + Math.sqrt(v) * z);

  it("the energy distance", () => {
    const exact = 2 * absolute(m, 1 + v) - absolute(0, 2) - absolute(0, 2 * v);
    const { value, standardError } = energyDistance({ x, y });
    expect(Math.abs(value - exact)).toBeLessThan(5 * standardError);
    expect(standardError).toBeLessThan(0.15 * exact);
  });

  it.each([[[1]], [[0.5, 1, 2]], [[0.3, 0.7]]])("MMD with bandwidths %j, alone and as an average of kernels", (bandwidths) => {
    const exact = mean(bandwidths.map((h) => kernelMean(h, 0, 2) + kernelMean(h, 0, 2 * v) - 2 * kernelMean(h, m, 1 + v)));
    const { value, standardError } = mmd({ x, y, bandwidths });
    expect(Math.abs(value - exact)).toBeLessThan(5 * standardError);
    expect(standardError).toBeLessThan(0.15 * exact);
  });

  it("MMD in three dimensions", () => {
    const [a, b] = [normals(3, 1500, 3), normals(4, 1500, 3).map((z) => m + Math.sqrt(v) * z)];
    const exact = kernelMean(1.5, 0, 2, 3) + kernelMean(1.5, 0, 2 * v, 3) - 2 * kernelMean(1.5, m, 1 + v, 3);
    const { value, standardError } = mmd({ x: a, y: b, dimensions: 3, bandwidths: [1.5] });
    expect(Math.abs(value - exact)).toBeLessThan(5 * standardError);
  });

  it("the Wasserstein distance, √((μ₁ − μ₂)² + (σ₁ − σ₂)²) for p = 2; and for p = 1 E|(μ₁ − μ₂) + (σ₁ − σ₂)Z|", () => {
    const two = slicedWasserstein({ x, y, key: key(5) });
    expect(Math.abs(two.value - Math.hypot(m, Math.sqrt(v) - 1))).toBeLessThan(5 * two.standardError);
    const one = slicedWasserstein({ x, y, key: key(5), p: 1 });
    expect(Math.abs(one.value - absolute(m, (Math.sqrt(v) - 1) ** 2))).toBeLessThan(5 * one.standardError);
    expect(two.standardError).toBeLessThan(0.1);
  });

  it("the sliced one in five dimensions, √(|μ|²/d) apart from rotation: a shift along one axis", () => {
    const a = normals(6, 2000, 5);
    const b = normals(7, 2000, 5).map((z, at) => z + (at % 5 === 0 ? 2 : 0));
    const { value, standardError } = slicedWasserstein({ x: a, y: b, dimensions: 5, key: key(6), directions: 200 });
    expect(Math.abs(value - Math.sqrt(4 / 5))).toBeLessThan(5 * standardError);
  });

  it("the Fréchet distance of the samples", () => {
    const { value, standardError, plugIn } = frechet({ x, y });
    const exact = m ** 2 + (Math.sqrt(v) - 1) ** 2;
    expect(Math.abs(value - exact)).toBeLessThan(5 * standardError);
    expect(plugIn).not.toBe(value);
  });
});

describe("closed forms without chance", () => {
  it("Wasserstein and energy distance of ideal samples tend to the Gaussians' own", () => {
    const [x, y] = [ideal(20_000), ideal(20_000, 0.7, 1.5)];
    expect(slicedWasserstein({ x, y, key: key(0), resamplings: 1 }).value).toBeCloseTo(Math.hypot(0.7, 0.5), 3);
    const exact = 2 * absolute(0.7, 1 + 2.25) - absolute(0, 2) - absolute(0, 4.5);
    expect(energyDistance({ x, y }).value).toBeCloseTo(exact, 3);
  });

  it("two points against two, by hand", () => {
    const [x, y] = [Float64Array.of(0, 1), Float64Array.of(3, 5)];
    // 2·(3 + 5 + 2 + 4)/4 − 1 − 2
    expect(energyDistance({ x, y }).value).toBeCloseTo(4, 14);
    expect(energyDistance({ x: Float64Array.of(0, 0, 0, 1), y: Float64Array.of(0, 3, 0, 5), dimensions: 2 }).value).toBeCloseTo(4, 14);
    const k = (gap: number): number => Math.exp(-gap * gap / 2);
    expect(mmd({ x, y, bandwidths: [1] }).value).toBeCloseTo(k(1) + k(2) - (k(3) + k(5) + k(2) + k(4)) / 2, 14);
    expect(slicedWasserstein({ x, y, key: key(0), p: 1 }).value).toBeCloseTo(3.5, 14);
    expect(slicedWasserstein({ x, y, key: key(0), p: 2 }).value).toBeCloseTo(Math.sqrt((9 + 16) / 2), 14);
    // Unequal numbers: a half against two thirds and so on.
    expect(slicedWasserstein({ x, y: Float64Array.of(0, 0, 3), key: key(0), p: 1 }).value).toBeCloseTo((1 / 6) * 1 + (1 / 3) * 2, 14);
  });

  it("sorting and pairs agree in one dimension: the second coordinate is 0", () => {
    const [x, y] = [normals(8, 300), normals(9, 200).map((z) => z * 1.3)];
    const flat = (points: Float64Array): Float64Array => Float64Array.from({ length: 2 * points.length }, (_, at) => (at % 2 === 0 ? points[at / 2]! : 0));
    const [one, two] = [energyDistance({ x, y }), energyDistance({ x: flat(x), y: flat(y), dimensions: 2 })];
    expect(one.value).toBeCloseTo(two.value, 12);
    expect(one.standardError).toBeCloseTo(two.standardError, 12);
  });

  it("the Fréchet distance of two moments: 0 with itself, commuting, rotated, singular", () => {
    const law = (centre: number[], covariance: number[]) => ({ mean: Float64Array.from(centre), covariance: Float64Array.from(covariance) });
    const a = law([1, 2], [4, 0, 0, 9]);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 13);
    expect(frechetDistance(a, law([0, 0], [1, 0, 0, 1]))).toBeCloseTo(5 + 1 + 4, 12);
    // In two dimensions tr √M = √(tr M + 2√det M), M = C₁C₂.
    const [p, q] = [law([0, 0], [2, 0.6, 0.6, 1]), law([0, 0], [1, -0.3, -0.3, 3])];
    const traceM = 2 * 1 + 2 * 0.6 * -0.3 + 3;
    const detM = (2 - 0.36) * (3 - 0.09);
    expect(frechetDistance(p, q)).toBeCloseTo(3 + 4 - 2 * Math.sqrt(traceM + 2 * Math.sqrt(detM)), 12);
    expect(frechetDistance(law([0, 0], [1, 1, 1, 1]), law([0, 0], [0, 0, 0, 0]))).toBeCloseTo(2, 13);
    expect(() => frechetDistance(a, law([0, 0], [1, 0, 0, -1]))).toThrow(RangeError);
    expect(() => frechetDistance(law([0, 0], [1, 0, 0, -1]), a)).toThrow(RangeError);
    expect(() => frechetDistance(a, law([0], [1]))).toThrow(TypeError);
  });

  it("the Fréchet distance takes features of more dimensions than there are points", () => {
    const [x, y] = [normals(60, 12, 30), normals(61, 15, 30)];
    const { plugIn, standardError } = frechet({ x, y, dimensions: 30, groups: 4 });
    expect(plugIn).toBeGreaterThan(0);
    expect(Number.isFinite(standardError)).toBe(true);
    expect(frechetDistance(sampleMoments(x, 30), sampleMoments(x, 30))).toBeLessThan(1e-6);
  });

  it("sample moments are the textbook's", () => {
    const { mean: centre, covariance } = sampleMoments(Float64Array.of(0, 0, 2, 4, 4, 2), 2);
    expect([...centre]).toEqual([2, 2]);
    [4, 2, 2, 4].forEach((value, at) => expect(covariance[at]).toBeCloseTo(value, 14));
  });

  it("bits per dimension: of a uniform density over the 256 bins of [−1, 1] they are 8", () => {
    expect(bitsPerDim(5 * Math.log(2), { dimensions: 5 })).toBeCloseTo(1, 14);
    expect(bitsPerDim(3 * Math.log(256 * (2 / 255)), { dimensions: 3, binWidth: 2 / 255 })).toBeCloseTo(8, 13);
    expect(() => bitsPerDim(1, { dimensions: 0 })).toThrow(RangeError);
    expect(() => bitsPerDim(1, { binWidth: 0 })).toThrow(RangeError);
  });
});

describe("with equal laws, 200 pairs of 60 and 40 points in two dimensions", () => {
  it.each(Object.entries(unbiased))("%s is 0 on average, and its standard error is the spread it has", (_, metric) => {
    const runs = Array.from({ length: 200 }, (_, run) => metric({ x: normals(1000 + run, 60, 2), y: normals(2000 + run, 40, 2), dimensions: 2 }));
    const values = runs.map(({ value }) => value);
    const spread = Math.sqrt(mean(values.map((value) => value ** 2)));
    expect(Math.abs(mean(values)) / (spread / Math.sqrt(200))).toBeLessThan(4.5);
    const stated = Math.sqrt(mean(runs.map(({ standardError }) => standardError ** 2)));
    // The spread itself is known to about a tenth; the jackknife over groups of so few points errs upwards.
    expect(stated / spread).toBeGreaterThan(0.75);
    expect(stated / spread).toBeLessThan(1.6);
  });

  it("the permutation test is as often wrong as it says: at level 0.2 in 100 trials, binomial bounds of 1 in 10^5", () => {
    const alarms = Array.from({ length: 100 }, (_, run) =>
      permutationTest({
        x: normals(3000 + run, 20), y: normals(4000 + run, 25), statistic: (samples) => energyDistance(samples).value,
        key: foldIn(key(9), run), permutations: 19,
      }).pValue <= 0.2);
    const rate = alarms.filter(Boolean).length;
    expect(rate).toBeGreaterThan(5);
    expect(rate).toBeLessThan(39);
  });

  it("and it finds a difference that is there", () => {
    const moved = normals(11, 60).map((z) => z + 1);
    expect(permutationTest({ x: normals(10, 60), y: moved, statistic: (s) => mmd(s).value, key: key(1) }).pValue).toBe(0.01);
  });

  it("the sliced Wasserstein distance lies about its floor, as far as the floor's spread says (100 pairs)", () => {
    const scores = Array.from({ length: 100 }, (_, run) => {
      const samples = { x: normals(5000 + run, 50, 2), y: normals(6000 + run, 50, 2), dimensions: 2 };
      const { value, floor, floorSpread } = slicedWasserstein({ ...samples, key: foldIn(key(3), run), directions: 16, resamplings: 30 });
      return (value - floor) / floorSpread;
    });
    expect(Math.abs(mean(scores))).toBeLessThan(0.5);
    expect(mean(scores.map((z) => z * z))).toBeGreaterThan(0.5);
    expect(mean(scores.map((z) => z * z))).toBeLessThan(2);
  });
});

describe("standard errors with different laws are the spread over repetitions (80 pairs, known to 8 %)", () => {
  it.each<[string, Metric]>([...Object.entries(unbiased), ["Wasserstein", (samples) => slicedWasserstein({ ...samples, key: key(8), directions: 24 })]])(
    "%s", (_, metric) => {
      const runs = Array.from({ length: 80 }, (_, run) =>
        metric({ x: normals(7000 + run, 120, 2), y: normals(8000 + run, 90, 2).map((z) => 0.5 + 1.5 * z), dimensions: 2 }));
      const centre = mean(runs.map(({ value }) => value));
      const spread = Math.sqrt(mean(runs.map(({ value }) => (value - centre) ** 2)));
      const stated = mean(runs.map(({ standardError }) => standardError));
      expect(stated / spread).toBeGreaterThan(0.7);
      expect(stated / spread).toBeLessThan(1.4);
    },
  );
});

describe("what must not matter does not", () => {
  const values = fc.integer({ min: 0, max: 10_000 }).map((seed) => ({ x: normals(seed, 24, 2), y: normals(seed + 20_000, 18, 2).map((z) => 1.5 * z) }));
  const all: Record<string, (x: Float64Array, y: Float64Array) => number> = {
    energy: (x, y) => energyDistance({ x, y, dimensions: 2 }).value,
    mmd: (x, y) => mmd({ x, y, dimensions: 2, bandwidths: [1, 2] }).value,
    frechet: (x, y) => frechetDistance(sampleMoments(x, 2), sampleMoments(y, 2)),
    wasserstein: (x, y) => slicedWasserstein({ x, y, dimensions: 2, key: key(2), directions: 8, resamplings: 1 }).value,
  };

  it.each(Object.entries(all))("%s: the order of the two, a shift of both, and the order of the points", (_, metric) => {
    fc.assert(fc.property(values, fc.double({ min: -5, max: 5, noNaN: true }), ({ x, y }, shift) => {
      const value = metric(x, y);
      expect(metric(y, x)).toBeCloseTo(value, 10);
      expect(metric(x.map((v) => v + shift), y.map((v) => v + shift))).toBeCloseTo(value, 9);
      const turned = Float64Array.from({ length: x.length }, (_, at) => x[(at + 6) % x.length]!);
      expect(metric(turned, y)).toBeCloseTo(value, 10);
    }), { numRuns: 30 });
  });

  it.each([["energy", 1], ["frechet", 2], ["wasserstein", 1]] as const)("%s scales with the unit of length to the power %i, MMD with its bandwidths", (name, power) => {
    fc.assert(fc.property(values, fc.double({ min: 0.2, max: 5, noNaN: true }), ({ x, y }, unit) => {
      const scaled = all[name]!(x.map((v) => v * unit), y.map((v) => v * unit));
      expect(scaled / unit ** power).toBeCloseTo(all[name]!(x, y), 9);
      const [a, b] = [mmd({ x, y, dimensions: 2 }), mmd({ x: x.map((v) => v * unit), y: y.map((v) => v * unit), dimensions: 2 })];
      expect(b.value).toBeCloseTo(a.value, 9);
    }), { numRuns: 20 });
  });

  it.each(["energy", "mmd", "frechet"])("%s: a rotation of the plane", (name) => {
    fc.assert(fc.property(values, fc.double({ min: 0, max: 6, noNaN: true }), ({ x, y }, angle) => {
      const rotate = (points: Float64Array): Float64Array =>
        points.map((_, at) => {
          const [a, b] = [points[at - (at % 2)]!, points[at - (at % 2) + 1]!];
          return at % 2 === 0 ? Math.cos(angle) * a - Math.sin(angle) * b : Math.sin(angle) * a + Math.cos(angle) * b;
        });
      expect(all[name]!(rotate(x), rotate(y))).toBeCloseTo(all[name]!(x, y), 9);
    }), { numRuns: 20 });
  });

  it("Wasserstein distances obey the triangle inequality", () => {
    const distance = (x: Float64Array, y: Float64Array) => slicedWasserstein({ x, y, key: key(2), resamplings: 1 }).value;
    fc.assert(fc.property(fc.nat(1000), (seed) => {
      const [x, y, z] = [normals(seed, 15), uniform(key(seed), 11), normals(seed + 5000, 20).map((v) => 2 * v + 1)];
      expect(distance(x, z)).toBeLessThanOrEqual(distance(x, y) + distance(y, z) + 1e-12);
    }));
  });
});

describe("mode coverage", () => {
  const target = gaussianMixture({ weights: [0.5, 0.3, 0.2], means: [[0, 0], [1.5, 0], [0, 4]], variances: [0.3, 0.3, 0.1] });

  it("finds the weights of a sample of the target, overlap or not, within five standard errors", () => {
    const { modes, covered, misplaced } = modeCoverage({ x: target.sample(key(4), 5000), target });
    for (const { value, weight, standardError, z } of modes) {
      expect(Math.abs(z)).toBeLessThan(5);
      expect(z).toBeCloseTo((value - weight) / standardError, 12);
    }
    expect(covered).toBe(3);
    expect(misplaced.value).toBeLessThan(5 * misplaced.standardError);
    expect(modes.reduce((total, { value }) => total + value, 0)).toBeCloseTo(1, 12);
  });

  it("sees a mode that is missing and one that has too much", () => {
    const without = gaussianMixture({ weights: [0.7, 0.3], means: [[0, 0], [1.5, 0]], variances: [0.3, 0.3] });
    const { modes, covered, misplaced } = modeCoverage({ x: without.sample(key(4), 5000), target });
    expect(covered).toBe(2);
    expect(modes[2]!.value).toBeLessThan(1e-3);
    expect(modes[0]!.z).toBeGreaterThan(10);
    expect(misplaced.value).toBeGreaterThan(0.15);
  });
});

describe("errors", () => {
  it("say what is wrong and what to give", () => {
    const x = new Float64Array(6);
    expect(() => energyDistance({ x, y: x, dimensions: 4 })).toThrow("6 numbers as points in 4 dimensions: give a Float64Array of n·4 numbers, row by row");
    expect(() => energyDistance({ x: new Float64Array(1), y: x })).toThrow(new RangeError("a sample of 1 point: at least 2 are needed"));
    expect(() => mmd({ x, y: x })).toThrow("most points coincide");
    expect(() => mmd({ x, y: x, bandwidths: [0] })).toThrow(RangeError);
    expect(() => mmd({ x, y: x, bandwidths: [] })).toThrow(RangeError);
    expect(() => medianDistance({ x, y: x, dimensions: 0 })).toThrow(RangeError);
    expect(() => slicedWasserstein({ x, y: x, dimensions: 2, key: key(0), directions: 0 })).toThrow(RangeError);
    expect(() => frechet({ x, y: x, groups: 7 })).toThrow(RangeError);
    expect(() => permutationTest({ x, y: x, statistic: () => 0, key: key(0), permutations: 0 })).toThrow(RangeError);
  });
});
