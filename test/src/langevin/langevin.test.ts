import { describe, expect, it } from "vitest";
import {
  type LangevinSampler, annealedLangevin, chain, gaussianMixture, gaussianTarget, karrasSigmas, key, langevinStep, mala, minibatchGradient, normal, polynomialDecay,
  sgld, sigmaLevels, split, stationaryVariance, ula, underdamped, uniform,
} from "noisebook";

const minus = (x: Float64Array): Float64Array => x.map((value) => -value);

async function last<V, S>(options: Parameters<typeof chain<V, S>>[0]): Promise<V> {
  let end = options.start;
  for await (const { x } of chain(options)) end = x;
  return end;
}

/** The variance after `steps` steps from 0, exactly: on a linear score x is linear in every noise drawn, a coordinate each. */
async function exactVariance<S>(sampler: LangevinSampler<Float64Array, S>, steps: number): Promise<number> {
  let drawn = 0;
  const start = new Float64Array(2 * steps + 2);
  const coefficients = await last({ sampler, start, key: key(0), steps, noise: () => unit(drawn++, start.length) });
  return coefficients.reduce((total, value) => total + value * value, 0);
}
const unit = (i: number, length: number): Float64Array => Float64Array.from({ length }, (_, k) => (k === i ? 1 : 0));

const varianceOf = (x: Float64Array): number => x.reduce((total, value) => total + value * value, 0) / x.length;
/** Standard errors of the variance of n independent normals: 4.5 of them are exceeded once in 150,000 tests, and the keys are fixed. */
const deviations = (variance: number, expected: number, n: number): number => Math.abs(variance / expected - 1) / Math.sqrt(2 / n);

describe("ULA on N(0, 1)", () => {
  it.each([
    [0.1, 1.025641026],
    [0.5, 1.142857143],
    [1, 1.333333333],
  ])("with δ = %f settles in the variance 1/(1 − δ/4) = %f", async (step, expected) => {
    expect(stationaryVariance({ step })).toBeCloseTo(expected, 8);
    expect(await exactVariance(ula({ score: minus, step }), 250)).toBeCloseTo(expected, 8);
  });

  it("does so in simulation: 20,000 chains of 60 steps from their stationary law", async () => {
    const n = 20_000;
    for (const step of [0.5, 1]) {
      const variance = stationaryVariance({ step });
      const start = normal(key(1), n).map((z) => Math.sqrt(variance) * z);
      const x = await last({ sampler: ula({ score: minus, step }), start, key: key(2), steps: 60 });
      expect(deviations(varianceOf(x), variance, n)).toBeLessThan(4.5);
      expect(deviations(varianceOf(x), 1, n)).toBeGreaterThan(10);
    }
  });

  it("on another variance scales, and diverges from four variances on", () => {
    expect(stationaryVariance({ step: 0.5, variance: 2 })).toBeCloseTo(2 * stationaryVariance({ step: 0.25 }), 14);
    expect(() => stationaryVariance({ step: 4 })).toThrow("step 4 on a target of variance 1: below 4, four variances, the chain settles");
  });
});

describe("MALA", () => {
  const target = gaussianMixture({ weights: [0.3, 0.7], means: [[-2, 0], [1, 1]], variances: [0.5, 0.3] });
  const sampler = mala<Float64Array>({ logDensity: (x) => target.logDensity(x), score: (x) => target.score(x), step: 0.6 });

  it("leaves the target as it is at a step at which ULA does not", async () => {
    const n = 20_000;
    const start = target.sample(key(1), n);
    const { mean, variance } = target.moments();
    const momentsOf = (x: Float64Array): number[] =>
      [0, 1].map((i) => {
        const values = x.filter((_value, at) => at % 2 === i);
        return values.reduce((total, value) => total + (value - mean[i]!) ** 2, 0) / n / variance[i]!;
      });
    const adjusted = momentsOf(await last({ sampler, start, key: key(2), steps: 20 }));
    const unadjusted = momentsOf(await last({ sampler: ula<Float64Array>({ score: (x) => target.score(x), step: 0.6 }), start, key: key(2), steps: 20 }));
    // Fourth moments of a mixture are below the normal's here, so 4.5 normal standard errors bound the false alarms at once in 150,000.
    for (const ratio of adjusted) expect(Math.abs(ratio - 1) / Math.sqrt(2 / n)).toBeLessThan(4.5);
    expect(Math.max(...unadjusted)).toBeGreaterThan(1.15);
  });

  it("accepts or refuses each point by itself, and says how many", async () => {
    const acceptances: number[] = [];
    let before = target.sample(key(3), 200);
    for await (const { x, acceptance } of chain({ sampler, start: before, key: key(4), steps: 30 })) {
      const stayed = Array.from({ length: 200 }, (_, i) => x[2 * i] === before[2 * i]);
      stayed.forEach((stay, i) => expect(x[2 * i + 1] === before[2 * i + 1]).toBe(stay));
      before = x as typeof before;
      acceptances.push(acceptance);
    }
    expect(acceptances.at(-1)).toBeGreaterThan(0.4);
    expect(acceptances.at(-1)).toBeLessThan(0.95);
    const small = mala<number>({ logDensity: (x) => -x * x / 2, score: (x) => -x, step: 1e-6 });
    for await (const { acceptance } of chain({ sampler: small, start: 0.3, key: key(1), steps: 50, every: 50 })) expect(acceptance).toBe(1);
  });

  it("keeps detailed balance between two points, from its own ratio", async () => {
    // At x = 0 the proposal is √δ ε; the share accepted among many equals E[min(1, ratio)], computed here by hand.
    const n = 40_000;
    const step = 4;
    const [noise] = [normal(key(9), n)];
    const gaussian = mala<Float64Array>({ logDensity: (x) => x.map((value) => -(value ** 2) / 2), score: minus, step });
    let accepted = 0;
    for await (const { acceptance } of chain({ sampler: gaussian, start: new Float64Array(n), key: key(5), steps: 1 })) accepted = acceptance;
    const chance = (eps: number): number => {
      const y = Math.sqrt(step) * eps;
      const back = 0 - (y - (step / 2) * y);
      return Math.min(1, Math.exp(-(y ** 2) / 2 + eps ** 2 / 2 - back ** 2 / (2 * step)));
    };
    const expected = noise.reduce((total, eps) => total + chance(eps), 0) / n;
    expect(Math.abs(accepted - expected)).toBeLessThan(4.5 * Math.sqrt(0.5 / n));
  });

  it("refuses log densities that are not one a point", async () => {
    const wrong = mala<Float64Array>({ logDensity: () => new Float64Array(2), score: minus, step: 1 });
    await expect(last({ sampler: wrong, start: new Float64Array(3), key: key(0), steps: 1 })).rejects.toThrow("2 log densities of 3 coordinates: give one a point");
  });
});

describe("SGLD", () => {
  it("settles in (1 + δs²/4)/(1 − δ/4) with a gradient of variance s²", async () => {
    const [n, step, gradientVariance] = [20_000, 0.5, 4];
    const sampler = sgld<Float64Array>({
      step, gradient: (x, own) => normal(own, n).map((z, i) => -x[i]! + Math.sqrt(gradientVariance) * z),
    });
    const expected = stationaryVariance({ step, gradientVariance });
    expect(expected).toBeCloseTo(1.5 / 0.875, 14);
    const x = await last({ sampler, start: normal(key(1), n), key: key(3), steps: 60 });
    expect(deviations(varianceOf(x), expected, n)).toBeLessThan(4.5);
  });

  it("takes minibatches whose gradients are right on average, and exactly right where they are everything", async () => {
    const data = normal(key(6), 12);
    const gradientOf = (batch: number) => minibatchGradient<number>({
      size: 12, batch, prior: (x) => -x, likelihood: (x, indices) => indices.reduce((total, i) => total + (data[i]! - x), 0),
    });
    const whole = data.reduce((total, y) => total + (y - 0.4), -0.4);
    expect(await gradientOf(12)(0.4, key(1), 0)).toBeCloseTo(whole, 12);
    const draws = await Promise.all(split(key(7), 20_000).map((own) => gradientOf(3)(0.4, own, 0)));
    const mean = draws.reduce((total, value) => total + value, 0) / draws.length;
    const spread = Math.sqrt(draws.reduce((total, value) => total + (value - mean) ** 2, 0) / draws.length);
    expect(Math.abs(mean - whole)).toBeLessThan((4.5 * spread) / Math.sqrt(draws.length));
    expect(spread).toBeGreaterThan(1);
    expect(() => gradientOf(13)).toThrow("minibatches of 13 out of 12: 1…12 are needed");
  });

  it("with falling steps comes to the posterior", async () => {
    const n = 5000;
    const step = polynomialDecay({ a: 0.5, gamma: 0.6 });
    expect([step(0), step(9)]).toEqual([0.5, 0.5 * 10 ** -0.6]);
    const sampler = sgld<Float64Array>({ step, gradient: (x, own) => normal(own, n).map((z, i) => -x[i]! + 2 * z) });
    const x = await last({ sampler, start: normal(key(1), n), key: key(3), steps: 1500 });
    // The step at the end is .0062: a bias of .0077 is left.
    expect(deviations(varianceOf(x), stationaryVariance({ step: step(1499), gradientVariance: 4 }), n)).toBeLessThan(4.5);
    expect(() => polynomialDecay({ a: 1, gamma: 0.5 })).toThrow(RangeError);
  });
});

describe("underdamped dynamics", () => {
  it.each([0.1, 1, 2])("has positions of the exact variance on a Gaussian, at δ = %f", async (step) => {
    expect(await exactVariance(underdamped({ score: minus, step }), 400)).toBeCloseTo(1, 9);
  });

  it("without friction is the leapfrog, which keeps energy to O(h²)", async () => {
    const energies: number[] = [];
    let velocity = 0;
    const inner = underdamped<number>({ score: (x) => -x, step: 0.01, friction: 0 });
    const watched = { ...inner, step: async (given: Parameters<typeof inner.step>[0]) => {
      const stepped = await inner.step(given);
      velocity = stepped.state!.velocity;
      return stepped;
    } };
    for await (const { x } of chain({ sampler: watched, start: 1, key: key(1), steps: 500 })) energies.push(x * x + velocity ** 2);
    expect(Math.max(...energies) - Math.min(...energies)).toBeLessThan(0.01 * energies[0]!);
    expect(() => underdamped({ score: minus, step: 1, friction: -1 })).toThrow("friction -1: a number from 0 up is needed");
  });
});

describe("annealed dynamics", () => {
  const target = gaussianMixture({ weights: [0.2, 0.8], means: [-4, 4], variances: [0.25, 0.25] });

  it("finds modes and their weights, roughly, where plain dynamics keeps the weights it was started with", async () => {
    const n = 2000;
    const levels = sigmaLevels(karrasSigmas({ n: 12, sigmaMin: 0.1, sigmaMax: 10, rho: 7 }));
    const score = (x: Float64Array, sigma: number): Float64Array => target.noised(1, sigma ** 2).score(x);
    const start = uniform(key(1), n).map((u) => 8 * u - 4);
    const annealed = annealedLangevin<Float64Array>({ score: (x, { sigma }) => score(x, sigma), levels, stepsPerLevel: 20, step: 0.002 });
    expect(annealed.steps).toBe(240);
    const steps: number[] = [];
    let x = start;
    for await (const link of chain({ sampler: annealed, start, key: key(2) })) {
      steps.push(link.step);
      x = link.x as typeof x;
    }
    expect(steps).toHaveLength(240);
    expect([steps[0], steps[239]]).toEqual([expect.closeTo(0.002 * 1e4, 9), 0.002]);
    const right = (values: Float64Array): number => values.filter((value) => value > 0).length / n;
    const plain = await last({ sampler: ula<Float64Array>({ score: (v) => score(v, 0.1), step: 0.05 }), start, key: key(2), steps: 240 });
    expect(Math.abs(right(x) - 0.8)).toBeLessThan(0.08);
    expect(Math.abs(right(plain) - 0.5)).toBeLessThan(0.05);
    expect(() => annealedLangevin({ score: (v: number) => v, levels: [], step: 1 })).toThrow("give levels with sigma above 0");
  });
});

describe("a chain", () => {
  const options = { sampler: ula<number>({ score: (x) => -x, step: 0.1 }), start: 2, key: key(1) };

  it("is the same each time, begins as a shorter one does, and may be seen now and then", async () => {
    const states = async (steps: number, every?: number): Promise<number[]> => {
      const seen: number[] = [];
      for await (const { x } of chain({ ...options, steps, every })) seen.push(x);
      return seen;
    };
    const long = await states(20);
    expect((await states(10))).toEqual(long.slice(0, 10));
    expect(await states(20, 5)).toEqual([4, 9, 14, 19].map((i) => long[i]));
    expect(await states(0)).toEqual([]);
  });

  it("goes on for ever unless told, may wait for its score, and takes any step size there is", async () => {
    let seen = 0;
    const sampler = ula<number>({ score: async (x) => -x, step: (index) => 1 / (index + 1) });
    for await (const { index, step } of chain({ ...options, sampler })) {
      expect(step).toBe(1 / index);
      if (++seen === 3) break;
    }
    expect(seen).toBe(3);
  });

  it("refuses steps and sizes that are none", async () => {
    const first = (changes: object) => chain({ ...options, ...changes }).next();
    await expect(first({ steps: 1.5 })).rejects.toThrow("1.5 steps: a whole number from 0 up is needed");
    await expect(first({ every: 0 })).rejects.toThrow(RangeError);
    await expect(first({ sampler: ula<number>({ score: (x) => -x, step: 0 }) })).rejects.toThrow("step 0 of ULA at index 0: a positive number is needed");
  });

  it("works at its target's own score", async () => {
    const target = gaussianTarget({ mean: [1, 2], variance: 0.5 });
    const x = await last({ sampler: ula<Float64Array>({ score: (v) => target.score(v), step: 0.05 }), start: new Float64Array(8), key: key(1), steps: 200 });
    expect(x).toHaveLength(8);
    expect(x.every(Number.isFinite)).toBe(true);
  });
});

describe("one Langevin step", () => {
  it("is what ULA, SGLD and annealed dynamics take, whatever the values are", async () => {
    const [x, z, step] = [Float64Array.of(1, -2), Float64Array.of(0.5, 3), 0.3];
    const expected = langevinStep(step).apply({ x, score: minus(x), z });
    expect([...expected]).toEqual([1 - 0.15 + Math.sqrt(0.3) * 0.5, -2 + 0.3 + Math.sqrt(0.3) * 3]);
    const levels = sigmaLevels([0.5, 0]).slice(0, 1);
    for (const sampler of [ula({ score: minus, step }), sgld({ gradient: minus, step }), annealedLangevin({ score: minus, levels, step, stepsPerLevel: 1 })]) {
      expect([...(await last({ sampler, start: x, key: key(0), steps: 1, noise: () => z }))]).toEqual([...expected]);
    }
    expect(langevinStep(step).apply({ x: 1, score: -1, z: 0.5 })).toBe(expected[0]);
  });

  it.each([0, -1, NaN, Infinity])("refuses a size of %d", (size) => {
    expect(() => langevinStep(size)).toThrow(new RangeError(`Langevin step of size ${size}: a positive number is needed, such as 0.01`));
  });
});
