import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Dual, type GaussianMixture, type Schedule, cosineSchedule, derivative, dual, dualAlgebra, gaussianMixture, gaussianTarget, integrate, key,
  linearSchedule, logDensity, marginal, normal, posterior, schedules, transition, zeroTerminalSnr,
} from "noisebook";

const bimodal = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
const planar = gaussianMixture({ weights: [1, 2, 1], means: [[0, 2], [-1, -1], [2, 0]], variances: [0.2, 0.5, 0.05] });
const schedule = linearSchedule();
const range = (from: number, to: number, n: number): number[] => Array.from({ length: n + 1 }, (_, i) => from + ((to - from) * i) / n);

/** log Σ w_k N(x; m_k, v_k) written over dual numbers: derivatives of the density that share no code with the oracle's score. */
function dualLogDensity(law: GaussianMixture, x: Dual): Dual {
  const { add, exp, log, scale } = dualAlgebra;
  const terms = [...law.weights].map((weight, k) =>
    scale(exp(logDensity(x, { mean: dual(law.means[k]!), variance: law.variances[k]! })), weight),
  );
  return log(terms.reduce(add));
}

const laws = fc
  .array(fc.record({ weight: fc.double({ min: 0.05, max: 1, noNaN: true }), mean: fc.double({ min: -3, max: 3, noNaN: true }),
    variance: fc.double({ min: 0.01, max: 4, noNaN: true }) }), { minLength: 1, maxLength: 4 })
  .map((parts) => gaussianMixture({
    weights: parts.map(({ weight }) => weight), means: parts.map(({ mean }) => mean), variances: parts.map(({ variance }) => variance),
  }));
const points = fc.double({ min: -4, max: 4, noNaN: true });
const timesteps = fc.integer({ min: 1, max: 1000 });

describe("the density of a mixture", () => {
  it("integrates to 1, to its mean and to its variance", () => {
    const { mean, variance } = bimodal.moments();
    const grid = range(-6, 6, 200);
    expect(integrate((x) => Math.exp(bimodal.logDensity(x)), grid)).toBeCloseTo(1, 12);
    expect(integrate((x) => x * Math.exp(bimodal.logDensity(x)), grid)).toBeCloseTo(mean[0]!, 12);
    expect(integrate((x) => (x - mean[0]!) ** 2 * Math.exp(bimodal.logDensity(x)), grid)).toBeCloseTo(variance[0]!, 12);
    expect(integrate((x) => Math.exp(bimodal.logDensity(x)), [-6, ...range(-6, 0.3, 100)])).toBeCloseTo(bimodal.cdf(0.3), 12);
  });

  it("integrates to 1 and to its covariance in the plane", () => {
    const grid = range(-8, 8, 40);
    const { mean, covariance, variance } = planar.moments();
    const expectation = (f: (x: number, y: number) => number): number =>
      integrate((x) => integrate((y) => f(x, y) * Math.exp(planar.logDensity(Float64Array.of(x, y))[0]!), grid), grid);
    expect(expectation(() => 1)).toBeCloseTo(1, 10);
    expect(expectation((x, y) => (x - mean[0]!) * (y - mean[1]!))).toBeCloseTo(covariance[1]!, 10);
    expect(expectation((x) => (x - mean[0]!) ** 2)).toBeCloseTo(covariance[0]!, 10);
    expect([...variance]).toEqual([covariance[0], covariance[3]]);
    expect(covariance[2]).toBe(covariance[1]);
  });

  it("is the closed form for one component, in any dimension", () => {
    const one = gaussianTarget({ mean: [0.5, -1, 2], variance: 0.3 });
    const x = Float64Array.of(0.1, 0.2, 0.3);
    expect(one.logDensity(x)[0]).toBeCloseTo(logDensity(x, { mean: Float64Array.of(0.5, -1, 2), variance: 0.3 }), 13);
    [...one.score(x)].forEach((value, i) => expect(value).toBeCloseTo((one.means[i]! - x[i]!) / 0.3, 13));
    expect([...one.responsibilities(x)]).toEqual([1]);
    expect([...one.moments().variance]).toEqual([0.3, 0.3, 0.3]);
  });

  it("stays finite and exact where densities underflow and terms lie far apart", () => {
    expect(bimodal.logDensity(1e3)).toBeCloseTo(Math.log(0.7) - 0.5 * Math.log(2 * Math.PI * 0.25) - 999 ** 2 / 0.5, 6);
    expect(bimodal.score(-1e6)).toBeCloseTo((1 + 1e6) / 0.25, 3);
    const wide = gaussianMixture({ weights: [0.99, 0.01], means: [1, -1], variances: [1, 4] });
    expect([...wide.responsibilities(1e200)]).toEqual([0, 1]);
    expect(wide.score(1e200)).toBe(-0.25e200);
    expect(wide.logDensity(1e200)).toBe(-Infinity);
    expect([...gaussianMixture({ weights: [1, 0], means: [0, 5], variances: [1, 1] }).responsibilities(5)]).toEqual([1, 0]);
  });
});

describe("the score", () => {
  it("is the derivative of the log density, by dual numbers that share no code with it", () => {
    fc.assert(
      fc.property(laws, points, (law, x) => {
        const slope = derivative((point) => dualLogDensity(law, point), x);
        // Where the densities themselves have lost digits to underflow, the dual numbers have too.
        fc.pre(Number.isFinite(slope) && law.logDensity(x) > -690);
        expect(Math.abs(law.score(x) - slope)).toBeLessThan(1e-10 * (1 + Math.abs(slope)));
      }),
    );
  });

  it("is the gradient in the plane, by central differences", () => {
    const h = 1e-5;
    const x = Float64Array.of(0.3, -0.4);
    const at = (dx: number, dy: number): number => planar.logDensity(Float64Array.of(0.3 + dx, -0.4 + dy))[0]!;
    const gradient = [at(h, 0) - at(-h, 0), at(0, h) - at(0, -h)].map((change) => change / (2 * h));
    [...planar.score(x)].forEach((value, i) => expect(value).toBeCloseTo(gradient[i]!, 7));
  });
});

describe.each([...Object.entries(schedules).map(([name, make]): [string, Schedule] => [name, make()]), ["zero terminal SNR", zeroTerminalSnr(cosineSchedule())]])(
  "a mixture diffused by schedule %s", (_, each) => {
    const sampled = [1, 2, 20, 250, 500, 750, 999, 1000];

    it("obeys Tweedie: √ᾱ E[x_0 | x_t] = x_t + (1 − ᾱ) score, and the second-order form for the variance", () => {
      for (const t of sampled) {
        const law = bimodal.diffused(each, t);
        const [alphaBar, noise] = [each.alphaBar[t]!, each.oneMinusAlphaBar[t]!];
        for (const xt of range(-3, 3, 12)) {
          expect(Math.sqrt(alphaBar) * bimodal.denoise(each, t, xt)).toBeCloseTo(xt + noise * law.score(xt), 11);
          const h = 1e-4;
          const curvature = (law.score(xt + h) - law.score(xt - h)) / (2 * h);
          expect(Math.abs(alphaBar * bimodal.posteriorVariance(each, t, xt) - noise * (1 + noise * curvature))).toBeLessThan(1e-5 * noise);
        }
      }
    });

    it("obeys Chapman and Kolmogorov: a step on from t − 1 is the jump to t", () => {
      for (const t of sampled) {
        const step = transition(each, t);
        const stepped = bimodal.diffused(each, t - 1).noised(step.coefficients.xPrev, step.variance);
        const jumped = bimodal.diffused(each, t);
        for (const x of range(-3, 3, 12)) expect(stepped.logDensity(x)).toBeCloseTo(jumped.logDensity(x), 10);
      }
    });

    it("ends near N(0, 1), or at it", () => {
      const end = bimodal.diffused(each, 1000);
      const rest = Math.sqrt(each.alphaBar[1000]!);
      for (const x of range(-2, 2, 4)) expect(Math.abs(end.score(x) + x)).toBeLessThan(10 * rest + 1e-12);
    });
  },
);

describe("diffused laws", () => {
  it("solve the Fokker–Planck equation of the variance-preserving diffusion: ∂p/∂ᾱ by central differences", () => {
    // With s = −log ᾱ: ∂p/∂s = ½ (x p)′ + ½ p″.
    const at = (s: number): GaussianMixture => bimodal.noised(Math.exp(-s / 2), -Math.expm1(-s));
    const [s, h] = [0.7, 1e-4];
    const density = (law: GaussianMixture, x: number): number => Math.exp(law.logDensity(x));
    for (const x of range(-2.5, 2.5, 20)) {
      const change = (density(at(s + h), x) - density(at(s - h), x)) / (2 * h);
      const law = at(s);
      // p′ = p·score, so ½ (x p)′ + ½ p″ = ½ p (1 + x·score + score′ + score²).
      const score = law.score(x);
      const curvature = (law.score(x + h) - law.score(x - h)) / (2 * h);
      expect(change).toBeCloseTo(0.5 * density(law, x) * (1 + x * score + curvature + score * score), 6);
    }
  });

  it("agree with a simulated chain: Kolmogorov–Smirnov, n = 40 000, false alarms 1 in 10^5 a check", () => {
    const n = 40_000;
    const short = linearSchedule({ T: 20, betaStart: 0.01, betaEnd: 0.2 });
    let x = bimodal.sample(key(11), n);
    for (let t = 1; t <= short.T; t++) {
      x = transition(short, t).sample({ xPrev: x }, normal(key(100 + t), n));
      const law = bimodal.diffused(short, t);
      const sorted = Float64Array.from(x).sort();
      const distance = sorted.reduce((worst, value, i) => Math.max(worst, Math.abs(law.cdf(value) - (i + 0.5) / n)), 0);
      expect(distance * Math.sqrt(n)).toBeLessThan(2.47);
    }
  });

  it("denoise to the average of x_0 by Bayes' rule, and at t = 0 to the point itself", () => {
    fc.assert(
      fc.property(laws, timesteps, points, (law, t, xt) => {
        const [low, high] = [Math.min(...law.means) - 26, Math.max(...law.means) + 26];
        const grid = range(low, high, 1500);
        const joint = (x0: number): number => Math.exp(law.logDensity(x0) + marginal(schedule, t).logDensity(xt, { x0 }));
        const evidence = integrate(joint, grid);
        fc.pre(evidence > 1e-250);
        const mean = integrate((x0) => (x0 / evidence) * joint(x0), grid);
        expect(Math.abs(law.denoise(schedule, t, xt) - mean)).toBeLessThan(1e-8);
        expect(Math.abs(law.posteriorVariance(schedule, t, xt) - integrate((x0) => (x0 - mean) ** 2 * (joint(x0) / evidence), grid))).toBeLessThan(1e-8);
        expect(Math.abs(Math.log(evidence) - law.diffused(schedule, t).logDensity(xt))).toBeLessThan(1e-8);
      }),
      { numRuns: 25 },
    );
    expect(bimodal.denoise(schedule, 0, 0.7)).toBe(0.7);
    expect(bimodal.posteriorVariance(schedule, 0, 0.7)).toBe(0);
  });

  it("know Gaussian data in closed form: E[x_0 | x_t] = √ᾱ v x_t/(ᾱ v + 1 − ᾱ), Var = v (1 − ᾱ)/(ᾱ v + 1 − ᾱ)", () => {
    const law = gaussianTarget({ mean: 0, variance: 0.25 });
    for (const t of [1, 100, 1000]) {
      const [alphaBar, total] = [schedule.alphaBar[t]!, 0.25 * schedule.alphaBar[t]! + schedule.oneMinusAlphaBar[t]!];
      expect(law.denoise(schedule, t, 1.3)).toBeCloseTo((Math.sqrt(alphaBar) * 0.25 * 1.3) / total, 13);
      expect(law.posteriorVariance(schedule, t, 1.3)).toBeCloseTo((0.25 * schedule.oneMinusAlphaBar[t]!) / total, 14);
    }
  });

  it("may start from point masses, whose denoiser is the posterior's weighted average", () => {
    const data = gaussianMixture({ weights: [1, 1], means: [-1, 1], variances: [0, 0] });
    const a = Math.sqrt(schedule.alphaBar[300]!);
    expect(data.denoise(schedule, 300, 0.4)).toBeCloseTo(Math.tanh((a * 0.4) / schedule.oneMinusAlphaBar[300]!), 12);
    expect(() => data.logDensity(0)).toThrow("no density: diffuse it to some t from 1 up");
    expect(data.cdf(0)).toBe(0.5);
  });

  it("give the posterior step the average that a plug-in x̂_0 gives, and a larger variance (seed 003): the facts' numbers at t = 2", () => {
    const unit = gaussianTarget({ mean: 0, variance: 1 });
    const { coefficients, variance } = posterior(schedule, 2);
    const true2 = variance + coefficients.x0 ** 2 * unit.posteriorVariance(schedule, 2, 0.3);
    expect(variance).toBeCloseTo(5.45e-5, 6);
    expect(true2).toBeCloseTo(1.199e-4, 7);
  });
});

describe("samples", () => {
  it("fall into the components by their weights, with their moments: five standard errors, false alarms 1 in 10^6 a check", () => {
    const n = 50_000;
    const x = planar.sample(key(3), n);
    const { mean, covariance } = planar.moments();
    const average = (f: (a: number, b: number) => number): number => {
      let total = 0;
      for (let j = 0; j < n; j++) total += f(x[2 * j]!, x[2 * j + 1]!);
      return total / n;
    };
    expect(Math.abs(average((a) => a) - mean[0]!)).toBeLessThan(5 * Math.sqrt(covariance[0]! / n));
    expect(Math.abs(average((_, b) => b) - mean[1]!)).toBeLessThan(5 * Math.sqrt(covariance[3]! / n));
    const product = (a: number, b: number): number => (a - mean[0]!) * (b - mean[1]!);
    const spread = average((a, b) => product(a, b) ** 2) - covariance[1]! ** 2;
    expect(Math.abs(average(product) - covariance[1]!)).toBeLessThan(5 * Math.sqrt(spread / n));
  });

  it("are the same for the same key, and take the shape of n points", () => {
    expect(planar.sample(key(5), 10)).toEqual(planar.sample(key(5), 10));
    expect(planar.sample(key(5), 10)).toHaveLength(20);
    expect(planar.sample(key(6), 10)).not.toEqual(planar.sample(key(5), 10));
  });
});

describe("shapes and errors", () => {
  it("numbers go in and come out in one dimension; rows otherwise", () => {
    expectTypeOf(bimodal.score(0)).toEqualTypeOf<number>();
    expectTypeOf(bimodal.score(new Float64Array(1))).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    const x = Float64Array.of(-1, 0, 2);
    expect([...bimodal.score(x)]).toEqual([...x].map((value) => bimodal.score(value)));
    expect([...bimodal.denoise(schedule, 9, x)]).toEqual([...x].map((value) => bimodal.denoise(schedule, 9, value)));
    expect(bimodal.responsibilities(x)).toHaveLength(6);
    expect(planar.logDensity(new Float64Array(8))).toHaveLength(4);
  });

  it("takes means flat or one array a component, and any weights above 0", () => {
    const flat = gaussianMixture({ weights: [2, 4, 2], means: [0, 2, -1, -1, 2, 0], variances: Float64Array.of(0.2, 0.5, 0.05) });
    expect(flat.logDensity(Float64Array.of(0.1, 0.2))).toEqual(planar.logDensity(Float64Array.of(0.1, 0.2)));
    expect([...flat.weights]).toEqual([0.25, 0.5, 0.25]);
  });

  it("say what is wrong and what to give", () => {
    const make = (weights: number[], means: number[] | number[][], variances: number[]) => () => gaussianMixture({ weights, means, variances });
    expect(make([], [], [])).toThrow(TypeError);
    expect(make([1, 1], [0, 1, 2], [1, 1])).toThrow(new TypeError("3 means for 2 weights: give each component one mean, or k·d numbers row by row"));
    expect(make([1, 1], [[0], [1, 2]], [1, 1])).toThrow(TypeError);
    expect(make([1, 1], [0, 1], [1])).toThrow(TypeError);
    expect(make([-1, 2], [0, 1], [1, 1])).toThrow(new RangeError("weight -1 of a mixture: a number from 0 up is needed"));
    expect(make([0, 0], [0, 1], [1, 1])).toThrow(RangeError);
    expect(make([1], [0], [-1])).toThrow(RangeError);
    expect(make([1], [NaN], [1])).toThrow(RangeError);
    expect(() => planar.logDensity(0)).toThrow(TypeError);
    expect(() => planar.cdf(0)).toThrow(TypeError);
    expect(() => planar.logDensity(new Float64Array(3))).toThrow("3 numbers as points in 2 dimensions: give a Float64Array of n·2 numbers, row by row");
    expect(() => planar.given(1, 1, [0])).toThrow(TypeError);
    expect(() => bimodal.diffused(schedule, 1001)).toThrow(RangeError);
    expect(() => bimodal.noised(1, -1)).toThrow(RangeError);
  });
});
