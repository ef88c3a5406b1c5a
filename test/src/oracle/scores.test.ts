import { expect, it } from "vitest";
import { gaussianMixture, gaussianTarget, key, normal } from "noisebook";

it("one Gaussian's score is (m − x)/v in any dimension, and that of the same Gaussian in two halves", () => {
  for (const mean of [[0.5], [1, -2, 3]]) {
    const d = mean.length;
    const x = normal(key(d), [50, d]);
    const one = gaussianTarget({ mean, variance: 0.7 }).score(x);
    const halves = gaussianMixture({ weights: [0.5, 0.5], means: [mean, mean], variances: [0.7, 0.7] }).score(x);
    one.forEach((value, i) => {
      expect(value).toBeCloseTo((mean[i % d]! - x[i]!) / 0.7, 13);
      expect(value).toBeCloseTo(halves[i]!, 13);
    });
  }
  expect(gaussianTarget({ mean: 2, variance: 4 }).score(0)).toBe(0.5);
});

it("far from every component the score is that of the nearest in its own deviations, though all densities underflow", () => {
  const law = gaussianMixture({ weights: [0.5, 0.5], means: [-1, 1], variances: [0.01, 1] });
  expect(law.score(1e200)).toBe(-1e200);
  expect(law.score(Float64Array.of(1e200))[0]).toBe(law.score(1e200));
});

it("wants points of its own dimension, and components that have a density", () => {
  expect(() => gaussianTarget({ mean: [0, 0], variance: 1 }).score(new Float64Array(3))).toThrow("3 numbers as points in 2 dimensions");
  expect(() => gaussianTarget({ mean: 0, variance: 0 }).score(1)).toThrow(RangeError);
});
