import { describe, expect, it } from "vitest";
import {
  type Level, type Model, type PredictionKind, type SampleOptions, ancestral, convert, convertAt, cosineSchedule, ddim, drawSample,
  float32Tables, invert, key, levelAt, linearSchedule, posterior, posteriorBetween, respace,
} from "noisebook";
import { leading, model, noised, schedule, start, sumOfSizes } from "./diffusers.ts";
import { PyTorchRandom } from "./pytorch-random.ts";

const run = async (options: Omit<SampleOptions<Float64Array>, "model">, kind: PredictionKind = "eps"): Promise<number> =>
  sumOfSizes(await drawSample<Float64Array>({ schedule, model: model(kind), clipX0: 1, xT: options.xT ?? start, ...options }));

/** Draws as they do after `torch.manual_seed(0)`. */
function seeded(): Pick<SampleOptions<Float64Array>, "key" | "noise"> {
  const random = new PyTorchRandom(0);
  return { key: key(0), noise: () => random.normal(768) };
}

const clip = (value: number): number => Math.min(1, Math.max(-1, value));
const from01 = float32Tables(linearSchedule({ betaStart: 0.01 }));

describe("diffusers' published sums of DDPM, torch.manual_seed(0)", () => {
  it.each([["eps", 258.9606], ["v", 202.0296]] as const)("1000 steps, σ² = β̃, %s: %f", async (kind, expected) => {
    expect(Math.abs((await run({ sampler: ancestral(), ...seeded() }, kind)) - expected)).toBeLessThan(1e-2);
  });

  it("the last two of 1000 steps, from a picture with noise: 387.9466", async () => {
    const sum = await run({ sampler: ancestral(), timesteps: [2, 1], xT: noised(levelAt(schedule, 2)), ...seeded() });
    // Within 3e-2 only: they compute 1 − ᾱ_2/ᾱ_1 in float32, which has three digits left there.
    expect(Math.abs(sum - 387.9466)).toBeLessThan(3e-2);
  });

  it("and of the means of three pictures, one step each from t = 1, 2 and 3: 1153.1833", async () => {
    const steps = [0, 0.1, -0.1].map((more, i) =>
      run({ sampler: ancestral(), timesteps: [i + 1], until: i, xT: start.map((value) => value + more), key: key(0), noise: (_, x) => x.map(() => 0) }));
    expect(Math.abs((await Promise.all(steps)).reduce((total, sum) => total + sum) - 1153.1833)).toBeLessThan(1e-2);
  });

  it.each([[487, 486, 0.00979], [999, 998, 0.02], [420, 400, 0.14771], [980, 960, 0.3246], [0, -1, 0]])(
    "variances: from t = %i to %i, %f", (t, next, expected) => {
      expect(Math.abs(posteriorBetween(levelAt(schedule, t + 1), levelAt(schedule, next + 1)).betaTilde - expected)).toBeLessThan(1e-5);
    },
  );
});

/*
 * "UnCLIP", a DDPM on the cosine schedule. Beside 1 − ᾱ in float32 it takes β from its table, where the levels of a sampler's step have it
 * from ᾱ alone, and at β = 4e-5 the two are a thousandth apart: it is the posterior of the schedule, not a step between levels.
 */
describe("diffusers' published sums of DDPM on the cosine schedule, torch.manual_seed(0)", () => {
  const halfToEven = (x: number): number => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

  it.each([
    ["all 1000 timesteps", 252.2682495, Array.from({ length: 1000 }, (_, i) => i + 1)],
    ["25 of them", 258.2044983, Array.from({ length: 25 }, (_, i) => 1 + halfToEven((i * 999) / 24))],
  ] as const)("%s: %f", (_, expected, timesteps) => {
    const spaced = respace(float32Tables(cosineSchedule()), timesteps);
    const random = new PyTorchRandom(0);
    let x: Float64Array = start;
    for (let t = spaced.T; t >= 1; t--) {
      const asked = spaced.timesteps[t]!;
      const value = x.map((at) => (at * (asked - 1)) / asked);
      const values = { x0: convert(spaced, t, x, { kind: "eps", value }, "x0").map(clip), xt: x };
      x = t > 1 ? posterior(spaced, t).sample(values, random.normal(768)) : posterior(spaced, t).mean(values);
    }
    expect(Math.abs(sumOfSizes(x) - expected)).toBeLessThan(1e-2);
  });
});

describe("diffusers' published sums of DDIM with η = 0, within 1e-2", () => {
  const sampler = ddim({ eps: "predicted" });

  it.each([["eps", 172.0067], ["v", 52.5302]] as const)("10 steps, %s: %f", async (kind, expected) => {
    expect(Math.abs((await run({ sampler, timesteps: leading }, kind)) - expected)).toBeLessThan(1e-2);
  });

  it("from β_1 = .01, to ᾱ = 1 or to ᾱ_1: 149.8295, 149.0784", async () => {
    const options = { schedule: from01, sampler };
    expect(Math.abs((await run({ ...options, timesteps: leading })) - 149.8295)).toBeLessThan(1e-2);
    // Their last step stays at ᾱ_1 with x0 clipped: a step from the level to itself, which no path here has. It is taken by hand.
    const x = await drawSample<Float64Array>({ ...options, model: model("eps"), clipX0: 1, xT: start, timesteps: leading.slice(0, -1), until: 1 });
    const { alpha, sigma } = levelAt(from01, 1);
    const { value: eps } = await model("eps")(x, 1, levelAt(from01, 1));
    const last = x.map((value, i) => alpha * clip((value - sigma * eps[i]!) / alpha) + sigma * eps[i]!);
    expect(Math.abs(sumOfSizes(last) - 149.0784)).toBeLessThan(1e-2);
  });

  it("from the ninth of ten timesteps, from a picture with noise: 354.5418", async () => {
    expect(Math.abs((await run({ sampler, timesteps: [101, 1], xT: noised(levelAt(schedule, 101)) })) - 354.5418)).toBeLessThan(1e-2);
  });

  it("and of three pictures, one step each from t = 1, 2 and 3 to clean data: 1147.7904", async () => {
    const steps = [0, 0.1, -0.1].map((more, i) => run({ sampler, timesteps: [i + 1], xT: start.map((value) => value + more) }));
    expect(Math.abs((await Promise.all(steps)).reduce((total, sum) => total + sum) - 1147.7904)).toBeLessThan(1e-2);
  });
});

/*
 * Theirs asks the model at the level a step goes to, reads what it says at the level where x is, and clips the x0 it finds in it. This model
 * says that ε with which the core's step comes to the same.
 */
describe("diffusers' published sums of DDIM's inversion, within 1e-2", () => {
  function theirs(kind: PredictionKind, first: Level): Model<Float64Array> {
    let from = first;
    return async (x, t, to) => {
      const said = await model(kind)(x, t, to);
      const [x0, eps] = from.sigma > 0 ? [convertAt(from, x, said, "x0"), convertAt(from, x, said, "eps")] : [x, said.value];
      const scale = to.alpha / from.alpha;
      const rest = to.sigma - scale * from.sigma;
      const value = x.map((at, i) => (to.alpha * clip(x0[i]!) + to.sigma * eps[i]! - scale * at) / rest);
      from = to;
      return { kind: "eps", value };
    };
  }

  it.each([
    ["eps", "β_1 = .0001", schedule, 0, 671.6816],
    ["v", "β_1 = .0001", schedule, 0, 1394.2185],
    ["eps", "β_1 = .01", from01, 0, 539.9622],
    ["eps", "β_1 = .01, from ᾱ_1", from01, 1, 542.6722],
  ] as const)("10 steps, %s, %s", async (kind, _, table, until, expected) => {
    const first = levelAt(table, until);
    // Where theirs begins at ᾱ_1, its first step stays there and clips x0, ε̂ being 0.
    let x: Float64Array = start.map((value) => first.alpha * clip(value / first.alpha));
    for await (const state of invert({ schedule: table, timesteps: leading, model: theirs(kind, first), x0: x, until })) x = state.x;
    expect(Math.abs(sumOfSizes(x) - expected)).toBeLessThan(1e-2);
  });
});

it("PyTorch's generator is PyTorch's: torch.manual_seed(0); torch.randn(16)", () => {
  const published = [-1.1258, -1.1524, -0.2506, -0.4339, 0.8487, 0.692, -0.316, -2.1152, 0.3223, -1.2633, 0.35, 0.3081, 0.1198, 1.2377, 1.1168, -0.2473];
  [...new PyTorchRandom(0).normal(16)].forEach((value, i) => expect(value).toBeCloseTo(published[i]!, 4));
});
