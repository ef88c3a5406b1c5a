import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { arrayDataset, toyPoints } from "../../../src/data/index.ts";
import { type TensorModel } from "../../../src/model/index.ts";
import { type MimeBundle } from "../../../src/plot/index.ts";
import { key } from "../../../src/random/index.ts";
import { loadTensors } from "../../../src/tensor/load.ts";
import { adam, averageOf, constantRate, denoising, sgd, train } from "../../../src/train/index.ts";
import { points, tiny, tinyModel, trained, weightsOf } from "./tiny.ts";

const tf = await loadTensors();
const root = fileURLToPath(new URL("../../..", import.meta.url));
mkdirSync(path.join(root, ".noisebook"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".noisebook", "test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const largest = (a: Record<string, Float32Array>, b: Record<string, Float32Array>): number =>
  Math.max(...Object.entries(a).map(([name, values]) => Math.max(...values.map((value, i) => Math.abs(value - b[name]![i]!)))));

describe("a training", () => {
  it("says of each step what it was", async () => {
    const options = tiny({ steps: 20, optimizer: adam({ learningRate: constantRate(1e-2, { warmUp: 4 }) }) });
    const steps = await trained(options);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(steps.map(({ learningRate }) => learningRate).slice(0, 5)).toEqual([0.0025, 0.005, 0.0075, 0.01, 0.01]);
    // 100 points in batches of 12 are 8 to an epoch.
    expect(steps.map(({ epoch }) => epoch)).toEqual([...Array<number>(8).fill(0), ...Array<number>(8).fill(1), ...Array<number>(4).fill(2)]);
    for (const { loss, losses, timesteps, gradientNorm, imagesPerSecond } of steps) {
      expect(losses.reduce((a, b) => a + b, 0) / 12).toBeCloseTo(loss, 5);
      expect(timesteps).toHaveLength(12);
      expect(gradientNorm).toBeGreaterThan(0);
      expect(imagesPerSecond).toBeGreaterThan(0);
    }
    expect(steps.at(-1)!.timeLeft).toBe(0);
    expect(steps[0]!.model).toBe(options.model);
    expect(steps[0]!.ema).toBe(options.ema.model);
  });

  it("takes the same steps each time with one key, and others with another", async () => {
    const [a, b, c] = [tiny(), tiny(), tiny({ key: key(4) })];
    for (const options of [a, b, c]) await trained(options);
    expect(weightsOf(b.model)).toEqual(weightsOf(a.model));
    expect(weightsOf(c.model)).not.toEqual(weightsOf(a.model));
  });

  it.each([2, 3, 12])("in %i parts is that of the whole batch, but for float32's rounding of sums", async (accumulate) => {
    // By gradient descent, whose steps are as small as the gradients' errors; Adam would divide small ones by their own size.
    const optimizer = sgd({ learningRate: 0.05, momentum: 0.9, clipNorm: 1 });
    const [whole, parts] = [tiny({ optimizer }), tiny({ optimizer, accumulate })];
    const [one, several] = [await trained(whole), await trained(parts)];
    several.forEach((step, i) => {
      expect(step.timesteps).toEqual(one[i]!.timesteps);
      expect(Math.abs(step.loss - one[i]!.loss)).toBeLessThan(1e-5);
      expect(Math.abs(step.gradientNorm - one[i]!.gradientNorm)).toBeLessThan(1e-5);
    });
    expect(largest(weightsOf(whole.model), weightsOf(parts.model))).toBeLessThan(2e-6);
  });

  it("keeps an average of the weights that follows its equation, warm-up included", async () => {
    const options = tiny({ steps: 15 });
    const average = weightsOf(options.model);
    expect(weightsOf(options.ema.model)).toEqual(average);
    for await (const { step, model } of train(options)) {
      const d = Math.min(0.9, (1 + step) / (10 + step));
      for (const [name, weights] of Object.entries(weightsOf(model))) average[name] = average[name]!.map((value, i) => d * value + (1 - d) * weights[i]!);
    }
    expect(largest(weightsOf(options.ema.model), average)).toBeLessThan(1e-6);
    expect(largest(weightsOf(options.ema.model), weightsOf(options.model))).toBeGreaterThan(1e-4);
    const [x, t] = [tf.ones([3, 2]), tf.tensor1d([1, 2, 3])];
    const [before, said, after] = [options.model, options.ema.model, options.model].map((model) => tf.tidy(() => model.apply(x, t).arraySync()));
    expect(said).not.toEqual(before);
    expect(after).toEqual(before);
    tf.dispose([x, t]);
  });

  it("learns a variance, and classes, some of them withheld", async () => {
    const data = toyPoints("moons", { key: key(5), count: 60 });
    const model = tinyModel({ classes: 2, learnedVariance: true, dropout: 0.1 });
    const steps = await trained(tiny({ model, ema: averageOf(model), data, steps: 30, objective: denoising({ variance: "learned", dropLabels: 0.2 }) }));
    const mean = (part: typeof steps): number => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    expect(mean(steps.slice(20))).toBeLessThan(mean(steps.slice(0, 5)));
  });

  it("tells the model the labels of its examples", async () => {
    const seen: number[][] = [];
    const inner = tinyModel();
    const model: TensorModel = {
      ...inner,
      config: { ...inner.config, classes: 3 },
      apply(x, t, { labels } = {}) {
        seen.push(labels?.shape ?? []);
        return inner.apply(x, t);
      },
    };
    const data = arrayDataset(Array.from({ length: 24 }, (_, i) => i / 24), { shape: [2], labels: Array.from({ length: 12 }, (_, i) => i % 3) });
    await trained(tiny({ model, ema: averageOf(model), data, steps: 1, batch: 6 }));
    expect(seen.at(-1)).toEqual([6]);
  });
});

describe("the loop of a training", () => {
  it("can be left at any step, and leaves no tensors", async () => {
    const options = tiny({ steps: 1000 });
    const before = tf.memory().numTensors;
    for await (const { step } of train(options)) if (step === 4) break;
    expect(tf.memory().numTensors).toBe(before);
    const failing = async (): Promise<void> => {
      for await (const _ of train(options)) throw new Error("of the loop's own");
    };
    await expect(failing()).rejects.toThrow("of the loop's own");
    expect(tf.memory().numTensors).toBe(before);
    await trained({ ...options, steps: 3 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("lets timers have their turn between steps", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    const seen = [];
    for await (const _ of train(tiny({ steps: 20 }))) seen.push(ticks);
    clearInterval(timer);
    expect(new Set(seen).size).toBeGreaterThan(3);
  });

  it("calls its hooks when they are due, and at the last step", async () => {
    const evaluated: number[] = [];
    const sampled: [number, unknown][] = [];
    const steps = await trained(tiny({
      steps: 7, evaluateEvery: 3, sampleEvery: 5,
      evaluate: async ({ step }) => (evaluated.push(step), { score: 2 * step }),
      onSample: ({ step, evaluation }) => void sampled.push([step, evaluation]),
    }));
    expect(evaluated).toEqual([3, 6, 7]);
    expect(sampled).toEqual([[5, undefined], [7, { score: 14 }]]);
    expect(steps.map(({ evaluation }) => evaluation?.score)).toEqual([undefined, undefined, 6, undefined, undefined, 12, 14]);
  });

  it("stops at a loss that is not finite, says at which step, and where the last good checkpoint is", async () => {
    const dir = path.join(folder, "diverging");
    const optimizer = sgd({ learningRate: (step) => (step < 4 ? 1e-3 : 1e30) });
    const error = await trained(tiny({ optimizer, checkpoint: { dir, every: 2 } })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "DivergedError", step: 5, checkpoint: path.join(dir, "step-000000004.safetensors") });
    expect((error as Error).message).toMatch(/^loss (NaN|Infinity) at step 5 \(norm of the gradient \S+, learning rate 1e\+30\)/);
    expect((error as Error).message).toContain(`the last good checkpoint is ${dir}`);
    const alone = await trained(tiny({ optimizer: sgd({ learningRate: 1e30 }) })).catch((thrown: unknown) => thrown);
    expect((alone as Error).message).toContain("no checkpoint was saved");
  });
});

describe("a notebook's interrupt", () => {
  const place = globalThis as { interruptSignal?: () => AbortSignal };
  afterEach(() => void delete place.interruptSignal);

  it("ends a training between steps, with the interrupt as its error, and gives all back", async () => {
    const options = tiny({ steps: 1000 });
    const before = tf.memory().numTensors;
    const cell = new AbortController();
    place.interruptSignal = () => cell.signal;
    const taken: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const { step } of train(options)) {
        taken.push(step);
        if (step === 3) setTimeout(() => cell.abort(new Error("interrupted")), 0);
      }
    };
    await expect(loop()).rejects.toThrow("interrupted");
    expect(taken.length).toBeLessThan(1000);
    expect(tf.memory().numTensors).toBe(before);
    delete place.interruptSignal;
    expect(await trained({ ...options, steps: 2 })).toHaveLength(2);
  });

  it("gives all back where nobody asks for the next step any more", async () => {
    const options = tiny({ steps: 1000 });
    const before = tf.memory().numTensors;
    const cell = new AbortController();
    place.interruptSignal = () => cell.signal;
    const training = train(options);
    await training.next();
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    cell.abort(new Error("interrupted"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("metrics", () => {
  const read = (file: string): Record<string, unknown>[] => readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

  it("are a line a step, or every so many", async () => {
    const [each, some] = [path.join(folder, "a", "each.jsonl"), path.join(folder, "some.jsonl")];
    const steps = await trained(tiny({ steps: 5, metrics: each, evaluateEvery: 4, evaluate: ({ step }) => ({ score: step }) }));
    expect(read(each)).toEqual(steps.map(({ step, loss, learningRate, gradientNorm, imagesPerSecond, evaluation }) => ({ step, loss, learningRate, gradientNorm, imagesPerSecond, ...evaluation })));
    await trained(tiny({ steps: 5, metrics: { path: some, every: 2 } }));
    expect(read(some).map(({ step }) => step)).toEqual([2, 4, 5]);
  });

  it("go on after the checkpoint: later lines, and one that was cut off, give way", async () => {
    const [dir, metrics] = [path.join(folder, "log"), path.join(folder, "log.jsonl")];
    for await (const { step } of train(tiny({ steps: 6, metrics, checkpoint: { dir, every: 3 } }))) if (step === 5) break;
    expect(read(metrics)).toHaveLength(5);
    writeFileSync(metrics, '{"step":6,"lo', { flag: "a" });
    await trained(tiny({ steps: 6, metrics, checkpoint: { dir }, resumeFrom: dir }));
    expect(read(metrics).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    await trained(tiny({ steps: 2, metrics }));
    expect(read(metrics)).toHaveLength(2);
  });
});

describe("a bar in a notebook", () => {
  const place = globalThis as { display?: unknown };
  afterEach(() => void delete place.display);

  it("shows how far it is, also where it is gone on with, and can be left out", async () => {
    const shown: unknown[] = [];
    place.display = (value: { [name: symbol]: () => MimeBundle }) => void shown.push(value[Symbol.for("Jupyter.display")]!()["text/plain"]);
    await trained(tiny({ steps: 3 }));
    expect(shown[0]).toMatch(/^training ░+ 0\/3$/);
    expect(shown.at(-1)).toMatch(/^training █+ 3\/3$/);
    shown.length = 0;
    await trained(tiny({ steps: 3, bar: false }));
    expect(shown).toEqual([]);
    const dir = path.join(folder, "bar");
    for await (const { step } of train(tiny({ steps: 4, checkpoint: { dir, every: 2 } }))) if (step === 2) break;
    expect(shown.at(-1)).toMatch(/ [12]\/4$/);
    shown.length = 0;
    await trained(tiny({ steps: 4, resumeFrom: dir }));
    expect(shown[0]).toMatch(/ 2\/4/);
  });
});

describe("a training refuses", () => {
  it.each([
    [{ batch: 0 }, "batch 0"],
    [{ steps: 1.5 }, "steps 1.5"],
    [{ accumulate: 5 }, "a batch of 12 in 5 parts"],
    [{ batch: 101 }, "batches of 101 from the 100 items"],
    [{ metrics: { path: path.join(folder, "x"), every: 0 } }, "metrics every 0 steps"],
    [{ checkpoint: { dir: folder, every: 0 } }, "checkpoint.every 0"],
    [{ data: arrayDataset(new Float32Array(90), { shape: [3], name: "triples" }) }, "triples has items of shape [3], the model takes [2]"],
    [{ objective: denoising({ variance: "learned" }) }, "learnedVariance: true"],
    [{ model: tinyModel({ learnedVariance: true }) }, 'denoising({ variance: "learned" })'],
    [{ model: tinyModel({ classes: 2 }), data: { ...points, labels: undefined as never } }, "has no labels"],
    [{ model: tinyModel({ classes: 1 }), data: toyPoints("moons", { key: key(1), count: 50 }) }, "the model knows 0…0"],
  ])("%o", async (options, words) => {
    await expect(trained(tiny(options))).rejects.toThrow(words);
  });
});
