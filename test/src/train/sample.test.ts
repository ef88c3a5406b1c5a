import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { saveCheckpoint } from "../../../src/checkpoint/index.ts";
import { asModel } from "../../../src/model/index.ts";
import { key, normal } from "../../../src/random/index.ts";
import { ancestral, classifierFreeGuidance, ddim, drawSample, type ModelOutput } from "../../../src/sampler/index.ts";
import { levelAt } from "../../../src/schedule/index.ts";
import { type Tensor } from "../../../src/tensor/index.ts";
import { hasBfloat16 } from "../../../src/tensor/compile/configuration.ts";
import { loadTensors } from "../../../src/tensor/load.ts";
import { arrayModel, denoising, loadTrained } from "../../../src/train/index.ts";
import { schedule, tiny, tinyModel, trained, weightsOf } from "./tiny.ts";

const tf = await loadTensors();
const bfloat16 = tf.getBackend() === "tensorflow" && hasBfloat16();
const root = fileURLToPath(new URL("../../..", import.meta.url));
mkdirSync(path.join(root, ".noisebook"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".noisebook", "test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a network as a model over arrays", () => {
  const model = tinyModel({ classes: 3, learnedVariance: true });
  // Its last layer is zero at first.
  for (const variable of model.parameters.values()) tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(normal(key(variable.size), variable.size), (e) => e / 3), variable.shape)));
  const x = normal(key(7), 10);
  const level = levelAt(schedule, 17);

  /** What src/model's own says over tensors. */
  async function expected(labels: number[] | undefined, guidance = 1): Promise<{ value: Float32Array; share: Float32Array }> {
    const options = { kind: "v" as const };
    const conditional = asModel(model, { ...options, ...(labels && { labels }) });
    const asked = guidance === 1 ? conditional : classifierFreeGuidance({ conditional, unconditional: asModel(model, options), scale: guidance });
    const { value, varianceShare } = (await asked(tf.tensor2d(Float32Array.from(x), [5, 2]), 17, level)) as ModelOutput<Tensor>;
    return { value: value.dataSync<"float32">().slice(), share: varianceShare!.dataSync<"float32">().slice() };
  }

  it.each([
    ["without labels", {}, undefined, 1],
    ["with one label", { labels: 1 }, [1, 1, 1, 1, 1], 1],
    ["with labels", { labels: [0, 1, 2, 0, 1] }, [0, 1, 2, 0, 1], 1],
    ["guided", { labels: 2, guidance: 3 }, [2, 2, 2, 2, 2], 3],
  ])("says what it says over tensors, %s", async (_, options, labels, guidance) => {
    const asked = arrayModel(model, { kind: "v", ...options });
    const { kind, value, varianceShare } = await asked(x, 17, level);
    const wanted = await expected(labels, guidance);
    expect(kind).toBe("v");
    value.forEach((each, i) => expect(Math.abs(each - wanted.value[i]!)).toBeLessThan(1e-5));
    varianceShare!.forEach((each, i) => expect(Math.abs(each - wanted.share[i]!)).toBeLessThan(1e-6));
    expect(varianceShare).toHaveLength(10);
    asked.dispose();
  });

  it.skipIf(!bfloat16)("says nearly the same in bfloat16", async () => {
    const [rough, exact] = (["bfloat16", "float32"] as const).map((precision) => arrayModel(model, { kind: "v", labels: 1, precision }));
    const [found, wanted] = [(await rough!(x, 17, level)).value, (await exact!(x, 17, level)).value];
    const norm = (values: Float64Array): number => Math.hypot(...values);
    const off = norm(found.map((value, i) => value - wanted[i]!)) / norm(wanted);
    // 2^-9 for each rounding of a factor, in each of the few layers.
    expect(off).toBeGreaterThan(2 ** -12);
    expect(off).toBeLessThan(2 ** -5);
    rough!.dispose();
    exact!.dispose();
  });

  it.skipIf(bfloat16)("refuses bfloat16 where there is none", async () => {
    await expect(arrayModel(model, { kind: "v", precision: "bfloat16" })(x, 17, level)).rejects.toThrow(/precision "bfloat16".*"float32"/);
  });

  it("keeps no tensors over a sampling, and draws the same with the same key", async () => {
    const asked = arrayModel(model, { kind: "eps", labels: 0 });
    const options = { schedule, sampler: ancestral({ variance: "learned" }), model: asked, shape: [6, 2], key: key(3) };
    const first = await drawSample(options);
    const before = tf.memory().numTensors;
    expect(await drawSample(options)).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
    expect(await drawSample({ ...options, sampler: ddim() })).not.toEqual(first);
    asked.dispose();
  });

  it.each([
    [() => arrayModel(model, { kind: "eps", labels: 3 }), "label 3: the model knows 0…2"],
    [() => arrayModel(model, { kind: "eps", guidance: 2 }), "guidance without labels"],
    [() => arrayModel(model, { kind: "eps", labels: 1, guidance: NaN }), "guidance NaN"],
    [() => arrayModel(tinyModel(), { kind: "eps", labels: 1 }), "labels for a model without classes"],
  ])("refuses %o", (make, words) => {
    expect(make).toThrow(words);
  });

  it("refuses what it cannot be asked", async () => {
    await expect(arrayModel(model, { kind: "eps" })(x.slice(1), 17, level)).rejects.toThrow("9 values as examples of [2]: give n·2");
    await expect(arrayModel(model, { kind: "eps" })(x, 17, { alpha: 1, sigma: 5, t: 5 })).rejects.toThrow("asModel takes others");
    await expect(arrayModel(model, { kind: "eps", labels: [1] })(x, 17, level)).rejects.toThrow("1 labels for 5 examples");
  });
});

describe("a trained model, loaded", () => {
  it("is that of the averaged weights, or of the last ones, with its schedule and what it predicts", async () => {
    const options = tiny({ checkpoint: { dir: folder }, objective: denoising({ predict: "v" }), steps: 6 });
    await trained(options);
    const [averaged, raw] = [await loadTrained(folder), await loadTrained(folder, { weights: "raw" })];
    expect(averaged).toMatchObject({ kind: "v", weights: "ema", step: 6, settings: { batch: 12 } });
    expect(raw).toMatchObject({ kind: "v", weights: "raw", path: averaged.path });
    expect(weightsOf(averaged.model)).toEqual(weightsOf(options.ema.model));
    expect(weightsOf(raw.model)).toEqual(weightsOf(options.model));
    for (const table of ["beta", "alphaBar", "oneMinusAlphaBar"] as const) expect(averaged.schedule[table]).toEqual(schedule[table]);
    expect(averaged.schedule).toMatchObject({ name: "linear", T: 50 });
    expect(averaged.model.config).toEqual(options.model.config);
  });

  it("is refused where there is none", async () => {
    const file = await saveCheckpoint(path.join(folder, "other"), { step: 1, tensors: new Map(), state: null });
    await expect(loadTrained(file)).rejects.toThrow("is no checkpoint of a training");
    const { ema: _, ...without } = tiny({ checkpoint: { dir: path.join(folder, "raw") }, steps: 1 });
    await trained(without);
    expect((await loadTrained(path.join(folder, "raw"))).weights).toBe("raw");
    await expect(loadTrained(path.join(folder, "raw"), { weights: "ema" })).rejects.toThrow("has no averaged weights");
  });
});
