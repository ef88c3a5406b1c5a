import { describe, expect, it } from "vitest";
import {
  type BetaSde, type Oracle, type Sde, cosineSchedule, discretize, dormandPrince, endOf, energyDistance, eulerMaruyama, evenTimes, exactScore,
  foldIn, forwardSde, gaussianMixture, gaussianTarget, key, levelAt, linearSchedule, modelScore, normal, probabilityFlow, reverseSde, rungeKutta,
  rungeKuttaMethods, sampleMoments, scheduleFromAlphaBars, sdeLevels, sdeOfSchedule, subVpSde, veSde, vpSde,
} from "noisebook";

const diffusions: [string, Sde][] = [
  ["VP", vpSde()], ["VP, other rates", vpSde({ betaMin: 0, betaMax: 12 })], ["sub-VP", subVpSde()], ["VE", veSde()],
  ["VE, other sigmas", veSde({ sigmaMin: 0.3, sigmaMax: 5 })], ["a schedule's", sdeOfSchedule(cosineSchedule({ T: 50 }))],
];
const bimodal = gaussianMixture({ weights: [0.3, 0.7], means: [-2, 1], variances: [0.1, 0.25] });
const tilted = gaussianMixture({
  weights: [1, 2], means: [[0, 1], [-1, -1]], covariances: [[[0.5, 0.3], [0.3, 0.4]], [[1, -0.6], [-0.6, 0.5]]],
});
const places = Float64Array.of(-2.2, -1, -0.3, 0.4, 1, 1.7);
/** Slope of log error against log n between neighbours that double n. */
const slopes = (errors: readonly number[]): number[] => errors.slice(1).map((error, i) => Math.log2(errors[i]! / error));

describe.each(diffusions)("the %s diffusion", (_, sde) => {
  const times = [0.013, 0.21, 0.502, 0.77, 0.97].map((share) => share * sde.end);
  const h = 1e-5 * sde.end;

  it("moves mean and variance as its drift and diffusion say: α′ = fα, (σ²)′ = 2fσ² + g²", () => {
    for (const t of times) {
      const [before, after, at] = [sde.level(t - h), sde.level(t + h), sde.level(t)];
      const scale = 1 / sde.end;
      expect(Math.abs((after.alpha - before.alpha) / (2 * h) - sde.drift(t) * at.alpha)).toBeLessThan(1e-6 * scale);
      const rate = 2 * sde.drift(t) * at.sigma ** 2 + sde.diffusion(t) ** 2;
      expect(Math.abs((after.sigma ** 2 - before.sigma ** 2) / (2 * h) - rate)).toBeLessThan(1e-6 * (scale + Math.abs(rate)));
      expect(at.t).toBe(t);
    }
  });

  it("starts from clean data and ends near its prior", () => {
    expect(sde.level(0)).toEqual({ alpha: 1, sigma: 0, t: 0 });
    const { alpha, sigma } = sde.level(sde.end);
    // What x_0 of size 1 can still shift the prior by, in its own deviations.
    expect(alpha / Math.sqrt(sde.priorVariance)).toBeLessThan(0.21);
    expect(sigma ** 2 / sde.priorVariance).toBeCloseTo(1, 1);
    expect(() => sde.level(sde.end * 1.01)).toThrow(RangeError);
    expect(() => sde.diffusion(-1)).toThrow(`time -1 outside 0…${sde.end} of the`);
  });

  it("carries densities as Fokker and Planck say, forwards, backwards with any noise, and without noise", () => {
    const score = exactScore(sde, bimodal);
    for (const t of times) {
      const law = score.law(t);
      const [s, laplacian] = [law.score(places), law.laplacian(places)];
      const [before, after] = [t - h, t + h].map((time) => {
        const { alpha, sigma } = sde.level(time);
        return bimodal.noised(alpha, sigma ** 2).logDensity(places);
      });
      for (const noise of [0, 0.5, 1, 1.7]) {
        const { drift, diffusion } = reverseSde(sde, (x: Float64Array, time) => score(x, time), { noise });
        const step = 1e-5;
        const [right, left] = [1, -1].map((sign) => drift(places.map((x) => x + sign * step), t));
        const slope = right!.map((value, i) => (value - left![i]!) / (2 * step));
        const b = drift(places, t);
        places.forEach((_, i) => {
          // −∂_t log p = b′ + b s + ½ λ²g² (Δ log p + s²)
          const change = (after![i]! - before![i]!) / (2 * h);
          const carried = slope[i]! + b[i]! * s[i]! + 0.5 * diffusion(t) ** 2 * (laplacian[i]! + s[i]! ** 2);
          expect(Math.abs(change + carried)).toBeLessThan(2e-5 * (1 + Math.abs(carried) + sde.diffusion(t) ** 2 * s[i]! ** 2));
        });
      }
    }
  });

  it("sends its own samples forwards to its own levels: Euler–Maruyama, five standard errors", () => {
    const n = 4000;
    const steps = 400;
    const times = evenTimes(0, sde.end / 2, steps);
    const x = endOf(eulerMaruyama({ ...forwardSde<Float64Array>(sde), x: new Float64Array(n).fill(1.5), times, key: key(4) }));
    const { alpha, sigma } = sde.level(sde.end / 2);
    const { mean, covariance } = sampleMoments(x);
    expect(Math.abs(mean[0]! - 1.5 * alpha)).toBeLessThan((5 * sigma) / Math.sqrt(n) + 0.02);
    expect(Math.abs(covariance[0]! / sigma ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / n) + 0.02);
  });
});

describe("from the chain to the diffusion", () => {
  const sde = vpSde();
  const grid = [0.1, 0.25, 0.5, 0.75, 1];
  const gap = (chain: (T: number) => { alphaBar: Float64Array }, T: number): number =>
    Math.max(...grid.map((u) => Math.abs(chain(T).alphaBar[u * T]! - sde.level(u).alpha ** 2)));

  it.each<[string, (T: number) => { alphaBar: Float64Array }]>([
    ["the linear schedule with ends 0.1/T and 20/T", (T) => linearSchedule({ T, betaStart: 0.1 / T, betaEnd: 20 / T })],
    ["the chain of β(t/T)/T", (T) => discretize(sde, { T, rule: "euler" })],
  ])("%s tends to the VP diffusion with order 1 ± 0.05 (T = 500 … 8000)", (_, chain) => {
    const gaps = [500, 1000, 2000, 4000, 8000].map((T) => gap(chain, T));
    for (const slope of slopes(gaps)) expect(Math.abs(slope - 1)).toBeLessThan(0.05);
  });

  it("discretised exactly, the chain has the diffusion's laws at any T", () => {
    for (const T of [20, 1000]) expect(gap((T) => discretize(sde, { T }), T)).toBeLessThan(1e-13);
    const half = discretize(sde, { T: 40 });
    half.alphaBar.forEach((_, t) => expect(half.oneMinusAlphaBar[t]).toBeCloseTo(sde.level(t / 40).sigma ** 2, 13));
  });

  it("a schedule's diffusion meets the schedule at every timestep, and comes back from it", () => {
    for (const schedule of [linearSchedule(), cosineSchedule({ T: 100 })]) {
      const own = sdeOfSchedule(schedule);
      for (const t of [0, 1, 17, 99, schedule.T]) {
        expect(own.level(t)).toEqual(levelAt(schedule, t));
        expect(Math.exp(-own.integral(t)) / schedule.alphaBar[t]!).toBeCloseTo(1, 11);
        const near = own.level(Math.max(1e-9, t - 1e-9));
        expect(near.sigma).toBeCloseTo(own.level(t).sigma, 4);
      }
      discretize(own, { T: schedule.T }).beta.forEach((beta, t) => expect(beta).toBeCloseTo(schedule.beta[t]!, 12));
    }
    expect(() => sdeOfSchedule(cosineSchedule({ maxBeta: 1 }))).toThrow("no finite rate reaches it");
  });

  it("one reverse step of the chain is one of Euler–Maruyama up to O(β²)", () => {
    const score = exactScore(sde, bimodal);
    const errors = [100, 200, 400].map((T) => {
      const schedule = discretize(sde, { T });
      const t = T / 2;
      const { drift } = reverseSde(sde, (x: Float64Array, time) => score(x, time));
      const stepped = endOf(eulerMaruyama({ drift, diffusion: () => 0, x: places, times: [0.5, 0.5 - 1 / T], key: key(0) }));
      const s = bimodal.diffused(schedule, t).score(places);
      return Math.max(...places.map((x, i) => Math.abs((x + schedule.beta[t]! * s[i]!) / Math.sqrt(schedule.alpha[t]!) - stepped[i]!)));
    });
    for (const slope of slopes(errors)) expect(Math.abs(slope - 2)).toBeLessThan(0.15);
  });

  it("refuses rates that a chain cannot have", () => {
    expect(() => discretize(sde, { T: 0 })).toThrow(RangeError);
    expect(() => discretize(sde, { T: 10, rule: "euler" })).toThrow(RangeError);
    expect(() => vpSde({ betaMin: -1 })).toThrow(RangeError);
    expect(() => veSde({ sigmaMin: 2, sigmaMax: 1 })).toThrow(RangeError);
    expect(() => reverseSde(sde, (x: number) => x, { noise: -1 })).toThrow(RangeError);
  });
});

describe("integrators", () => {
  const field = (x: Float64Array, t: number): Float64Array => x.map((value) => -value * Math.sin(t) + Math.cos(3 * t));
  const reference = endOf(rungeKutta({ field, x: Float64Array.of(1, -2), times: evenTimes(0, 3, 4000) }));
  const errorOf = (x: Float64Array): number => Math.max(...x.map((value, i) => Math.abs(value - reference[i]!)));

  it.each(Object.values(rungeKuttaMethods))("$name has order $order, forwards and backwards, on arrays and on numbers", (method) => {
    const x = Float64Array.of(1, -2);
    const errors = [64, 128, 256].map((n) => errorOf(endOf(rungeKutta({ field, x, times: evenTimes(0, 3, n), method }))));
    for (const slope of slopes(errors)) expect(Math.abs(slope - method.order)).toBeLessThan(0.15);
    const back = endOf(rungeKutta({ field, x: reference, times: evenTimes(3, 0, 256), method }));
    expect(Math.abs(back[0]! - 1)).toBeLessThan(20 * errors[2]!);
    const number = endOf(rungeKutta({ field: (x: number, t) => -x * Math.sin(t) + Math.cos(3 * t), x: 1, times: evenTimes(0, 3, 64), method }));
    expect(Math.abs(number - reference[0]!)).toBeLessThanOrEqual(errors[0]! * (1 + 1e-9));
  });

  it("Dormand–Prince keeps to its tolerance, takes fewer steps where it may, and arrives exactly", () => {
    const options = { field, x: Float64Array.of(1, -2), from: 0, to: 3 };
    const runs = [1e-4, 1e-6, 1e-8, 1e-10].map((tolerance) => [...dormandPrince({ ...options, tolerance })]);
    runs.forEach((run, i) => {
      expect(run.at(-1)!.t).toBe(3);
      expect(errorOf(run.at(-1)!.x)).toBeLessThan(30 * 10 ** (-4 - 2 * i));
      if (i > 0) expect(run.length).toBeGreaterThan(runs[i - 1]!.length);
    });
    const back = endOf(dormandPrince({ field, x: reference, from: 3, to: 0, tolerance: 1e-10 }));
    expect(back[0]).toBeCloseTo(1, 8);
    expect([...dormandPrince({ field, x: reference, from: 1, to: 1 })]).toEqual([]);
  });

  it("Dormand–Prince is of order 5 where its steps are made alike", () => {
    // With a tolerance that never binds, each piece is crossed in the same four steps, 1, 5, 25 and 69 hundredths of it.
    const errors = [60, 120].map((n) => {
      const times = evenTimes(0, 3, n);
      let x: Float64Array = Float64Array.of(1, -2);
      for (let i = 1; i <= n; i++) x = endOf(dormandPrince({ field, x, from: times[i - 1]!, to: times[i]!, tolerance: 1 }));
      return errorOf(x);
    });
    expect(slopes(errors)[0]).toBeGreaterThan(4.7);
  });

  it("say where they cannot go on", () => {
    expect(() => [...dormandPrince({ field, x: reference, from: 0, to: 1, tolerance: 0 })]).toThrow(RangeError);
    expect(() => [...dormandPrince({ field, x: reference, from: 0, to: 1, tolerance: 1e-14, most: 3 })]).toThrow("3 steps from 0 have come to");
    expect(() => [...dormandPrince({ field: (x) => x.map(() => NaN), x: reference, from: 0, to: 1 })]).toThrow("not finite");
    expect(() => endOf(rungeKutta({ field, x: reference, times: [0] }))).toThrow(RangeError);
    expect(() => evenTimes(0, 1, 0)).toThrow(RangeError);
  });

  it("Euler–Maruyama has weak order 1: the variance that a Gaussian comes out with, exactly, from its response to each unit of noise", () => {
    const [sde, variance] = [vpSde(), 0.25];
    const score = exactScore(sde, gaussianTarget({ mean: 0, variance }));
    const { alpha, sigma } = sde.level(1);
    const start = variance * alpha ** 2 + sigma ** 2;
    const errors = [128, 256, 512].map((n) => {
      // Point 0 carries the start, point i the noise of step i alone: the map is linear, so their squares add up to the variance.
      let step = 0;
      const unit = (i: number): Float64Array => Float64Array.from({ length: n + 1 }, (_, j) => Number(i === j));
      const response = endOf(eulerMaruyama({
        ...reverseSde(sde, (x: Float64Array, t) => score(x, t)), x: unit(0), times: evenTimes(1, 0, n), key: key(0), noise: () => unit(++step),
      }));
      return Math.abs(response.reduce((total, c, i) => total + (i === 0 ? start : 1) * c * c, 0) - variance);
    });
    expect(eulerMaruyama.order).toBe(1);
    for (const slope of slopes(errors)) expect(Math.abs(slope - eulerMaruyama.order)).toBeLessThan(0.15);
  });

  it("draws no noise where there is none, and step i from key i alone", () => {
    const decay = { drift: (x: number) => -x, x: 1, key: key(5) };
    const noise = (): number => {
      throw new Error("drawn");
    };
    expect(endOf(eulerMaruyama({ ...decay, diffusion: () => 0, times: [0, 0.1, 0.2], noise }))).toBeCloseTo(0.81, 14);
    const noisy = (n: number) => [...eulerMaruyama({ ...decay, diffusion: () => 1, times: evenTimes(0, n, n) })];
    expect(noisy(6).slice(0, 3)).toEqual(noisy(3));
  });
});

describe.each(diffusions.slice(0, 5))("back from noise under %s", (_, sde) => {
  const n = 800;
  const score = exactScore(sde, tilted);
  const start = normal(key(31), [n, 2]).map((z) => Math.sqrt(sde.priorVariance) * z);
  const truth = tilted.sample(key(32), n);
  const distance = (x: Float64Array): number => {
    const { value, standardError } = energyDistance({ x, y: truth, dimensions: 2 });
    return value / standardError;
  };

  it("the flow gives samples of the data: the energy distance is within five of its standard errors of 0", () => {
    const field = probabilityFlow(sde, (x: Float64Array, t) => score(x, t));
    const x = endOf(dormandPrince({ field, x: start, from: sde.end, to: 0, tolerance: 1e-5 }));
    expect(Math.abs(distance(x))).toBeLessThan(5);
    // and forwards again each point comes back to where it started from
    const back = endOf(dormandPrince({ field, x: x.slice(0, 20), from: 0, to: sde.end, tolerance: 1e-8 }));
    back.forEach((value, i) => expect(Math.abs(value - start[i]!)).toBeLessThan(2e-3 * Math.sqrt(sde.priorVariance)));
  });

  it.each([0.5, 1])("so does the reverse SDE with noise %d", (noise) => {
    const dynamics = reverseSde(sde, (x: Float64Array, t) => score(x, t), { noise });
    // Steps that shorten towards the data, where scores are largest.
    const times = evenTimes(1, 0, 150).map((u) => sde.end * u ** 2);
    expect(Math.abs(distance(endOf(eulerMaruyama({ ...dynamics, x: start, times, key: foldIn(key(33), noise * 2) }))))).toBeLessThan(5);
  });
});

it("a denoiser's prediction gives the score, whatever it predicts", () => {
  const schedule = linearSchedule();
  const sde: BetaSde = sdeOfSchedule(schedule);
  const score = exactScore(sde, bimodal);
  const predict = (x: Float64Array, t: number) => ({ kind: "x0" as const, value: bimodal.denoise(schedule, t, x) });
  modelScore(sde, predict)(places, 300).forEach((value, i) => expect(value).toBeCloseTo(score(places, 300)[i]!, 9));
  expect(sdeLevels(sde, [0, 300, 1000]).map(({ t }) => t)).toEqual([0, 300, 1000]);
  const oracle: Oracle = score.law(300);
  expect(oracle.score(0.3)).toBeCloseTo(bimodal.diffused(schedule, 300).score(0.3), 12);
  expect(scheduleFromAlphaBars([0.5]).T).toBe(1);
});
