import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Gaussian, cdf, derivative, dual, erf, erfc, key, klDivergence, logDensity, logPdf, mergeGaussians, normal, pdf, quantile, reparameterize,
} from "noisebook";
import { erfReference, erfcReference, relativeError } from "./long-arithmetic.ts";

const means = fc.double({ min: -10, max: 10, noNaN: true });
const variances = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const gaussians = fc.record({ mean: means, variance: variances });
const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);

/** Simpson's rule on 2n intervals. */
function integrate(f: (x: number) => number, from: number, to: number, n = 2000): number {
  const h = (to - from) / (2 * n);
  let total = f(from) + f(to);
  for (let i = 1; i < 2 * n; i++) total += (i % 2 === 1 ? 4 : 2) * f(from + i * h);
  return (total * h) / 3;
}

/** Multiples of 2^-40, so that the reference sees the very same numbers: dense near 0, and over the whole range. */
const grid = [...Array.from({ length: 60 }, (_, i) => (i + 1) / 32), ...Array.from({ length: 25 }, (_, i) => 2 + i + 0.3125), 2 ** -40, 3 * 2 ** -20];

describe("erf and erfc", () => {
  it("agree with long arithmetic to 1e-15 relative, on both sides of 0", () => {
    for (const x of grid) {
      expect(relativeError(erf(x), erfReference(x)), `erf(${x})`).toBeLessThan(1e-15);
      expect(relativeError(erfc(x), erfcReference(x)), `erfc(${x})`).toBeLessThan(1e-15);
      expect(relativeError(erfc(-x), erfcReference(-x)), `erfc(${-x})`).toBeLessThan(1e-15);
      expect(erf(-x)).toBe(-erf(x));
    }
  });

  it("have their published values", () => {
    expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 15);
    expect(erf(1)).toBeCloseTo(0.8427007929497149, 15);
    expect(erf(2)).toBeCloseTo(0.9953222650189527, 15);
    expect(relative(erfc(4), 1.541725790028002e-8)).toBeLessThan(1e-14);
    expect(relative(erfc(10), 2.088487583762545e-45)).toBeLessThan(1e-14);
  });

  it("end where they should", () => {
    expect([erf(0), erf(Infinity), erf(-Infinity), erfc(0), erfc(Infinity), erfc(-Infinity), erfc(30)]).toEqual([0, 1, -1, 1, 0, 2, 0]);
    expect([erf(NaN), erfc(NaN)]).toEqual([NaN, NaN]);
    expect(erf(5e-324)).toBeGreaterThan(0);
  });

  it("add up to 1 and rise", () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 6, noNaN: true }), fc.double({ min: 1e-9, max: 1, noNaN: true }), (x, step) => {
        expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThan(4e-16);
        expect(erf(x + step)).toBeGreaterThanOrEqual(erf(x));
      }),
    );
  });
});

describe("pdf, logPdf and cdf", () => {
  it("the density integrates to 1, to its mean and to its variance", () => {
    for (const law of [{ mean: 0, variance: 1 }, { mean: -3, variance: 0.04 }, { mean: 5, variance: 30 }]) {
      const reach = 12 * Math.sqrt(law.variance);
      const moment = (power: number): number => integrate((x) => (x - law.mean) ** power * pdf(x, law), law.mean - reach, law.mean + reach);
      expect(moment(0)).toBeCloseTo(1, 12);
      expect(moment(1)).toBeCloseTo(0, 12);
      expect(moment(2) / law.variance).toBeCloseTo(1, 12);
    }
  });

  it("the distribution function is the integral of the density", () => {
    const law = { mean: 0.3, variance: 2.25 };
    for (const x of [-4, -1, 0, 0.3, 2, 6]) {
      expect(cdf(x, law)).toBeCloseTo(integrate((y) => pdf(y, law), 0.3 - 20, x), 10);
    }
  });

  it("take N(0, 1) unless told, and have its known values", () => {
    expect(pdf(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 16);
    expect(cdf(0)).toBe(0.5);
    expect(cdf(1.959963984540054)).toBeCloseTo(0.975, 15);
    expect(relative(cdf(-10), 7.61985302416052e-24)).toBeLessThan(1e-13);
  });

  it("the log density is that of the density, and of the joint density in one coordinate", () => {
    fc.assert(
      fc.property(means, gaussians, (x, law) => {
        expect(logDensity(x, law)).toBeCloseTo(logPdf(x, law), 9);
        expect(Math.abs(Math.exp(logPdf(x, law)) - pdf(x, law))).toBeLessThanOrEqual(1e-11 * pdf(x, law) + 1e-300);
      }),
    );
    expect(logPdf(60)).toBeCloseTo(-1800 - 0.5 * Math.log(2 * Math.PI), 10);
  });

  it("a variance that is not positive has no density", () => {
    for (const f of [pdf, logPdf, cdf]) {
      for (const variance of [0, -1, NaN]) expect(() => f(0, { mean: 0, variance })).toThrow(/a density needs a positive variance/);
    }
  });
});

describe("the quantile", () => {
  it("undoes the distribution function", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1 - 1e-12, noNaN: true }), (p) => {
        const z = quantile(p);
        // One Newton step away: what is left is rounding.
        expect(Math.abs((cdf(z) - p) / pdf(z))).toBeLessThan(4e-15 * (1 + Math.abs(z)) + 3e-16 / pdf(z));
      }),
      { numRuns: 1000 },
    );
    for (const exponent of [-5, -20, -100, -300]) expect(relative(cdf(quantile(10 ** exponent)), 10 ** exponent)).toBeLessThan(1e-12);
  });

  it("has its published values, its ends and its range", () => {
    expect(quantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(quantile(1e-10)).toBeCloseTo(-6.361340902404056, 13);
    expect([quantile(0), quantile(0.5), quantile(1)]).toEqual([-Infinity, 0, Infinity]);
    for (const p of [-0.1, 1.1, NaN]) expect(() => quantile(p)).toThrow(RangeError);
  });
});

describe("the joint density", () => {
  it("of an array is the sum over its coordinates", () => {
    const x = normal(key(1), 50);
    const mean = normal(key(2), 50);
    const expected = Array.from(x).reduce((sum, value, i) => sum + logPdf(value, { mean: mean[i]!, variance: 0.7 }), 0);
    expect(relative(logDensity(x, { mean, variance: 0.7 }), expected)).toBeLessThan(1e-14);
  });

  it("has the score −(x − μ)/σ² as its derivative", () => {
    fc.assert(
      fc.property(means, gaussians, (x, { mean, variance }) => {
        const score = derivative((y) => logDensity(y, { mean: dual(mean), variance }), x);
        expect(Math.abs(score + (x - mean) / variance)).toBeLessThan(1e-13 * (1 + Math.abs(score)));
      }),
    );
  });
});

describe("the divergence", () => {
  it("is the integral of p log(p/q)", () => {
    for (const [p, q] of [
      [{ mean: 0, variance: 1 }, { mean: 1, variance: 2 }],
      [{ mean: 0.5, variance: 0.3 }, { mean: 0, variance: 0.29 }],
      [{ mean: 2, variance: 4 }, { mean: 2, variance: 0.5 }],
    ] as [Gaussian<number>, Gaussian<number>][]) {
      const reach = 14 * Math.sqrt(p.variance);
      const integral = integrate((x) => pdf(x, p) * (logPdf(x, p) - logPdf(x, q)), p.mean - reach, p.mean + reach);
      expect(klDivergence(p, q)).toBeCloseTo(integral, 11);
    }
  });

  it("is 0 between equals and never below", () => {
    fc.assert(
      fc.property(gaussians, gaussians, (p, q) => {
        expect(klDivergence(p, p)).toBe(0);
        expect(klDivergence(p, q)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("keeps its digits between laws that almost agree, and where its series takes over", () => {
    // ½ (u − log(1 + u)) = u²/4 − u³/6 + …
    const u = 2 ** -30;
    expect(relative(klDivergence({ mean: 0, variance: 1 + u }, { mean: 0, variance: 1 }), (u * u) / 4 - u ** 3 / 6)).toBeLessThan(1e-15);
    for (const variance of [1.0999999, 1.1000001, 0.9000001, 0.8999999, 1.05, 0.95]) {
      expect(relative(klDivergence({ mean: 0, variance }, { mean: 0, variance: 1 }), 0.5 * (variance - 1 - Math.log(variance)))).toBeLessThan(1e-13);
    }
  });

  it("adds up over the coordinates of an array", () => {
    const p = { mean: Float64Array.of(1, 2, -1), variance: 0.5 };
    const q = { mean: Float64Array.of(0, 2, 3), variance: 2 };
    const each = [0, 1, 2].map((i) => klDivergence({ mean: p.mean[i]!, variance: 0.5 }, { mean: q.mean[i]!, variance: 2 }));
    expect(klDivergence(p, q)).toBeCloseTo(each[0]! + each[1]! + each[2]!, 14);
  });
});

describe("merging and reparameterization", () => {
  it("merges means by the factors and variances by their squares", () => {
    expect(mergeGaussians(3, { mean: 1, variance: 2 }, -2, { mean: 5, variance: 0.5 })).toEqual({ mean: -7, variance: 20 });
  });

  it("gives the law that samples of the sum have: four standard errors, false alarms 1 in 8000 a check", () => {
    const n = 200_000;
    const X = { mean: 1, variance: 0.25 };
    const Y = { mean: -2, variance: 4 };
    const merged = mergeGaussians(0.8, X, 0.6, Y);
    const [a, b] = [normal(key(10), n), normal(key(11), n)];
    const z = a.map((eps, i) => 0.8 * reparameterize(X, eps) + 0.6 * reparameterize(Y, b[i]!));
    const mean = z.reduce((sum, value) => sum + value, 0) / n;
    const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
    expect(Math.abs(mean - merged.mean)).toBeLessThan(4 * Math.sqrt(merged.variance / n));
    expect(Math.abs(variance - merged.variance)).toBeLessThan(4 * merged.variance * Math.sqrt(2 / n));
  });

  it("a sample is mean + std · eps, at variance 0 the mean itself", () => {
    expect(reparameterize({ mean: 1, variance: 9 }, 0.5)).toBe(2.5);
    expect(reparameterize({ mean: Float64Array.of(1, 2), variance: 4 }, Float64Array.of(1, -1))).toEqual(Float64Array.of(3, 0));
    expect(reparameterize({ mean: 1, variance: 0 }, 5)).toBe(1);
    expect(() => reparameterize({ mean: 1, variance: -1 }, 5)).toThrow(RangeError);
  });
});
