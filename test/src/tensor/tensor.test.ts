import { type Scalar, type Tensor2D } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { type LinearGaussian, algebraOf, convert, key, linearSchedule, marginal, normal, posterior, tensorAlgebra, tensorBackend, transition } from "noisebook";
import { loadTensors } from "../../../src/tensor/load.ts";

const shape: [number, number] = [64, 3];
const size = 64 * 3;
const schedule = linearSchedule();
/** Half a unit in the last place of 1 in float32. */
const u = 2 ** -24;

/** Draws that float32 holds exactly, so that only the arithmetic differs. */
const draws = (seed: number): Float64Array => normal(key(seed), size).map(Math.fround);

let tf: Awaited<ReturnType<typeof loadTensors>>;
beforeAll(async () => {
  tf = await loadTensors();
});

const lift = (values: Float64Array): Tensor2D => tf.tensor2d(Float32Array.from(values), shape);

function terms(law: LinearGaussian<string>, values: Record<string, Float64Array>): Float64Array {
  const total = new Float64Array(size);
  for (const [name, value] of Object.entries(values)) value.forEach((x, i) => (total[i]! += Math.abs(law.coefficients[name]! * x)));
  return total;
}

describe("tensors in the process", () => {
  it("load once, on the backend that the report names", async () => {
    expect(await loadTensors()).toBe(tf);
    expect(tensorBackend().name).toBe(tf.getBackend());
    expect(algebraOf(lift(draws(1)))).toBe(tensorAlgebra);
  });

  it.each([1, 2, 500, 1000])("mean and sample at t = %i are within 4 float32 roundings of their terms", (t) => {
    const [x0, xt, eps] = [draws(1), draws(2), draws(3)];
    for (const [law, values] of [
      [transition(schedule, t), { xPrev: x0 }],
      [marginal(schedule, t), { x0 }],
      [posterior(schedule, t), { x0, xt }],
    ] as [LinearGaussian<string>, Record<string, Float64Array>][]) {
      const expected = law.sample(values, eps);
      const tensors = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, lift(value)]));
      const sample = law.sample(tensors, lift(eps));
      expect(sample.shape).toEqual(shape);
      const magnitude = terms(law, values);
      sample.dataSync().forEach((value, i) => {
        const bound = 4 * u * (magnitude[i]! + Math.sqrt(law.variance) * Math.abs(eps[i]!));
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(bound);
      });
    }
  });

  it("log densities are scalars, to 1e-6 of the sum of their terms' sizes", () => {
    const law = marginal(schedule, 500);
    const [x, x0] = [draws(4), draws(5)];
    const total = law.logDensity(lift(x), { x0: lift(x0) });
    expect(total.shape).toEqual([]);
    const sizes = x.reduce((sum, value, i) => sum + Math.abs(law.logDensity(value, { x0: x0[i]! })), 0);
    expect(Math.abs(total.dataSync()[0]! - law.logDensity(x, { x0 }))).toBeLessThan(1e-6 * sizes);
  });

  it("gradients by tf.grad are the scores", () => {
    const law = marginal(schedule, 500);
    const [x, x0] = [draws(6), draws(7)];
    const gradient = tf.grad((point) => law.logDensity(point, { x0: lift(x0) as typeof point }) as Scalar)(lift(x));
    const score = convert(schedule, 500, x, { kind: "x0", value: x0 }, "score");
    gradient.dataSync().forEach((value, i) => expect(Math.abs(value - score[i]!)).toBeLessThan(1e-6 * (1 + Math.abs(score[i]!))));
  });

  it("leave nothing behind in a tf.tidy but the result", () => {
    const [x0, xt] = [lift(draws(1)), lift(draws(2))];
    const before = tf.memory().numTensors;
    const mean = tf.tidy(() => posterior(schedule, 9).mean({ x0, xt }));
    expect(tf.memory().numTensors).toBe(before + 1);
    mean.dispose();
  });

  it("refuse other shapes and other kinds", () => {
    const law = posterior(schedule, 9);
    expect(() => law.mean({ x0: lift(draws(1)), xt: tf.ones([3]) as unknown as Tensor2D })).toThrow("shapes [64, 3] and [3] differ");
    expect(() => law.mean<unknown>({ x0: lift(draws(1)), xt: 1 })).toThrow("a tensor and a number in one formula");
  });

  it("keep their types", () => {
    const law = marginal(schedule, 1);
    expectTypeOf(law.mean({ x0: lift(draws(1)) })).toEqualTypeOf<Tensor2D>();
    expectTypeOf(law.logDensity(lift(draws(1)), { x0: lift(draws(1)) })).toExtend<{ dataSync(): ArrayLike<number> }>();
  });
});
