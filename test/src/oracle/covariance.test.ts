import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CovarianceMixture, type Dual, type GaussianMixture, type Oracle, cosineSchedule, derivative, dual, dualAlgebra, empiricalData,
  gaussianMixture, gaussianTarget, integrate, key, linearSchedule, marginal, normal, reverseKernel, transition,
} from "noisebook";

const schedule = linearSchedule();
const sampled = [1, 20, 250, 500, 999];
const range = (from: number, to: number, n: number): number[] => Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);
const tilted = gaussianMixture({
  weights: [1, 2, 1], means: [[0, 2], [-1, -1], [2, 0]],
  covariances: [[[0.5, 0.3], [0.3, 0.4]], [[1, -0.6], [-0.6, 0.5]], [[0.05, 0], [0, 0.2]]],
});
const places = Float64Array.of(0.3, -0.4, 2, 2, -1, 0.1, 5, -4);

/** log Σ w_k N(x; m_k, C_k) in two dimensions over dual numbers, with inverses by hand: shares no code with the oracle. */
function dualLogDensity(law: CovarianceMixture, x: Dual, y: Dual): Dual {
  const { add, mul, scale, shift, exp, log } = dualAlgebra;
  const terms = [...law.weights].map((weight, k) => {
    const [a, b, , c] = law.covariances.subarray(4 * k, 4 * k + 4);
    const det = a! * c! - b! * b!;
    const [u, v] = [shift(x, -law.means[2 * k]!), shift(y, -law.means[2 * k + 1]!)];
    const square = add(add(scale(mul(u, u), c! / det), scale(mul(u, v), (-2 * b!) / det)), scale(mul(v, v), a! / det));
    return scale(exp(scale(square, -0.5)), weight / (2 * Math.PI * Math.sqrt(det)));
  });
  return log(terms.reduce(add));
}

const unit = fc.double({ min: -1, max: 1, noNaN: true });
const laws = fc
  .array(
    fc.record({ weight: fc.double({ min: 0.1, max: 1, noNaN: true }), mean: fc.tuple(unit, unit), root: fc.tuple(unit, unit, unit) }),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => gaussianMixture({
    weights: parts.map(({ weight }) => weight), means: parts.map(({ mean }) => mean.map((value) => 3 * value)),
    covariances: parts.map(({ root: [a, b, c] }) => [[a * a + 0.05, a * b], [a * b, b * b + c * c + 0.05]]),
  }));

describe("a mixture with whole covariances", () => {
  it("is the isotropic mixture to 1e-12 where its covariances are v·I: densities, scores, denoisers, samples and all", () => {
    const parts = { weights: [1, 2, 1], means: [[0, 2], [-1, -1], [2, 0]] };
    const round = gaussianMixture({ ...parts, variances: [0.2, 0.5, 0.05] });
    const full = gaussianMixture({ ...parts, covariances: [0.2, 0.5, 0.05].map((v) => [[v, 0], [0, v]]) });
    const same = (a: ArrayLike<number>, b: ArrayLike<number>): void =>
      Array.from(a).forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-12 * (1 + Math.abs(value))));
    const agree = (p: Oracle, q: Oracle): void => {
      same(p.logDensity(places), q.logDensity(places));
      same(p.score(places), q.score(places));
      same(p.laplacian(places), q.laplacian(places));
      same(p.responsibilities(places), q.responsibilities(places));
      same(p.moments().mean, q.moments().mean);
      same(p.moments().covariance, q.moments().covariance);
      same(p.sample(key(1), 50), q.sample(key(1), 50));
    };
    agree(round, full);
    agree(round.given(0.7, 0.3, [0.1, 0.2]), full.given(0.7, 0.3, [0.1, 0.2]));
    for (const t of sampled) {
      agree(round.diffused(schedule, t), full.diffused(schedule, t));
      same(round.denoise(schedule, t, places), full.denoise(schedule, t, places));
      same(round.posteriorVariance(schedule, t, places), full.posteriorVariance(schedule, t, places));
    }
    const line = { weights: [1, 1], means: [0, 2] };
    const at = (law: Oracle): number[] => [law.score(0.3), law.logDensity(0.3), law.laplacian(0.3), law.denoise(schedule, 9, 0.3)];
    same(at(gaussianMixture({ ...line, variances: [1, 0.5] })), at(gaussianMixture({ ...line, covariances: [1, 0.5] })));
  });

  it("has the score that dual numbers find from the density written out", () => {
    fc.assert(fc.property(laws, unit, unit, (law, a, b) => {
      const [x, y] = [3 * a, 3 * b];
      const score = law.score(Float64Array.of(x, y));
      const slopes = [derivative((u) => dualLogDensity(law, u, dual(y)), x), derivative((u) => dualLogDensity(law, dual(x), u), y)];
      fc.pre(slopes.every(Number.isFinite) && law.logDensity(Float64Array.of(x, y))[0]! > -690);
      slopes.forEach((slope, i) => expect(Math.abs(score[i]! - slope)).toBeLessThan(1e-9 * (1 + Math.abs(slope))));
      expect(law.logDensity(Float64Array.of(x, y))[0]).toBeCloseTo(dualLogDensity(law, dual(x), dual(y)).value, 9);
    }));
  });

  it("integrates to 1 and to its moments", () => {
    const grid = range(-8, 8, 40);
    const { mean, covariance } = tilted.moments();
    const expectation = (f: (x: number, y: number) => number): number =>
      integrate((x) => integrate((y) => f(x, y) * Math.exp(tilted.logDensity(Float64Array.of(x, y))[0]!), grid), grid);
    expect(expectation(() => 1)).toBeCloseTo(1, 9);
    expect(expectation((x) => x)).toBeCloseTo(mean[0]!, 9);
    expect(expectation((x, y) => (x - mean[0]!) * (y - mean[1]!))).toBeCloseTo(covariance[1]!, 9);
  });

  it("draws samples with its moments: five standard errors, false alarms 1 in 10^6 a check", () => {
    const n = 40_000;
    const x = tilted.sample(key(8), n);
    const { mean, covariance } = tilted.moments();
    const centred = x.map((value, at) => value - mean[at % 2]!);
    const check = (f: (a: number, b: number) => number, exact: number): void => {
      const values = Float64Array.from({ length: n }, (_, j) => f(centred[2 * j]!, centred[2 * j + 1]!));
      const average = values.reduce((a, b) => a + b, 0) / n;
      const spread = Math.sqrt(values.reduce((total, value) => total + (value - average) ** 2, 0) / n);
      expect(Math.abs(average - exact)).toBeLessThan((5 * spread) / Math.sqrt(n));
    };
    check((a) => a, 0);
    check((_, b) => b, 0);
    check((a) => a * a, covariance[0]!);
    check((a, b) => a * b, covariance[1]!);
    check((_, b) => b * b, covariance[3]!);
  });

  it("stays finite where exponents overflow, and gives all to the nearest component", () => {
    expect([...tilted.responsibilities(Float64Array.of(1e200, 0))]).toEqual([0, 1, 0]);
    expect(tilted.logDensity(Float64Array.of(1e200, 0))[0]).toBe(-Infinity);
  });

  it("has a reverse kernel that is Bayes' rule: prior times transition over evidence", () => {
    const t = 300;
    const xt = Float64Array.of(0.4, -0.2);
    const kernel = reverseKernel(tilted, schedule, t, xt).logDensity(places);
    const [prior, evidence] = [tilted.diffused(schedule, t - 1).logDensity(places), tilted.diffused(schedule, t).logDensity(xt)[0]!];
    kernel.forEach((value, i) => {
      const forth = transition(schedule, t).logDensity(xt, { xPrev: places.slice(2 * i, 2 * i + 2) });
      expect(Math.abs(value / (prior[i]! + forth - evidence) - 1)).toBeLessThan(1e-10);
    });
  });

  it("may be singular until it is diffused: a line in the plane", () => {
    const flat = gaussianMixture({ weights: [1], means: [[0, 0]], covariances: [[[1, 1], [1, 1]]] });
    expect(() => flat.score(Float64Array.of(0, 0))).toThrow("singular covariance");
    expect([...flat.sample(key(1), 1)].reduce((a, b) => a - b)).toBeCloseTo(0, 12);
    // E[x_0 | x_t] = (u·x_t) u √ᾱ λ/(ᾱ λ + 1 − ᾱ), u = (1, 1)/√2, λ = 2.
    const alphaBar = schedule.alphaBar[300]!;
    const expected = (Math.sqrt(alphaBar) * 2 * 0.5 * (0.4 + 1)) / (alphaBar * 2 + 1 - alphaBar);
    flat.denoise(schedule, 300, Float64Array.of(0.4, 1)).forEach((value) => expect(value).toBeCloseTo(expected, 12));
  });

  it("says what is wrong with covariances", () => {
    const make = (covariances: number[][][] | number[][] | number[]) => () => gaussianMixture({ weights: [1], means: [[0, 0]], covariances });
    expect(make([[[1, 0], [0, -1]]])).toThrow(new RangeError("a covariance with the eigenvalue -1: none is below 0"));
    expect(make([[[1, 0.1], [0.2, 1]]])).toThrow(RangeError);
    expect(make([1, 0, 0])).toThrow(TypeError);
    expect(make([1, 0, 0, 1])).not.toThrow();
    expect(make([[1, 0, 0, 1]])).not.toThrow();
    expect(() => gaussianMixture({ weights: [1], means: [0], variances: [1], covariances: [1] } as never)).toThrow("give one of the two");
  });
});

const data = empiricalData({ points: normal(key(12), [7, 2]), dimensions: 2 });
const kinds: [string, Oracle][] = [
  ["isotropic", gaussianMixture({ weights: [1, 2], means: [[0, 1], [-1, -1]], variances: [0.2, 0.5] })], ["tilted", tilted], ["a data set", data],
];

describe.each(kinds)("diffused: %s", (_, law) => {
  it("obeys Tweedie, and its second order: the posterior's total variance is (1 − ᾱ)(d + (1 − ᾱ) Δ log p)/ᾱ", () => {
    for (const each of [schedule, cosineSchedule()]) {
      for (const t of [50, 250, 600]) {
        const seen = law.diffused(each, t);
        const [alphaBar, noise] = [each.alphaBar[t]!, each.oneMinusAlphaBar[t]!];
        const score = seen.score(places);
        law.denoise(each, t, places).forEach((value, i) => expect(Math.sqrt(alphaBar) * value).toBeCloseTo(places[i]! + noise * score[i]!, 10));
        const variance = law.posteriorVariance(each, t, places);
        seen.laplacian(places).forEach((value, i) =>
          expect(alphaBar * (variance[2 * i]! + variance[2 * i + 1]!)).toBeCloseTo(noise * (2 + noise * value), 10));
      }
    }
  });

  it("has the divergence of its score, by central differences", () => {
    const seen = law.diffused(schedule, 200);
    const h = 1e-5;
    const difference = (i: number, at: number): number => {
      const move = (step: number): number => seen.score(places.map((value, j) => (j === 2 * at + i ? value + step : value)))[2 * at + i]!;
      return (move(h) - move(-h)) / (2 * h);
    };
    seen.laplacian(places).forEach((value, at) => expect(value).toBeCloseTo(difference(0, at) + difference(1, at), 5));
  });

  it("obeys Chapman and Kolmogorov", () => {
    for (const t of [2, 300, 1000]) {
      const step = transition(schedule, t);
      const stepped = law.diffused(schedule, t - 1).noised(step.coefficients.xPrev, step.variance).logDensity(places);
      law.diffused(schedule, t).logDensity(places).forEach((value, i) => expect(Math.abs(stepped[i]! / value - 1)).toBeLessThan(1e-9));
    }
  });

  it("given a point has the moments of the denoiser", () => {
    const [scale, variance] = [Math.sqrt(schedule.alphaBar[400]!), schedule.oneMinusAlphaBar[400]!];
    const point = places.slice(0, 2);
    const posterior = law.given(scale, variance, point).moments();
    law.denoise(schedule, 400, point).forEach((value, i) => expect(posterior.mean[i]).toBeCloseTo(value, 12));
    law.posteriorVariance(schedule, 400, point).forEach((value, i) => expect(posterior.variance[i]).toBeCloseTo(value, 12));
  });
});

describe("a data set as a law", () => {
  it("denoises to the softmax-weighted mean of the data, written out", () => {
    const t = 300;
    const law = marginal(schedule, t);
    const xt = Float64Array.of(0.2, -0.1);
    const points = Array.from({ length: 7 }, (_, i) => data.means.slice(2 * i, 2 * i + 2));
    const weights = points.map((x0) => Math.exp(law.logDensity(xt, { x0 })));
    const total = weights.reduce((a, b) => a + b, 0);
    const mean = [0, 1].map((c) => weights.reduce((sum, weight, i) => sum + (weight / total) * data.means[2 * i + c]!, 0));
    data.denoise(schedule, t, xt).forEach((value, c) => expect(value).toBeCloseTo(mean[c]!, 12));
    expect(data.diffused(schedule, t).logDensity(xt)[0]).toBeCloseTo(Math.log(total / 7), 12);
  });

  it("at little noise gives the nearest point of the data back", () => {
    const near = data.means.map((value) => value + 1e-3);
    data.denoise(schedule, 1, near).forEach((value, i) => expect(value).toBeCloseTo(data.means[i]!, 12));
  });

  it("draws its own points, each as often as the next (χ², 6 degrees of freedom, 1 in 10^5)", () => {
    const n = 7000;
    const drawn = data.sample(key(3), n);
    const counts = new Float64Array(7);
    for (let j = 0; j < n; j++) {
      const i = Array.from({ length: 7 }, (_, c) => data.means[2 * c]).indexOf(drawn[2 * j]);
      expect(drawn[2 * j + 1]).toBe(data.means[2 * i + 1]);
      counts[i]! += 1;
    }
    expect(counts.reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(33);
  });

  it("has no density itself, and takes whole points only", () => {
    expect(() => data.logDensity(places)).toThrow(RangeError);
    expect(() => empiricalData({ points: new Float64Array(3), dimensions: 2 })).toThrow(TypeError);
    expect(() => empiricalData({ points: new Float64Array(0) })).toThrow(RangeError);
    expect(() => empiricalData({ points: Float64Array.of(NaN) })).toThrow(RangeError);
  });
});

it("the laplacian's average is minus the Fisher information: −E|score|², and −d/v for one Gaussian", () => {
  const law: GaussianMixture = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
  const grid = range(-6, 6, 200);
  const average = (f: (x: number) => number): number => integrate((x) => Math.exp(law.logDensity(x)) * f(x), grid);
  expect(average((x) => law.laplacian(x))).toBeCloseTo(-average((x) => law.score(x) ** 2), 10);
  expect(gaussianTarget({ mean: [0, 0, 0], variance: 0.5 }).laplacian(Float64Array.of(1, 2, 3))[0]).toBeCloseTo(-6, 12);
});
