import type { Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type TensorModel, ancestral, asModel, convertAt, ddim, drawSample, key, levelAt, linearSchedule, mlp, normal, sigmaLevels, tensorNoise } from "noisebook";
import { hasBfloat16 } from "../../../src/tensor/compile/configuration.ts";
import { distance, draws, fastest, lift, lower, perturb, tf, useBackend } from "./backends.ts";

const schedule = linearSchedule();
const points = draws(1, [5, 2]);

describe("a network as the samplers' model", () => {
  useBackend(fastest);
  let plain: TensorModel;
  let rich: TensorModel;
  beforeAll(() => {
    plain = mlp({ width: 8, blocks: 1 }, key(1));
    rich = mlp({ width: 8, blocks: 1, classes: 3, learnedVariance: true }, key(2));
    [plain, rich].forEach((model) => perturb(model));
    return () => [plain, rich].forEach((model) => model.dispose());
  });

  it.each([7, 500.25])("says what the network says at t = %d", async (t) => {
    const x = lift(points);
    const { kind, value, varianceShare } = await asModel(plain, { kind: "eps" })(x, t, levelAt(schedule, t));
    expect(kind).toBe("eps");
    expect(varianceShare).toBeUndefined();
    expect(distance(value as Tensor, lower(plain.apply(x, tf.fill([5], t)) as Tensor))).toBe(0);
  });

  it("parts a learned variance from the prediction, its share moved to 0…1", async () => {
    const x = lift(points);
    const said = await asModel(rich, { kind: "v", labels: 1 })(x, 9, levelAt(schedule, 9));
    const output = lower(rich.apply(x, tf.fill([5], 9), { labels: tf.fill([5], 1, "int32") }) as Tensor);
    const half = (first: number): Float64Array => output.data.filter((_, i) => (i % 4 < 2) === (first === 0));
    expect(distance(said.value as Tensor, { shape: [5, 2], data: half(0) })).toBe(0);
    expect(distance(said.varianceShare as Tensor, { shape: [5, 2], data: half(1).map((v) => (v + 1) / 2) })).toBeLessThan(1e-7);
  });

  it("takes one class for all, one for each, or a tensor", async () => {
    const x = lift(points);
    const ask = async (labels?: number | number[] | Tensor): Promise<Tensor> =>
      (await asModel(rich, { kind: "eps", ...(labels === undefined ? {} : { labels }) })(x, 9, levelAt(schedule, 9))).value as Tensor;
    const tensor = tf.tensor1d([2, 2, 2, 2, 2], "int32");
    const all = lower(await ask(2));
    expect(distance(await ask([2, 2, 2, 2, 2]), all)).toBe(0);
    expect(distance(await ask(tensor), all)).toBe(0);
    expect(tensor.isDisposed).toBe(false);
    expect(distance(await ask([0, 1, 2, 0, 1]), all)).toBeGreaterThan(1e-3);
    expect(distance(await ask(), all)).toBeGreaterThan(1e-3);
    await expect(ask([0, 1])).rejects.toThrow("labels of int32 [2]: one for each example is needed, int32 [5]");
  });

  it.each(["eps", "x0", "v"] as const)("of %s serves levels where variance explodes, by those of its schedule", async (kind) => {
    const own = levelAt(schedule, 300);
    const [exploding] = sigmaLevels([own.sigma / own.alpha]);
    const [x, large] = [lift(points), lift({ shape: [5, 2], data: points.data.map((v) => v / own.alpha) })];
    const model = asModel(plain, { kind, schedule });
    const there = await model(large, exploding!.t, exploding!);
    const here = await model(x, own.t, own);
    const x0 = lower(convertAt<Tensor>(own, x, here as never, "x0"));
    expect(distance(convertAt<Tensor>(exploding!, large, there as never, "x0"), x0)).toBeLessThan(1e-5);
  });

  it.each([false, true])("keeps no tensors but its answer (compiled: %s)", async (compiled) => {
    const model = asModel(rich, { kind: "v", schedule, labels: [0, 1, 2, 0, 1], compiled });
    const level = sigmaLevels([2])[0]!;
    const x = lift(points);
    tf.dispose((await model(x, level.t, level)) as never);
    const before = tf.memory().numTensors;
    const { value, varianceShare } = await model(x, level.t, level);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([value, varianceShare!] as Tensor[]);
    model.dispose();
    expect(x.isDisposed).toBe(false);
  });

  it("samples, compiled as not compiled", async () => {
    const run = async (compiled: boolean, learned: boolean): Promise<Tensor> => {
      const model = asModel(learned ? rich : plain, { kind: "v", compiled });
      const xT = tensorNoise(key(3), lift(points));
      const sampler = learned ? ancestral({ variance: "learned" }) : ddim();
      const sampled = await drawSample<Tensor>({ schedule, sampler, model, steps: 4, xT, key: key(4), noise: tensorNoise, clipX0: 2 });
      model.dispose();
      return sampled;
    };
    for (const learned of [false, true]) {
      const eager = lower(await run(false, learned));
      expect(eager.data.every(Number.isFinite)).toBe(true);
      expect(distance(await run(true, learned), eager)).toBeLessThan(1e-5);
    }
  });

  it.skipIf(fastest !== "tensorflow" || !hasBfloat16())("computes in bfloat16 where it is told to", async () => {
    const level = levelAt(schedule, 9);
    const [rough, exact] = (["bfloat16", "float32"] as const).map((precision) => asModel(plain, { kind: "v", compiled: true, precision }));
    const [found, wanted] = [await rough!(lift(points), 9, level), await exact!(lift(points), 9, level)];
    const off = distance(found.value as Tensor, lower(wanted.value as Tensor));
    expect(off).toBeGreaterThan(2 ** -12);
    expect(off).toBeLessThan(2 ** -5);
    rough!.dispose();
    exact!.dispose();
  });

  it("has no other precision uncompiled", () => {
    expect(() => asModel(plain, { kind: "v", precision: "bfloat16" })).toThrow('precision "bfloat16" of a model that is not compiled: take compiled: true');
  });

  it("draws noise on the host by the key", () => {
    expect(distance(tensorNoise(key(5), lift(points)) as Tensor, { shape: [5, 2], data: normal(key(5), [5, 2]) })).toBeLessThan(1e-7);
  });
});
