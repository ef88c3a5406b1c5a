import { describe, expect, it } from "vitest";
import {
  type Oracle, type Sde, exactScore, gaussianMixture, gaussianTarget, hutchinson, key, normal, probabilityFlowLikelihood, subVpSde, veSde, vpSde,
} from "noisebook";

const diffusions: [string, Sde][] = [["VP", vpSde()], ["sub-VP", subVpSde()], ["VE", veSde()]];
const bimodal = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
const tilted = gaussianMixture({
  weights: [1, 2], means: [[0, 1], [-1, -1]], covariances: [[[0.5, 0.3], [0.3, 0.4]], [[1, -0.6], [-0.6, 0.5]]],
});
const solid = gaussianTarget({ mean: [0.5, -1, 0.2, 0], variance: 0.3 });
const targets: [string, Oracle][] = [["two bumps", bimodal], ["tilted bumps in the plane", tilted], ["a Gaussian in four dimensions", solid]];
const worst = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
/** log p_end itself in the place of the prior: what is left is the integration's error. */
const ownEnd = (sde: Sde, data: Oracle) => (x: Float64Array) => exactScore(sde, data).law(sde.end).logDensity(x);

describe.each(diffusions)("the likelihood by the probability flow of the %s diffusion", (_, sde) => {
  it.each(targets)("is the exact log density of %s to 1e-6, with adaptive steps of tolerance 1e-9", (_, data) => {
    const x0 = data.sample(key(1), 12);
    const result = probabilityFlowLikelihood({
      sde, score: exactScore(sde, data), x0, dimensions: data.dimensions, tolerance: 1e-9, prior: ownEnd(sde, data),
    });
    expect(worst(result.logDensity, data.logDensity(x0))).toBeLessThan(1e-6);
    expect([...result.standardError]).toEqual(Array.from({ length: 12 }, () => 0));
    const mean = result.logDensity.reduce((a, b) => a + b, 0) / 12;
    expect(result.negativeLogLikelihood.value).toBeCloseTo(-mean, 12);
    expect(result.bitsPerDim.value).toBeCloseTo(-mean / (data.dimensions * Math.LN2), 12);
    expect(result.bitsPerDim.standardError).toBeCloseTo(result.negativeLogLikelihood.standardError / (data.dimensions * Math.LN2), 12);
  });

  it("with the prior in the place of p_end errs by what that leaves out: 0.05 nats at most on unit-sized data, under 0.2 with VE", () => {
    const x0 = tilted.sample(key(2), 40);
    const { logDensity } = probabilityFlowLikelihood({ sde, score: exactScore(sde, tilted), x0, dimensions: 2 });
    expect(worst(logDensity, tilted.logDensity(x0))).toBeLessThan(sde.name === "variance-exploding" ? 0.2 : 0.05);
  });
});

describe("with fixed steps", () => {
  it.each(targets)("it converges with RK4's order, 4 ± 0.15, on %s", (_, data) => {
    const sde = vpSde();
    const x0 = data.sample(key(3), 8);
    const options = { sde, score: exactScore(sde, data), x0, dimensions: data.dimensions, prior: ownEnd(sde, data) };
    const errors = [128, 256, 512].map((steps) => worst(probabilityFlowLikelihood({ ...options, steps }).logDensity, data.logDensity(x0)));
    expect(Math.abs(Math.log2(errors[1]! / errors[2]!) - 4)).toBeLessThan(0.15);
    expect(errors[2]).toBeLessThan(1e-6);
    expect(probabilityFlowLikelihood({ ...options, steps: 10 }).evaluations).toBe(40);
  });

  it("one Gaussian is exact in closed form: the flow scales, log p changes by the log of the scale", () => {
    const [sde, variance] = [vpSde(), 0.25];
    const law = gaussianTarget({ mean: 0, variance });
    const x0 = Float64Array.of(-1, 0.2, 2);
    const { end, logDensity } = probabilityFlowLikelihood({ sde, score: exactScore(sde, law), x0, steps: 400, prior: ownEnd(sde, law) });
    const { alpha, sigma } = sde.level(1);
    const scale = Math.sqrt((variance * alpha ** 2 + sigma ** 2) / variance);
    end.forEach((x, i) => expect(x).toBeCloseTo(scale * x0[i]!, 7));
    expect(worst(logDensity, law.logDensity(x0))).toBeLessThan(1e-7);
  });

  it("started later it finds the density of that time", () => {
    const sde = vpSde();
    const score = exactScore(sde, bimodal);
    const x = Float64Array.of(-1, 0.5);
    const { logDensity } = probabilityFlowLikelihood({ sde, score, x0: x, from: 0.3, tolerance: 1e-9, prior: ownEnd(sde, bimodal) });
    expect(worst(logDensity, score.law(0.3).logDensity(x))).toBeLessThan(1e-6);
  });
});

describe("Hutchinson's estimator", () => {
  const sde = vpSde();
  const score = exactScore(sde, tilted);
  const x0 = tilted.sample(key(4), 60);
  const base = { sde, score, x0, dimensions: 2, steps: 100, prior: ownEnd(sde, tilted) };

  it.each(["rademacher", "gaussian"] as const)("with %s probes is right on average and says how far off it is", (law) => {
    const { logDensity, standardError } = probabilityFlowLikelihood({ ...base, divergence: { key: key(5), probes: 12, law } });
    const exact = probabilityFlowLikelihood(base).logDensity;
    const scores = logDensity.map((value, i) => (value - exact[i]!) / standardError[i]!);
    const square = scores.reduce((total, z) => total + z * z, 0) / 60;
    const mean = scores.reduce((total, z) => total + z, 0) / 60;
    // Student's t with 11 degrees of freedom has variance 11/9; five standard errors either way.
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(11 / 9 / 60));
    expect(square).toBeGreaterThan(0.3);
    expect(square).toBeLessThan(2.6);
  });

  it("has no variance with ±1 where the Jacobian is diagonal, and takes an exact product", () => {
    const law = gaussianTarget({ mean: [0, 0, 0], variance: 0.3 });
    const points = normal(key(6), [5, 3]);
    const jacobianVector = (_x: Float64Array, t: number, v: Float64Array): Float64Array => {
      const { alpha, sigma } = sde.level(t);
      return v.map((value) => -value / (alpha ** 2 * 0.3 + sigma ** 2));
    };
    const options = { sde, score: exactScore(sde, law), x0: points, dimensions: 3, steps: 200, prior: ownEnd(sde, law) };
    for (const divergence of [{ key: key(7), probes: 2 }, { key: key(7), probes: 2, jacobianVector }]) {
      const { logDensity, standardError } = probabilityFlowLikelihood({ ...options, divergence });
      expect(worst(logDensity, law.logDensity(points))).toBeLessThan(1e-5);
      expect(Math.max(...standardError)).toBeLessThan(1e-7);
    }
  });

  it("estimates one divergence without bias: 4000 probes within five standard errors", () => {
    const point = Float64Array.of(-0.3, 0.2);
    const { of } = hutchinson((x, t) => score(x, t), 1, 2, { key: key(8), probes: 4000, law: "gaussian" });
    const estimates = of(point, 0.1);
    const mean = estimates.reduce((a, b) => a + b, 0) / 4000;
    const spread = Math.sqrt(estimates.reduce((total, value) => total + (value - mean) ** 2, 0) / 4000);
    expect(Math.abs(mean - score.divergence(point, 0.1)[0]!)).toBeLessThan((5 * spread) / Math.sqrt(4000));
  });

  it("with one probe has no error to state", () => {
    expect(probabilityFlowLikelihood({ ...base, divergence: { key: key(9) } }).standardError[0]).toBeNaN();
  });
});

it("says what is missing or wrong", () => {
  const sde = vpSde();
  const score = (x: Float64Array): Float64Array => x.map((value) => -value);
  expect(() => probabilityFlowLikelihood({ sde, score, x0: new Float64Array(2) })).toThrow("give the score's, or { key } for Hutchinson's");
  expect(() => probabilityFlowLikelihood({ sde, score, x0: new Float64Array(3), dimensions: 2 })).toThrow(TypeError);
  expect(() => probabilityFlowLikelihood({ sde, score, x0: new Float64Array(2), divergence: { key: key(0), probes: 0 } })).toThrow(RangeError);
  expect(() => probabilityFlowLikelihood({ sde, score, x0: new Float64Array(2), divergence: { key: key(0) }, from: 2 })).toThrow(RangeError);
});
