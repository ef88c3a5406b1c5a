import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { encode } from "fast-png";
import { afterAll, describe, expect, it } from "vitest";
import { exitCodes } from "../../../kernels/client/exit-codes.ts";
import { kindOfPath } from "../../../kernels/training/data.ts";
import { type Recipe, type RecipeChanges, readRecipe } from "../../../kernels/training/recipe.ts";
import { loadTensors } from "../../../src/tensor/load.ts";

await loadTensors();
const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "noisebook-test-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(config: unknown, changes?: RecipeChanges): Promise<Recipe> {
  const file = path.join(folder, "config.json");
  writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
  return readRecipe(file, changes);
}

const pictures = path.join(folder, "pictures");
mkdirSync(pictures);
for (const name of ["a", "b"]) writeFileSync(path.join(pictures, `${name}.png`), encode({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) }));

describe("a recipe", () => {
  it("needs nothing: it trains a model of drawn pictures", async () => {
    const { data, schedule, objective, optimizer, ema, batch, accumulate, steps, checkpoint, samples } = await read({ model: "small" });
    expect(data.shape).toEqual([32, 32, 1]);
    expect(schedule).toMatchObject({ name: "linear", T: 1000 });
    expect(objective.config).toMatchObject({ predict: "eps", loss: "L2", variance: "fixed" });
    expect(optimizer.config).toMatchObject({ name: "Adam", learningRate: { rate: 2e-4 } });
    expect({ ema, batch, accumulate, steps, checkpoint, samples }).toEqual({ ema: 0.9999, batch: 64, accumulate: 1, steps: 10_000, checkpoint: { every: 1000, keep: 3 }, samples: undefined });
  });

  it("says everything that train can be told", async () => {
    const { schedule, objective, optimizer, ema, key: _, ...rest } = await read({
      seed: 7, model: { width: 16, blocks: 1, learnedVariance: true }, data: { kind: "points", name: "mixture", count: 30 },
      schedule: { kind: "cosine", T: 40, s: 0.01, zeroTerminalSnr: true },
      objective: { predict: "v", loss: "huber", threshold: 0.3, weighting: { kind: "minSnr", gamma: 4 }, variance: "learned", boundWeight: 0.01, importance: { history: 3 }, dropLabels: 0.2 },
      optimizer: { kind: "adamw", learningRate: { kind: "linear", peak: 1e-3, warmUp: 5, end: 1e-5 }, beta2: 0.99, weightDecay: 0.1, clipNorm: 2 },
      ema: null, batch: 12, accumulate: 3, flip: true, steps: 50, checkpoint: { every: 10, keep: 1 }, samples: { every: 5, n: 4, steps: 10 },
    });
    expect(schedule.T).toBe(40);
    expect(schedule.alphaBar[40]).toBe(0);
    expect(objective.config).toMatchObject({ predict: "v", loss: "Huber 0.3", weighting: "min-SNR 4", variance: "learned", boundWeight: 0.01, importance: { history: 3 }, dropLabels: 0.2 });
    expect(optimizer.config).toEqual({ name: "AdamW", learningRate: { kind: "linear", peak: 1e-3, steps: 50, warmUp: 5, end: 1e-5 }, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 2 });
    expect(ema).toBeUndefined();
    expect(rest).toMatchObject({ batch: 12, accumulate: 3, flip: true, steps: 50, checkpoint: { every: 10, keep: 1 }, samples: { every: 5, n: 4, steps: 10 } });
    const model = rest.model();
    expect(model.config).toMatchObject({ kind: "mlp", dimension: 2, width: 16, learnedVariance: true });
    model.dispose();
  });

  it("draws by its seed, the same each time", async () => {
    const config = { data: { kind: "points", name: "moons" }, model: { width: 8 } };
    const [a, b, c] = [await read(config), await read(config), await read({ ...config, seed: 1 })];
    expect(b.key).toEqual(a.key);
    expect(await b.data.read([0, 1])).toEqual(await a.data.read([0, 1]));
    expect(c.key).not.toEqual(a.key);
    expect(await c.data.read([0, 1])).not.toEqual(await a.data.read([0, 1]));
  });

  it("takes files, by a path from its own place or by --data, and frames them", async () => {
    const own = await read({ data: { kind: "png", path: "pictures", frame: [8, 8] } });
    expect(own.data).toMatchObject({ size: 2, shape: [8, 8, 1] });
    expect(await kindOfPath(pictures)).toBe("png");
    expect((await read({}, { data: { kind: "png", path: pictures }, steps: 3 })).data).toMatchObject({ size: 2, shape: [4, 4, 1] });
  });

  it("is read past a byte-order mark, which editors on Windows write", async () => {
    expect((await read("\uFEFF" + JSON.stringify({ steps: 12 }))).steps).toBe(12);
  });

  it.each<[string, unknown, string]>([
    ["no JSON", "{", "config.json is no JSON"],
    ["no object", [], "config.json is []: an object in braces is needed"],
    ["an unknown field", { batchSize: 3 }, 'config.json: "batchSize" is none of seed, '],
    ["an unknown field within", { optimizer: { beta: 3 } }, 'config.json: optimizer: "beta" is none of kind, '],
    ["an unknown field of a schedule", { schedule: { kind: "cosine", betaEnd: 0.1 } }, 'config.json: schedule: "betaEnd" is none of kind, '],
    ["a wrong type", { batch: "many" }, 'config.json: batch "many": a number is needed'],
    ["no whole number", { steps: 1.5 }, "config.json: steps 1.5: a whole number from 1 up is needed"],
    ["a wrong word", { data: { kind: "video" } }, 'config.json: data: kind "video": one of images, points, mnist, idx, cifar10, png is needed'],
    ["a wrong name", { model: "huge" }, 'config.json: model "huge": a config, or one of cifar10, lsun256, small is needed'],
    ["a value out of range", { optimizer: { beta1: 2 } }, "config.json: optimizer: beta1 2"],
    ["a schedule out of range", { schedule: { betaEnd: 3 } }, "config.json: schedule: betaEnd 3"],
    ["no rate for SGD", { optimizer: { kind: "sgd" } }, "config.json: optimizer: learningRate missing"],
    ["no path", { data: { kind: "mnist" } }, 'config.json: data: path missing: the path of the data, for "mnist" is needed'],
    ["data that are not there", { data: { kind: "png", path: "nowhere" } }, "the data cannot be used: "],
    ["toy data of no known name", { data: { kind: "points", name: "stars" } }, 'config.json: data: toy "stars"'],
  ])("is refused with %s, and says where", async (_, config, words) => {
    await expect(read(config)).rejects.toMatchObject({ name: "CommandError", exitCode: exitCodes.usage, message: expect.stringContaining(words) as string });
  });

  it("is refused where the model does not fit the data", async () => {
    const { model } = await read({ data: { side: 30 }, model: { baseChannels: 8, groups: 4, channelMultipliers: [1, 2, 2], blocksPerLevel: 1 } });
    expect(() => model()).toThrow("config.json: image.height 30: 3 levels halve it 2 times");
  });
});
