import { describe, expect, it } from "vitest";
import { autocorrelation, effectiveSampleSize, key, normal, rHat } from "noisebook";

/** x ← φx + √(1−φ²) ε from its stationary law: autocorrelation φ^k, and N(1−φ)/(1+φ) effective draws of N. */
function autoregression(phi: number, length: number, seed: number): Float64Array {
  const draws = normal(key(seed), length);
  for (let i = 1; i < length; i++) draws[i] = phi * draws[i - 1]! + Math.sqrt(1 - phi ** 2) * draws[i]!;
  return draws;
}
const chains = (phi: number): Float64Array[] => [1, 2, 3, 4].map((seed) => autoregression(phi, 20_000, seed));

describe("autocorrelation", () => {
  it("of an autoregression is a power", () => {
    const rho = autocorrelation(autoregression(0.7, 100_000, 5), 10);
    // Bartlett's standard error is below .01 here; 5 of them.
    rho.forEach((value, lag) => expect(Math.abs(value - 0.7 ** lag)).toBeLessThan(0.05));
    expect(rho[0]).toBe(1);
    expect(autocorrelation([1, 2, 3, 4])).toEqual(Float64Array.of(1, 0.25, -0.3));
  });

  it("needs a chain that moves and is longer than the lag", () => {
    expect(() => autocorrelation([2, 2, 2])).toThrow("a chain that never moves");
    expect(() => autocorrelation([1, 2, 3], 3)).toThrow("lag 3 of a chain of 3: it must be shorter");
  });
});

describe("effective sample size", () => {
  it.each([0, 0.5, 0.9, -0.5])("of an autoregression with φ = %f is N(1 − φ)/(1 + φ), to a tenth", (phi) => {
    const expected = (80_000 * (1 - phi)) / (1 + phi);
    expect(Math.abs(effectiveSampleSize(chains(phi)) / expected - 1)).toBeLessThan(0.1);
  });

  it("falls where chains do not agree, and has a bound where they are better than independent", () => {
    const apart = chains(0).map((chain, k) => chain.map((value) => value + k));
    expect(effectiveSampleSize(apart)).toBeLessThan(20);
    const alternating = Float64Array.from({ length: 1000 }, (_, i) => (i % 2 ? 1 : -1) + 1e-3 * Math.sin(i * i));
    expect(effectiveSampleSize([alternating])).toBeLessThanOrEqual(1000 * Math.log10(1000));
    expect(() => effectiveSampleSize([[1, 1, 1, 1]])).toThrow("chains that never move");
  });
});

describe("R-hat", () => {
  it("is 1 where chains agree and more where they do not, or drift", () => {
    expect(Math.abs(rHat(chains(0)) - 1)).toBeLessThan(0.001);
    expect(rHat(chains(0).map((chain, k) => chain.map((value) => value + k)))).toBeGreaterThan(1.4);
    const drifting = normal(key(7), 1000).map((value, i) => value + i / 250);
    expect(rHat([drifting])).toBeGreaterThan(1.2);
  });

  it("is its formula: two halves of means ½ and 2½, variances ½", () => {
    expect(rHat([[0, 1, 2, 3]])).toBeCloseTo(Math.sqrt((0.5 * 0.5 + 2) / 0.5), 14);
    expect(() => rHat([[1, 2, 3, 4], [1, 2, 3]])).toThrow("chains of 4, 3 values: give chains of one length, at least 4");
    expect(() => rHat([])).toThrow("chains of no values");
  });
});
