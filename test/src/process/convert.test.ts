import { describe, expect, it } from "vitest";
import {
  type PredictionKind, type Schedule, convert, convertAt, derivative, dual, key, levelAt, linearSchedule, marginal, normal, posterior, scheduleFromBetas, schedules,
} from "noisebook";

const kinds: PredictionKind[] = ["eps", "x0", "v", "score", "mean"];
const zeroTerminal = scheduleFromBetas([0.1, 0.3, 0.7, 1]);

/** Every kind of prediction that is true of x_t = √ᾱ x_0 + √(1−ᾱ) ε, straight from its definition. */
function truths(schedule: Schedule, t: number, x0: number, eps: number): { xt: number; predictions: Record<PredictionKind, number> } {
  const [a, s] = [Math.sqrt(schedule.alphaBar[t]!), Math.sqrt(schedule.oneMinusAlphaBar[t]!)];
  const xt = a * x0 + s * eps;
  return { xt, predictions: { eps, x0, v: a * eps - s * x0, score: -eps / s, mean: posterior(schedule, t).mean({ x0, xt }) } };
}

/** The two numbers of the linear map that `convert` is, each as a multiple of the one that two true pairs of points ask for. */
function coefficients(schedule: Schedule, t: number, from: PredictionKind, to: PredictionKind): string {
  const [one, other] = [truths(schedule, t, 1, 0.3), truths(schedule, t, -0.4, 1)];
  const [p, q] = [one.predictions, other.predictions];
  const determinant = one.xt * q[from] - other.xt * p[from];
  const right = { xt: (p[to] * q[from] - q[to] * p[from]) / determinant, value: (one.xt * q[to] - other.xt * p[to]) / determinant };
  const has = { xt: convert(schedule, t, 1, { kind: from, value: 0 }, to), value: convert(schedule, t, 0, { kind: from, value: 1 }, to) };
  const told = (name: "xt" | "value"): string => `${has[name]}, which is ${Number((has[name] / right[name]).toPrecision(8))} times what is right`;
  return `convert(schedule, ${t}, …) from ${from} to ${to} multiplies x_t by ${told("xt")}, and the prediction by ${told("value")}`;
}

describe.each(Object.entries(schedules))("conversions with schedule %s", (_, make) => {
  const schedule: Schedule = make({ T: 1000 });

  it.each(kinds.flatMap((from) => kinds.map((to) => [from, to] as const)))("%s → %s is true at every t", (from, to) => {
    const draws = normal(key(5), [schedule.T + 1, 2]);
    for (let t = 1; t <= schedule.T; t++) {
      if (schedule.alphaBar[t] === 0) continue;
      const { xt, predictions } = truths(schedule, t, draws[2 * t]!, draws[2 * t + 1]!);
      const value = convert(schedule, t, xt, { kind: from, value: predictions[from] }, to);
      // Rounding of x_t and of the prediction, as far as the map to the target magnifies it.
      const magnified = (nudge: number): number => Math.abs(convert(schedule, t, 0, { kind: from, value: nudge }, to));
      const slope = magnified(Math.abs(predictions[from]) + Math.abs(xt)) + Math.abs(convert(schedule, t, Math.abs(xt), { kind: from, value: 0 }, to));
      const [off, allowed] = [Math.abs(value - predictions[to]), 4e-15 * (slope + Math.abs(predictions[to]))];
      if (!(off < allowed)) expect.fail(`${coefficients(schedule, t, from, to)}: ${value} for ${predictions[to]}`);
    }
  });
});

describe("single conversions", () => {
  const schedule = linearSchedule();

  it("from ε to the mean is (x_t − β/√(1−ᾱ) ε)/√α (Ho et al. 2020, equation 11)", () => {
    for (const t of [1, 2, 100, 500, 1000]) {
      const [xt, eps] = [0.7, -1.1];
      const expected = (xt - (schedule.beta[t]! / Math.sqrt(schedule.oneMinusAlphaBar[t]!)) * eps) / Math.sqrt(schedule.alpha[t]!);
      expect(convert(schedule, t, xt, { kind: "eps", value: eps }, "mean")).toBeCloseTo(expected, 13);
    }
  });

  it("to the score is the derivative of the marginal's log density", () => {
    const law = marginal(schedule, 321);
    const expected = derivative((x) => law.logDensity(x, { x0: dual(0.8) }), -0.4);
    expect(convert(schedule, 321, -0.4, { kind: "x0", value: 0.8 }, "score")).toBeCloseTo(expected, 12);
  });

  it("keeps arrays arrays, and returns a prediction of the wanted kind as it is", () => {
    const xt = Float64Array.of(1, -2);
    const value = Float64Array.of(0.5, 0.25);
    const x0 = convert(schedule, 40, xt, { kind: "eps", value }, "x0");
    expect([...x0]).toEqual([0, 1].map((i) => convert(schedule, 40, xt[i]!, { kind: "eps", value: value[i]! }, "x0")));
    expect(convert(schedule, 40, xt, { kind: "eps", value }, "eps")).toBe(value);
  });
});

describe("where ᾱ_T = 0", () => {
  const xT = 0.6;

  it.each<[PredictionKind, number, PredictionKind, number]>([
    ["x0", 2, "eps", xT],
    ["x0", 2, "v", -2],
    ["v", -2, "x0", 2],
    ["v", -2, "eps", xT],
    ["eps", xT, "score", -xT],
    ["score", -xT, "eps", xT],
    ["x0", 2, "mean", 2 * Math.sqrt(zeroTerminal.alphaBar[3]!)],
    ["mean", 2 * Math.sqrt(zeroTerminal.alphaBar[3]!), "x0", 2],
  ])("%s %f → %s is %f", (from, value, to, expected) => {
    expect(convert(zeroTerminal, 4, xT, { kind: from, value }, to)).toBeCloseTo(expected, 14);
  });

  it.each<[PredictionKind, PredictionKind]>([
    ["eps", "x0"],
    ["eps", "v"],
    ["eps", "mean"],
    ["score", "x0"],
    ["score", "v"],
    ["score", "mean"],
  ])("%s → %s cannot be known, and says so", (from, to) => {
    const attempt = (): number => convert(zeroTerminal, 4, xT, { kind: from, value: xT }, to);
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(`no ${to} from ${from} at t = 4 of schedule "custom": alphaBar is 0 there`);
  });
});

describe("at a level of noise", () => {
  const others = kinds.filter((kind) => kind !== "mean");

  it.each(others.flatMap((from) => others.map((to) => [from, to] as const)))("%s → %s is true, variance preserved or not", (from, to) => {
    for (const [alpha, sigma] of [[0.6, 0.8], [1, 80], [1, 0.01], [0.3, 0.1]] as const) {
      const [x0, eps] = [0.4, -1.2];
      const predictions = { eps, x0, v: alpha * eps - sigma * x0, score: -eps / sigma };
      const x = alpha * x0 + sigma * eps;
      const value = convertAt({ alpha, sigma, t: 1 }, x, { kind: from, value: predictions[from as "eps"] }, to);
      expect(Math.abs(value - predictions[to as "eps"])).toBeLessThan(1e-12 * (1 + 80 / sigma));
    }
  });

  it("agrees with convert on a schedule, and refuses what the level does not tell", () => {
    const schedule = linearSchedule();
    for (const from of others) {
      for (const to of others) {
        const prediction = { kind: from, value: 0.3 };
        expect(convertAt(levelAt(schedule, 40), 0.7, prediction, to)).toBe(convert(schedule, 40, 0.7, prediction, to));
      }
    }
    const pure = { alpha: 0, sigma: 1, t: 4 };
    expect(() => convertAt(pure, 0.6, { kind: "eps", value: 1 }, "x0")).toThrow("no x0 from eps at alpha = 0, sigma = 1");
    expect(convertAt(pure, 0.6, { kind: "v", value: -2 }, "x0")).toBe(2);
    expect(() => convertAt({ alpha: 1, sigma: 0, t: 0 }, 0.6, { kind: "x0", value: 1 }, "eps")).toThrow("so x_t holds no noise");
    expect(() => convertAt(pure, 0.6, { kind: "mean", value: 1 }, "x0")).toThrow(TypeError);
  });
});

describe("what is refused", () => {
  it("a timestep outside 1…T, an unknown kind, mixed kinds of values", () => {
    const prediction = { kind: "eps", value: 1 } as const;
    expect(() => convert(linearSchedule(), 0, 1, prediction, "x0")).toThrow('timestep 0 outside 1…1000 of schedule "linear"');
    expect(() => convert(linearSchedule(), 1, 1, prediction, "epsilon" as PredictionKind)).toThrow(
      new TypeError('prediction kind "epsilon" is none of eps, x0, v, score, mean'),
    );
    expect(() => convert<unknown>(linearSchedule(), 1, Float64Array.of(1), prediction, "x0")).toThrow("a Float64Array and a number in one formula");
  });
});
