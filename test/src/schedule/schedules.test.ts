import { describe, expect, it } from "vitest";
import {
  type Level,
  type Schedule,
  cleanLevel,
  constantSchedule,
  cosineSchedule,
  exponentialSigmas,
  float32Tables,
  jsdSchedule,
  karrasSigmas,
  klDivergence,
  lambda,
  levelAt,
  levelBetween,
  linearSchedule,
  marginal,
  polyexponentialSigmas,
  quadraticSchedule,
  respace,
  scaledLinearSchedule,
  scheduleFromAlphaBars,
  scheduleFromBetas,
  schedules,
  sigmaLevels,
  sigmoidSchedule,
  spacedTimesteps,
  warmUpSchedule,
  zeroTerminalSnr,
} from "noisebook";
import { facts } from "./facts.ts";

/** |a − b| relative to b; 0 where both are the same, infinities included. */
const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / Math.abs(b));

describe.each(Object.entries(schedules))("schedule %s", (_, make) => {
  describe.each([1, 2, 10, 1000])("with T = %i", (T) => {
    const schedule: Schedule = make({ T });
    const steps = Array.from({ length: T }, (_, i) => i + 1);

    it("has T + 1 values a table, clean data first", () => {
      expect(schedule.T).toBe(T);
      for (const table of [schedule.beta, schedule.alpha, schedule.alphaBar, schedule.oneMinusAlphaBar]) expect(table).toHaveLength(T + 1);
      expect([schedule.beta[0], schedule.alpha[0], schedule.alphaBar[0], schedule.oneMinusAlphaBar[0]]).toEqual([0, 1, 1, 0]);
      expect([schedule.sigma(0), schedule.snr(0)]).toEqual([0, Infinity]);
    });

    it("has variances in (0, 1), or 1 at the end, and alphaBar falls", () => {
      for (const t of steps) {
        expect(schedule.beta[t]).toBeGreaterThan(0);
        expect(schedule.beta[t]! < 1 || (t === T && schedule.alphaBar[T] === 0)).toBe(true);
        expect(schedule.alphaBar[t]! > 0 || (t === T && schedule.beta[T] === 1)).toBe(true);
        expect(schedule.alphaBar[t]).toBeLessThan(schedule.alphaBar[t - 1]!);
      }
    });

    it("multiplies alpha = 1 − beta up to alphaBar", () => {
      let logarithm = 0;
      for (const t of steps) {
        expect(schedule.alpha[t]).toBe(1 - schedule.beta[t]!);
        logarithm += Math.log1p(-schedule.beta[t]!);
        expect(relative(schedule.alphaBar[t]!, Math.exp(logarithm))).toBeLessThan(1e-13);
        expect(relative(schedule.oneMinusAlphaBar[t]!, -Math.expm1(logarithm))).toBeLessThan(1e-13);
      }
      expect(schedule.oneMinusAlphaBar[1]).toBe(schedule.beta[1]);
    });

    it("has sigma² = 1/snr = (1 − alphaBar)/alphaBar, rising", () => {
      for (const t of steps) {
        expect(relative(schedule.sigma(t) ** 2, 1 / schedule.snr(t))).toBeLessThan(1e-14);
        expect(relative(1 / (1 + schedule.sigma(t) ** 2), schedule.alphaBar[t]!)).toBeLessThan(1e-14);
        expect(schedule.sigma(t)).toBeGreaterThan(schedule.sigma(t - 1));
      }
    });
  });

  it("is the same each time it is made", () => {
    expect(make({ T: 50 })).toEqual(make({ T: 50 }));
  });

  it.each([0, -1, 2.5, NaN, Infinity])("refuses T = %d", (T) => {
    expect(() => make({ T })).toThrow(RangeError);
  });

  it("names itself, the timestep and the rule where a timestep is refused", () => {
    const schedule: Schedule = make({ T: 1000 });
    expect(() => schedule.sigma(1001)).toThrow(new RangeError(`timestep 1001 outside 0…1000 of schedule "${schedule.name}"`));
    expect(() => schedule.snr(-1)).toThrow(new RangeError(`timestep -1 outside 0…1000 of schedule "${schedule.name}"`));
    expect(() => schedule.snr(2.5)).toThrow(/timestep 2\.5 is not whole/);
    expect(() => schedule.snr(NaN)).toThrow(RangeError);
    expect(() => schedule.snr("7" as unknown as number)).toThrow(TypeError);
  });
});

describe.each(facts)("$name against values computed elsewhere", ({ schedule, alphaBar, crossing, priorBits }) => {
  it("alphaBar at the quarters", () => {
    alphaBar.forEach((expected, quarter) => {
      expect(relative(schedule.alphaBar[((quarter + 1) * schedule.T) / 4]!, expected)).toBeLessThan(6e-11);
    });
  });

  it("the timestep at which noise overtakes signal", () => {
    const t = Array.from(schedule.alphaBar.keys()).find((step) => schedule.snr(step) < 1);
    expect(t).toBe(crossing);
  });

  it("how far x_T is from the prior", () => {
    const law = marginal(schedule, schedule.T);
    const bits = klDivergence({ mean: law.mean({ x0: 1 }), variance: law.variance }, { mean: 0, variance: 1 }) / Math.LN2;
    expect(relative(bits, priorBits)).toBeLessThan(2e-7);
  });
});

describe("the linear schedule", () => {
  const schedule = linearSchedule();

  it("has sigma from .01000050 to 157.40728 and 130 steps with a signal-to-noise ratio above 5", () => {
    expect(schedule.sigma(1)).toBeCloseTo(0.0100005, 8);
    expect(schedule.sigma(1000)).toBeCloseTo(157.40728, 5);
    expect(Array.from(schedule.alphaBar.keys()).filter((t) => t > 0 && schedule.snr(t) > 5)).toHaveLength(130);
  });

  it("ends exactly on its ends, evenly spaced", () => {
    expect([schedule.beta[1], schedule.beta[1000]]).toEqual([1e-4, 0.02]);
    expect(schedule.beta[500]! - schedule.beta[499]!).toBeCloseTo((0.02 - 1e-4) / 999, 15);
  });
});

describe("the other formulas", () => {
  it("quadratic and scaled linear are evenly spaced in √beta, over their own ranges", () => {
    for (const [schedule, start, end] of [[quadraticSchedule(), 1e-4, 0.02], [scaledLinearSchedule(), 8.5e-4, 0.012]] as const) {
      const roots = schedule.beta.map(Math.sqrt);
      expect(relative(schedule.beta[1]!, start)).toBeLessThan(1e-15);
      expect(relative(schedule.beta[1000]!, end)).toBeLessThan(1e-15);
      for (let t = 2; t <= 1000; t++) expect(roots[t]! - roots[t - 1]!).toBeCloseTo((Math.sqrt(end) - Math.sqrt(start)) / 999, 15);
    }
  });

  it("cosine follows its squared cosine until the cap, and caps where it is told to", () => {
    const f = (t: number): number => Math.cos(((t / 1000 + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
    const schedule = cosineSchedule();
    for (let t = 1; t < 1000; t++) expect(relative(schedule.alphaBar[t]!, f(t) / f(0))).toBeLessThan(1e-9);
    expect(schedule.beta[1000]).toBe(0.999);
    expect(cosineSchedule({ maxBeta: 0.9999 }).beta[1000]).toBe(0.9999);
    expect(cosineSchedule({ maxBeta: 1 }).alphaBar[1000]).toBe(0);
  });

  it("sigmoid is symmetric about the middle of its range and widens with its spread", () => {
    const schedule = sigmoidSchedule({ T: 101, betaStart: 0.01, betaEnd: 0.03 });
    expect(schedule.beta[51]).toBeCloseTo(0.02, 15);
    expect(schedule.beta[1]! - 0.01).toBeCloseTo(0.03 - schedule.beta[101]!, 15);
    expect(schedule.beta[1]! - 0.01).toBeCloseTo(0.02 / (1 + Math.exp(6)), 15);
    expect(sigmoidSchedule({ T: 101, betaStart: 0.01, betaEnd: 0.03, spread: 1 }).beta[1]).toBeGreaterThan(schedule.beta[1]!);
  });
});

describe("the schedules of Ho et al. 2020's code", () => {
  it("JSD destroys the same share of the signal at each step, until none is left", () => {
    const schedule = jsdSchedule();
    for (let t = 0; t < 1000; t++) expect(relative(schedule.alphaBar[t]!, 1 - t / 1000)).toBeLessThan(1e-12);
    expect(schedule.alphaBar[1000]).toBe(0);
  });

  it("warm-up rises over its share and stays", () => {
    const schedule = warmUpSchedule({ share: 0.5 });
    expect([schedule.beta[1], schedule.beta[500], schedule.beta[501], schedule.beta[1000]]).toEqual([1e-4, 0.02, 0.02, 0.02]);
    expect(warmUpSchedule({ share: 1 }).beta).toEqual(linearSchedule().beta);
    expect(warmUpSchedule({ share: 0 }).beta).toEqual(constantSchedule().beta);
  });

  it("constant is a power", () => {
    expect(relative(constantSchedule({ T: 40, beta: 0.1 }).alphaBar[40]!, 0.9 ** 40)).toBeLessThan(1e-14);
  });
});

describe("options out of range", () => {
  it.each<[() => unknown, string]>([
    [() => linearSchedule({ betaStart: 0 }), 'betaStart 0 of schedule "linear": a variance in (0, 1) is needed'],
    [() => quadraticSchedule({ betaEnd: -0.1 }), 'betaEnd -0.1 of schedule "quadratic"'],
    [() => scaledLinearSchedule({ betaEnd: 1.5 }), 'betaEnd 1.5 of schedule "scaled linear"'],
    [() => cosineSchedule({ s: -1 }), 's = -1 of schedule "cosine"'],
    [() => cosineSchedule({ maxBeta: 2 }), 'maxBeta 2 of schedule "cosine"'],
    [() => sigmoidSchedule({ spread: 0 }), 'spread 0 of schedule "sigmoid"'],
    [() => constantSchedule({ beta: 2 }), 'beta 2 of schedule "constant"'],
    [() => warmUpSchedule({ share: 1.5 }), 'share 1.5 of schedule "warm-up"'],
    [() => scheduleFromAlphaBars([0.9, 0.95]), 'alphaBar 0.95 at t = 2 of schedule "custom", after 0.9: they fall within (0, 1), or to 0 at t = T'],
    [() => scheduleFromAlphaBars([0, 0]), 'alphaBar 0 at t = 1'],
    [() => linearSchedule({ T: 2.5 }), 'T = 2.5 of schedule "linear": the number of steps is a whole number from 1 up'],
    [() => scheduleFromBetas([]), 'T = 0 of schedule "custom"'],
    [() => scheduleFromBetas([0.1, 0]), 'beta 0 at t = 2 of schedule "custom"'],
    [() => scheduleFromBetas([0.1, 1, 0.1]), 'beta 1 at t = 2 of schedule "custom": a variance in (0, 1) is needed, or 1 at t = T = 3'],
    [() => scheduleFromBetas([0.1, NaN], "mine"), 'beta NaN at t = 2 of schedule "mine"'],
  ])("%# is a RangeError that says so", (make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });
});

describe("a schedule from betas", () => {
  it("starts at t = 1 with the first of them", () => {
    const schedule = scheduleFromBetas([0.1, 0.2, 0.5], "three steps");
    expect(schedule.T).toBe(3);
    expect([...schedule.beta]).toEqual([0, 0.1, 0.2, 0.5]);
    expect(schedule.alphaBar[3]).toBeCloseTo(0.36, 15);
    expect(schedule.name).toBe("three steps");
  });

  it("may end with no signal at all", () => {
    const schedule = scheduleFromBetas(Float64Array.of(0.1, 0.5, 1));
    expect([schedule.alphaBar[3], schedule.oneMinusAlphaBar[3], schedule.sigma(3), schedule.snr(3)]).toEqual([0, 1, Infinity, 0]);
  });
});

describe("respacing", () => {
  it.each(Object.entries(schedules))("%s keeps alphaBar at the timesteps it visits", (_, make) => {
    const whole: Schedule = make({ T: 1000 });
    const timesteps = [1, 2, 40, 500, 999, 1000];
    const part = respace(whole, timesteps);
    expect(part.T).toBe(6);
    expect(part.timesteps).toEqual([0, ...timesteps]);
    part.timesteps.forEach((t, i) => {
      expect(part.alphaBar[i]).toBe(whole.alphaBar[t]);
      expect(part.sigma(i)).toBe(whole.sigma(t));
      const product = part.alpha.slice(0, i + 1).reduce((a, b) => a * b, 1);
      expect(relative(product, whole.alphaBar[t]!)).toBeLessThan(1e-13);
      expect(Math.abs(part.alpha[i]! + part.beta[i]! - 1)).toBeLessThan(1e-15);
    });
    expect(part.beta[3]! / (1 - whole.alphaBar[40]! / whole.alphaBar[2]!)).toBeCloseTo(1, 11);
  });

  it("to every timestep changes nothing", () => {
    const whole = cosineSchedule({ T: 30 });
    const same = respace(whole, Array.from({ length: 30 }, (_, i) => i + 1));
    expect([same.beta, same.alpha, same.alphaBar, same.oneMinusAlphaBar]).toEqual([whole.beta, whole.alpha, whole.alphaBar, whole.oneMinusAlphaBar]);
  });

  it("takes the timesteps in any order, and can be done again", () => {
    const once = respace(linearSchedule(), [1000, 500, 750, 250]);
    expect(once.timesteps).toEqual([0, 250, 500, 750, 1000]);
    const twice = respace(once, [2, 4]);
    expect(twice.alphaBar[2]).toBe(once.alphaBar[4]);
    expect(twice.beta[1]).toBeCloseTo(1 - once.alphaBar[2]!, 14);
  });

  it("refuses timesteps that are missing, double, fractional or outside", () => {
    expect(() => respace(linearSchedule(), [])).toThrow(/no timesteps to respace schedule "linear" to: give at least one of 1…1000/);
    expect(() => respace(linearSchedule(), [5, 5])).toThrow(/timestep 5 twice/);
    expect(() => respace(linearSchedule(), [0, 5])).toThrow('timestep 0 outside 1…1000 of schedule "linear"');
    expect(() => respace(linearSchedule(), [1.5])).toThrow(/timestep 1\.5 is not whole/);
  });
});

describe("a terminal signal-to-noise ratio of zero", () => {
  it.each(Object.entries(schedules))("%s keeps its first step and its shape, and loses all signal at T", (_, make) => {
    const before: Schedule = make({ T: 1000 });
    const after = zeroTerminalSnr(before);
    expect(after.beta[1]).toBe(before.beta[1]);
    expect([after.alphaBar[1000], after.sigma(1000), after.snr(1000)]).toEqual([0, Infinity, 0]);
    const a = (t: number): number => Math.sqrt(before.alphaBar[t]!);
    for (let t = 1; t < 1000; t++) {
      const expected = ((a(t) - a(1000)) * a(1)) / (a(1) - a(1000));
      expect(Math.abs(Math.sqrt(after.alphaBar[t]!) - expected)).toBeLessThan(1e-13);
      expect(after.alphaBar[t]).toBeLessThan(after.alphaBar[t - 1]!);
    }
  });

  it("changes nothing where it is zero already, and needs two steps", () => {
    const zero = zeroTerminalSnr(scheduleFromBetas([0.1, 0.2, 0.3, 1]));
    [0, 0.1, 0.2, 0.3, 1].forEach((beta, t) => expect(zero.beta[t]).toBeCloseTo(beta, 15));
    expect(() => zeroTerminalSnr(linearSchedule({ T: 1 }))).toThrow('schedule "linear" has T = 1');
  });
});

describe("Karras sigmas", () => {
  it("are the 18 of EDM", () => {
    const published = [
      80, 57.586, 40.7856, 28.3746, 19.3525, 12.9101, 8.40094, 5.31519, 3.25682, 1.92334, 1.08817, 0.585348, 0.296442, 0.139516, 0.0599473,
      0.0229345, 0.00752802, 0.002,
    ];
    karrasSigmas({ n: 18 }).forEach((sigma, i) => expect(relative(sigma, published[i]!)).toBeLessThan(6e-6));
  });

  it("are evenly spaced for rho = 1, and begin and end on their ends exactly", () => {
    karrasSigmas({ n: 5, sigmaMin: 1, sigmaMax: 5, rho: 1 }).forEach((sigma, i) => expect(sigma).toBeCloseTo(5 - i, 14));
    expect([...karrasSigmas({ n: 1 })]).toEqual([80]);
    expect(karrasSigmas({ n: 40 })[39]).toBe(0.002);
  });

  it("refuse what makes no grid", () => {
    expect(() => karrasSigmas({ n: 0 })).toThrow("n = 0 noise levels: a whole number from 1 up is needed");
    expect(() => karrasSigmas({ n: 5, sigmaMin: 0 })).toThrow(/0 < sigmaMin < sigmaMax is needed/);
    expect(() => karrasSigmas({ n: 5, sigmaMin: 90 })).toThrow(RangeError);
    expect(() => karrasSigmas({ n: 5, rho: 0 })).toThrow("rho 0: a positive number is needed");
  });
});

describe("other grids of sigmas", () => {
  it("exponential ones fall by one ratio, and Karras's tends to them", () => {
    const sigmas = exponentialSigmas({ n: 6, sigmaMin: 0.01, sigmaMax: 1000 });
    [1000, 100, 10, 1, 0.1, 0.01].forEach((sigma, i) => expect(relative(sigmas[i]!, sigma)).toBeLessThan(1e-14));
    karrasSigmas({ n: 6, sigmaMin: 0.01, sigmaMax: 1000, rho: 1e6 }).forEach((sigma, i) => expect(relative(sigma, sigmas[i]!)).toBeLessThan(1e-4));
  });

  it("polyexponential ones are a polynomial in the logarithm", () => {
    const sigmas = polyexponentialSigmas({ n: 5, sigmaMin: 1, sigmaMax: Math.exp(16), rho: 2 });
    [16, 9, 4, 1, 0].forEach((log, i) => expect(Math.log(sigmas[i]!)).toBeCloseTo(log, 12));
    expect(() => polyexponentialSigmas({ n: 5, rho: -1 })).toThrow("rho -1: a positive number is needed");
  });
});

describe("a schedule from alphaBars", () => {
  it.each(Object.entries(schedules))("is %s again", (_, make) => {
    const whole: Schedule = make({ T: 100 });
    const again = scheduleFromAlphaBars(whole.alphaBar.slice(1), whole.name);
    whole.beta.forEach((beta, t) => expect(relative(again.beta[t]!, beta)).toBeLessThan(1e-11));
  });
});

describe("float32 tables", () => {
  it("hold what float32 holds, within half a unit in the last place of each step", () => {
    const [exact, rounded] = [linearSchedule(), float32Tables(linearSchedule())];
    for (const table of ["beta", "alpha", "alphaBar", "oneMinusAlphaBar"] as const) {
      expect(rounded[table]).toEqual(rounded[table].map(Math.fround));
      exact[table].forEach((value, t) => expect(Math.abs(rounded[table][t]! - value)).toBeLessThan(2 ** -24 * (1 + t)));
    }
    expect(rounded.alphaBar[1000]).not.toBe(exact.alphaBar[1000]);
    expect([rounded.name, rounded.T]).toEqual(["linear, float32", 1000]);
  });
});

describe("levels", () => {
  const schedule = linearSchedule();

  it("of whole timesteps are the schedule's", () => {
    expect(levelAt(schedule, 0)).toEqual(cleanLevel);
    expect(levelAt(schedule, 300)).toEqual({ alpha: Math.sqrt(schedule.alphaBar[300]!), sigma: Math.sqrt(schedule.oneMinusAlphaBar[300]!), t: 300 });
  });

  it("between them run evenly, preserve variance, and are found again by their ratio", () => {
    for (const each of [schedule, jsdSchedule()]) {
      for (const t of [0.25, 1.5, 300.75, 999.5]) {
        const level = levelAt(each, t);
        expect(Math.hypot(level.alpha, level.sigma)).toBeCloseTo(1, 15);
        expect(level.sigma).toBeGreaterThan(levelAt(each, Math.floor(t)).sigma);
        expect(level.sigma).toBeLessThan(levelAt(each, Math.ceil(t)).sigma);
        const [found] = sigmaLevels([level.sigma / level.alpha], each);
        expect(relative(found!.t, t)).toBeLessThan(1e-8);
        expect(relative(found!.sigma, level.sigma)).toBeLessThan(1e-13);
      }
    }
  });

  it("of sigmas alone let variance explode", () => {
    expect(sigmaLevels([80, 0.002])).toEqual([{ alpha: 1, sigma: 80, t: 80 }, { alpha: 1, sigma: 0.002, t: 0.002 }]);
    expect(sigmaLevels([1e6], schedule)[0]!.t).toBe(1000);
  });

  it("on the way from one to another share λ out evenly", () => {
    for (const on of [schedule, undefined]) {
      const [from, to] = sigmaLevels([80, 0.5], on) as [Level, Level];
      const third = levelBetween(from, to, 1 / 3, on);
      expect(lambda(third)).toBeCloseTo((2 * lambda(from) + lambda(to)) / 3, 13);
      if (on) expect(sigmaLevels([third.sigma / third.alpha], on)[0]!.t).toBeCloseTo(third.t, 9);
      else expect([third.alpha, third.t]).toEqual([1, expect.closeTo(third.sigma, 12)]);
    }
  });

  it("are spaced evenly from T down", () => {
    expect(spacedTimesteps(schedule, 4)).toEqual([1000, 750, 500, 250]);
    expect(spacedTimesteps(schedule, 1000)).toEqual(Array.from({ length: 1000 }, (_, i) => 1000 - i));
    expect(() => spacedTimesteps(schedule, 1001)).toThrow('1001 steps through schedule "linear": a whole number of 1…1000 is needed');
    expect(() => levelAt(schedule, 1000.5)).toThrow('timestep 1001 outside 0…1000 of schedule "linear"');
    expect(() => levelAt(schedule, NaN)).toThrow(RangeError);
    expect(() => sigmaLevels([-1])).toThrow("sigma -1");
  });
});

describe("what a notebook shows of a schedule", () => {
  const bundleOf = (schedule: Schedule): Record<string, string> =>
    (schedule as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!();

  it("is its name and its tables at a few timesteps, as text and as a table", () => {
    const bundle = bundleOf(linearSchedule());
    expect(bundle["text/plain"]).toBe(
      [
        'schedule "linear", T = 1000',
        "   t          β          ᾱ         σ        SNR",
        "   0          0          1         0          ∞",
        "   1  1.0000e-4     0.9999  0.010001       9999",
        " 250  0.0050601    0.52409   0.95294     1.1012",
        " 500    0.01004   0.078587    3.4241    0.08529",
        " 750    0.01502  0.0033506    17.247  0.0033618",
        "1000       0.02  4.0358e-5    157.41  4.0360e-5",
      ].join("\n"),
    );
    expect(bundle["text/html"]).toContain("<td>0.078587</td>");
  });

  it("escapes a name in HTML and shows infinities", () => {
    const bundle = bundleOf(scheduleFromBetas([0.5, 1], "<b>"));
    expect(bundle["text/html"]).toContain("schedule &#34;&#60;b&#62;&#34;, T = 2");
    expect(bundle["text/plain"]).toContain("∞");
  });
});
