import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Gaussian, type Schedule, cosineSchedule, derivative, dual, key, levelAt, linearSchedule, logDensity, marginal, mergeGaussians, normal, posterior,
  posteriorBetween, respace, scheduleFromBetas, schedules, split, transition, zeroTerminalSnr,
} from "noisebook";

const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / Math.abs(b));
/** Within 1e-12 relatively; or else a message that tells both numbers and the factor between them. */
function agree(what: string, actual: number, expected: number): void {
  const factor = Number((actual / expected).toPrecision(10));
  expect(relative(actual, expected), `${what} is ${actual}, which is ${factor} times ${expected}`).toBeLessThan(1e-12);
}
const timesteps = (schedule: Schedule, first = 1): number[] => Array.from({ length: schedule.T + 1 - first }, (_, i) => i + first);

const cases: [string, Schedule][] = [
  ...Object.entries(schedules).map(([name, make]): [string, Schedule] => [name, make({ T: 1000 })]),
  ["linear, 50 of 1000", respace(linearSchedule(), Array.from({ length: 50 }, (_, i) => 20 * (i + 1)))],
  ["cosine, zero terminal SNR", zeroTerminalSnr(cosineSchedule())],
  ["no signal at the end", scheduleFromBetas([0.1, 0.3, 0.7, 1])],
];

describe.each(cases)("the forward process with schedule %s", (_, schedule) => {
  it("has the chain's exact moments in its jump", () => {
    let law: Gaussian<number> = { mean: 1, variance: 0 };
    for (const t of timesteps(schedule)) {
      const step = transition(schedule, t);
      law = mergeGaussians(step.coefficients.xPrev, law, Math.sqrt(step.variance), { mean: 0, variance: 1 });
      const jump = marginal(schedule, t);
      agree(`after ${t} steps from x_0 = 1 the mean that marginal(schedule, ${t}) says`, jump.coefficients.x0, law.mean);
      agree(`after ${t} steps the variance that marginal(schedule, ${t}) says`, jump.variance, law.variance);
    }
  });

  it("has, one by one, the coefficients of Ho et al. 2020, equations 2, 4, 6 and 7, worked out here from β", () => {
    let [signal, noise] = [1, 0];
    for (const t of timesteps(schedule)) {
      const beta = schedule.beta[t]!;
      const [before, noiseBefore] = [signal, noise];
      [signal, noise] = [(1 - beta) * before, (1 - beta) * noiseBefore + beta];
      const at = (law: string, of: string): string => `${law}(schedule, ${t}).${of}`;
      const [step, jump, back] = [transition(schedule, t), marginal(schedule, t), posterior(schedule, t)];
      agree(at("transition", "coefficients.xPrev"), step.coefficients.xPrev, Math.sqrt(1 - beta));
      agree(at("transition", "variance"), step.variance, beta);
      agree(at("marginal", "coefficients.x0"), jump.coefficients.x0, Math.sqrt(signal));
      agree(at("marginal", "variance"), jump.variance, noise);
      agree(at("posterior", "coefficients.x0"), back.coefficients.x0, (Math.sqrt(before) * beta) / noise);
      agree(at("posterior", "coefficients.xt"), back.coefficients.xt, (Math.sqrt(1 - beta) * noiseBefore) / noise);
      agree(at("posterior", "variance"), back.variance, (noiseBefore * beta) / noise);
    }
  });

  it("preserves unit variance in every step and every jump", () => {
    for (const t of timesteps(schedule)) {
      expect(Math.abs(transition(schedule, t).coefficients.xPrev ** 2 + transition(schedule, t).variance - 1)).toBeLessThan(1e-15);
      expect(Math.abs(marginal(schedule, t).coefficients.x0 ** 2 + marginal(schedule, t).variance - 1)).toBeLessThan(1e-13);
    }
  });

  it("obeys Bayes: log posterior = log transition + log marginal before − log marginal after, at every t from 2", () => {
    const draws = normal(key(7), [schedule.T + 1, 3]);
    for (const t of timesteps(schedule, 2)) {
      const [a, b, c] = draws.subarray(3 * t, 3 * t + 3) as unknown as [number, number, number];
      const x0 = 2 * a;
      const xPrev = marginal(schedule, t - 1).sample({ x0 }, b);
      const xt = transition(schedule, t).sample({ xPrev }, c);
      const terms = [
        transition(schedule, t).logDensity(xt, { xPrev }),
        marginal(schedule, t - 1).logDensity(xPrev, { x0 }),
        -marginal(schedule, t).logDensity(xt, { x0 }),
      ];
      const direct = posterior(schedule, t).logDensity(xPrev, { x0, xt });
      const size = Math.max(1, ...terms.map(Math.abs));
      expect(Math.abs(direct - terms.reduce((sum, term) => sum + term)) / size, `t = ${t}`).toBeLessThan(1e-12);
    }
  });

  it("has a posterior that gives back the marginal when x_t is averaged out", () => {
    for (const t of timesteps(schedule)) {
      const { coefficients, variance } = posterior(schedule, t);
      const [after, before] = [marginal(schedule, t), marginal(schedule, t - 1)];
      const place = `of posterior(schedule, ${t}), x_t averaged out,`;
      agree(`the mean ${place}`, coefficients.x0 + coefficients.xt * after.coefficients.x0, before.coefficients.x0);
      agree(`the variance ${place}`, coefficients.xt ** 2 * after.variance + variance, before.variance);
    }
  });

  it("has 1/β̃ = α/β + 1/(1 − ᾱ before): the precisions of the completed square (seed 000)", () => {
    for (const t of timesteps(schedule, 2)) {
      const precision = schedule.alpha[t]! / schedule.beta[t]! + 1 / marginal(schedule, t - 1).variance;
      agree(`1/posterior(schedule, ${t}).variance`, 1 / posterior(schedule, t).variance, precision);
    }
  });

  it("knows x_0 for certain at t = 1: mean and sample work, the log density throws", () => {
    const law = posterior(schedule, 1);
    expect(law.coefficients).toEqual({ x0: 1, xt: 0 });
    expect(law.variance).toBe(0);
    expect(law.mean({ x0: 0.3, xt: 9 })).toBe(0.3);
    expect(law.sample({ x0: 0.3, xt: 9 }, 2)).toBe(0.3);
    expect(() => law.logDensity(0.3, { x0: 0.3, xt: 9 })).toThrow(RangeError);
    expect(() => law.logDensity(0.3, { x0: 0.3, xt: 9 })).toThrow(/q\(x_\{t-1\} \| x_t, x_0\) at t = 1 of schedule ".*" has variance 0: .* use mean/);
  });
});

const pairs = (schedule: Schedule): [number, number][] =>
  [[1, 3], [0, 2], [schedule.T >> 1, schedule.T - 1], [1, schedule.T], [0, schedule.T]].filter(([s, t]) => s! < t!) as [number, number][];

describe.each(cases)("any pair s < t with schedule %s", (_, schedule) => {
  it("the transition is that of the steps between, one after another", () => {
    for (const [s, t] of pairs(schedule)) {
      let law: Gaussian<number> = { mean: 1, variance: 0 };
      for (let step = s + 1; step <= t; step++) {
        const { coefficients, variance } = transition(schedule, step);
        law = mergeGaussians(coefficients.xPrev, law, Math.sqrt(variance), { mean: 0, variance: 1 });
      }
      agree(`transition(schedule, ${t}, ${s}).coefficients.xPrev, against the steps between,`, transition(schedule, t, s).coefficients.xPrev, law.mean);
      agree(`transition(schedule, ${t}, ${s}).variance, against the steps between,`, transition(schedule, t, s).variance, law.variance);
    }
  });

  it("from s = 0 the transition is the jump", () => {
    for (const t of [1, schedule.T]) {
      agree(`transition(schedule, ${t}, 0).coefficients.xPrev, against the jump,`, transition(schedule, t, 0).coefficients.xPrev, marginal(schedule, t).coefficients.x0);
      agree(`transition(schedule, ${t}, 0).variance, against the jump,`, transition(schedule, t, 0).variance, marginal(schedule, t).variance);
    }
  });

  it("obeys Bayes: log posterior = log transition + log marginal at s − log marginal at t", () => {
    const draws = normal(key(8), [5, 3]);
    pairs(schedule).filter(([s]) => s > 0).forEach(([s, t], i) => {
      const [a, b, c] = draws.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
      const x0 = 2 * a;
      const xPrev = marginal(schedule, s).sample({ x0 }, b);
      const xt = transition(schedule, t, s).sample({ xPrev }, c);
      const terms = [
        transition(schedule, t, s).logDensity(xt, { xPrev }),
        marginal(schedule, s).logDensity(xPrev, { x0 }),
        -marginal(schedule, t).logDensity(xt, { x0 }),
      ];
      const direct = posterior(schedule, t, s).logDensity(xPrev, { x0, xt });
      const size = Math.max(1, ...terms.map(Math.abs));
      expect(Math.abs(direct - terms.reduce((sum, term) => sum + term)) / size, `s = ${s}, t = ${t}`).toBeLessThan(1e-12);
    });
  });

  it("is the neighbours' law on the schedule respaced to s and t, and between levels", () => {
    for (const [s, t] of pairs(schedule).filter(([s]) => s > 0)) {
      const spaced = respace(schedule, [s, t]);
      expect(transition(schedule, t, s)).toMatchObject({ coefficients: transition(spaced, 2).coefficients, variance: transition(spaced, 2).variance });
      const law = posterior(schedule, t, s);
      expect(law).toMatchObject({ coefficients: posterior(spaced, 2).coefficients, variance: posterior(spaced, 2).variance });
      const between = posteriorBetween(levelAt(schedule, t), levelAt(schedule, s));
      expect(relative(between.x0, law.coefficients.x0)).toBeLessThan(1e-9);
      expect(Math.abs(between.xt - law.coefficients.xt)).toBeLessThan(1e-12);
      expect(relative(between.betaTilde, law.variance)).toBeLessThan(1e-9);
    }
  });

  it("knows x_0 for certain at s = 0", () => {
    const law = posterior(schedule, schedule.T, 0);
    expect(law.coefficients.xt).toBe(0);
    expect(relative(law.coefficients.x0, 1)).toBeLessThan(1e-12);
    expect(law.variance).toBe(0);
    expect(() => law.logDensity(0, { x0: 0, xt: 1 })).toThrow(/q\(x_s \| x_t, x_0\) at s = 0, t = \d+ of schedule ".*" has variance 0/);
  });
});

describe("known values", () => {
  const schedule = linearSchedule();

  it("of the linear schedule", () => {
    expect(transition(schedule, 1)).toMatchObject({ coefficients: { xPrev: Math.sqrt(1 - 1e-4) }, variance: 1e-4 });
    expect(posterior(schedule, 2).variance / schedule.beta[2]!).toBeCloseTo(0.45473577, 8);
    expect(marginal(schedule, 1000).coefficients.x0).toBeCloseTo(Math.sqrt(4.0358297654e-5), 12);
  });

  it("at t = 0 the marginal is a point mass at x_0", () => {
    expect(marginal(schedule, 0)).toMatchObject({ coefficients: { x0: 1 }, variance: 0 });
    expect(() => marginal(schedule, 0).logDensity(1, { x0: 1 })).toThrow(RangeError);
  });

  it("where ᾱ_T = 0, x_T is noise and the posterior says what the marginal before says", () => {
    const end = scheduleFromBetas([0.1, 0.3, 1]);
    expect(marginal(end, 3)).toMatchObject({ coefficients: { x0: 0 }, variance: 1 });
    expect(posterior(end, 3).coefficients).toEqual({ x0: marginal(end, 2).coefficients.x0, xt: 0 });
    expect(posterior(end, 3).variance).toBe(marginal(end, 2).variance);
  });
});

describe("kinds of values", () => {
  const law = posterior(linearSchedule(), 300);

  it("arrays go coordinate by coordinate as numbers do", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(...Array.from({ length: 4 }, () => fc.double({ min: -5, max: 5, noNaN: true }))), { minLength: 1 }), (rows) => {
        const [x0, xt, eps, x] = [0, 1, 2, 3].map((i) => Float64Array.from(rows, (row) => row[i]!)) as Float64Array[];
        const sample = law.sample({ x0: x0!, xt: xt! }, eps!);
        const logDensities = rows.map((row) => law.logDensity(row[3]!, { x0: row[0]!, xt: row[1]! }));
        expect([...sample]).toEqual(rows.map((row) => law.sample({ x0: row[0]!, xt: row[1]! }, row[2]!)));
        const total = logDensities.reduce((a, b) => a + b);
        const size = logDensities.reduce((a, b) => a + Math.abs(b), 0);
        expect(Math.abs(law.logDensity(x!, { x0: x0!, xt: xt! }) - total)).toBeLessThan(1e-13 * (1 + size));
      }),
    );
  });

  it("dual numbers carry the derivative of the sample by x_t, which is its coefficient", () => {
    const slope = derivative((xt) => law.sample({ x0: dual(0.4), xt }, dual(1.7)), -0.2);
    expect(slope).toBeCloseTo(law.coefficients.xt, 15);
  });

  it("types follow the values", () => {
    expectTypeOf(law.coefficients).toEqualTypeOf<Readonly<Record<"x0" | "xt", number>>>();
    expectTypeOf(law.mean({ x0: 1, xt: 2 })).toEqualTypeOf<number>();
    expectTypeOf(law.logDensity(1, { x0: 1, xt: 2 })).toEqualTypeOf<number>();
    expectTypeOf(law.logDensity(new Float64Array(1), { x0: new Float64Array(1), xt: new Float64Array(1) })).toEqualTypeOf<number>();
    // @ts-expect-error kinds must not mix
    expect(() => law.mean({ x0: 1, xt: new Float64Array(1) })).toThrow("a number and a Float64Array in one formula");
    // @ts-expect-error x_t is missing
    expect(() => law.mean({ x0: 1 })).toThrow(/needs x0 and xt: xt is missing/);
    expect(() => law.mean({ x0: new Float64Array(2), xt: new Float64Array(3) })).toThrow("lengths 2 and 3 differ");
  });
});

describe("timesteps outside", () => {
  it.each([transition, posterior])("%o takes an s from 0 to t − 1", (make) => {
    const schedule = linearSchedule();
    expect(() => make(schedule, 5, 5)).toThrow('from s = 5 to t = 5 of schedule "linear": the chain runs from a lower s to a higher t');
    expect(() => make(schedule, 5, 7)).toThrow(RangeError);
    expect(() => make(schedule, 5, -1)).toThrow('timestep -1 outside 0…1000 of schedule "linear"');
    expect(() => make(schedule, 5, 1.5)).toThrow("timestep 1.5 is not whole");
  });

  it.each([transition, posterior])("%o takes 1…T", (make) => {
    expect(() => make(linearSchedule(), 0)).toThrow(new RangeError('timestep 0 outside 1…1000 of schedule "linear"'));
    expect(() => make(linearSchedule(), 1001)).toThrow(new RangeError('timestep 1001 outside 1…1000 of schedule "linear"'));
  });

  it("the marginal takes 0…T", () => {
    expect(() => marginal(linearSchedule(), -1)).toThrow(new RangeError('timestep -1 outside 0…1000 of schedule "linear"'));
    expect(() => marginal(linearSchedule(), 1001)).toThrow(RangeError);
  });
});

describe("a simulated chain", () => {
  it("has the law of the jump, in mean and variance: five standard errors, false alarms 1 in 10^6 a check", () => {
    const schedule = linearSchedule({ T: 50, betaStart: 0.002, betaEnd: 0.1 });
    const n = 20_000;
    const keys = split(key(2024), schedule.T);
    let x = new Float64Array(n).fill(1.5);
    for (const t of timesteps(schedule)) {
      x = transition(schedule, t).sample({ xPrev: x }, normal(keys[t - 1]!, n));
      const jump = marginal(schedule, t);
      const mean = x.reduce((sum, value) => sum + value, 0) / n;
      const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
      expect(Math.abs(mean - jump.mean({ x0: 1.5 }))).toBeLessThan(5 * Math.sqrt(jump.variance / n));
      expect(Math.abs(variance / jump.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    }
  });

  it("logDensity agrees with the Gaussian it names", () => {
    const law = marginal(linearSchedule(), 77);
    expect(law.logDensity(0.4, { x0: 1 })).toBe(logDensity(0.4, { mean: law.mean({ x0: 1 }), variance: law.variance }));
  });
});
