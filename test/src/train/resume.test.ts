import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint, tensorGroup } from "../../../src/checkpoint/index.ts";
import { mixturePoints, ringMixture } from "../../../src/data/index.ts";
import { key } from "../../../src/random/index.ts";
import { cosineSchedule } from "../../../src/schedule/index.ts";
import { loadTensors } from "../../../src/tensor/load.ts";
import { adam, adamW, cosineRate, denoising, train } from "../../../src/train/index.ts";
import { tiny, trained, weightsOf } from "./tiny.ts";

await loadTensors();
const root = fileURLToPath(new URL("../../..", import.meta.url));
mkdirSync(path.join(root, ".noisebook"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".noisebook", "test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let serial = 0;
const fresh = (): string => path.join(folder, String(++serial));

describe("a resumed training", () => {
  it.each([
    ["with Adam, clipping and averaged weights", {}],
    ["in parts, with AdamW", { accumulate: 3, optimizer: adamW({ learningRate: 1e-2 }) }],
    ["with timesteps that depend on earlier losses", { objective: denoising({ importance: { history: 1, even: 0.1 } }), batch: 60 }],
  ])("takes the very steps that would have come: %s", async (_, options) => {
    const whole = tiny({ ...options, steps: 12 });
    const all = await trained(whole);

    const dir = fresh();
    await trained(tiny({ ...options, steps: 7, checkpoint: { dir } }));
    const second = tiny({ ...options, steps: 12, resumeFrom: dir });
    const rest = await trained(second);
    expect(rest.map(({ step, loss, gradientNorm, epoch }) => [step, loss, gradientNorm, epoch])).toEqual(
      all.slice(7).map(({ step, loss, gradientNorm, epoch }) => [step, loss, gradientNorm, epoch]),
    );
    expect(rest.map(({ timesteps }) => timesteps)).toEqual(all.slice(7).map(({ timesteps }) => timesteps));
    expect(weightsOf(second.model)).toEqual(weightsOf(whole.model));
    expect(weightsOf(second.ema.model)).toEqual(weightsOf(whole.ema.model));
  });

  it("takes none where the checkpoint is at its end", async () => {
    const dir = fresh();
    await trained(tiny({ steps: 3, checkpoint: { dir } }));
    expect(await trained(tiny({ steps: 3, resumeFrom: dir }))).toEqual([]);
  });

  it("refuses settings that differ, says which, and changes nothing", async () => {
    const dir = fresh();
    await trained(tiny({ steps: 2, checkpoint: { dir } }));
    const other = tiny({
      steps: 4, resumeFrom: dir, batch: 10, key: key(9), data: mixturePoints(ringMixture(), { key: key(1), count: 100 }),
      optimizer: adam({ learningRate: cosineRate({ peak: 1e-3, steps: 30, warmUp: 3 }) }), schedule: cosineSchedule({ T: 50 }),
    });
    const before = weightsOf(other.model);
    const error = await trained(other).then(() => undefined, (thrown: Error) => thrown);
    expect(error?.message).toContain("of a training with other settings");
    for (const line of [
      'schedule.name: "linear" in the checkpoint, "cosine" here', "optimizer.learningRate.peak: 0.01 in the checkpoint, 0.001 here",
      "optimizer.clipNorm: 1 in the checkpoint, null here", "key: [0,3] in the checkpoint, [0,9] here", "batch: 12 in the checkpoint, 10 here", "data.first: ",
    ]) expect(error?.message).toContain(`\n  ${line}`);
    expect(error?.message).not.toMatch(/model\.|data\.size/);
    expect(weightsOf(other.model)).toEqual(before);
  });

  it("refuses what is no checkpoint of a training", async () => {
    const file = await saveCheckpoint(fresh(), { step: 1, tensors: new Map(), state: {} });
    await expect(trained(tiny({ resumeFrom: file }))).rejects.toThrow("is no checkpoint of a training");
    await expect(trained(tiny({ resumeFrom: fresh() }))).rejects.toThrow("no checkpoint at");
  });
});

describe("checkpoints of a training", () => {
  it("come every so many steps and at the last, and the newest stay", async () => {
    const dir = fresh();
    const steps = await trained(tiny({ steps: 8, checkpoint: { dir, every: 3, keep: 2 } }));
    expect(steps.flatMap(({ step, checkpoint }) => (checkpoint === undefined ? [] : [step]))).toEqual([3, 6, 8]);
    expect(readdirSync(dir).sort()).toEqual(["latest", "step-000000006.safetensors", "step-000000008.safetensors"]);
  });

  it("hold weights, averages and moments by name, and can be saved on demand", async () => {
    const dir = fresh();
    const options = tiny({ checkpoint: { dir } });
    let saved = "";
    for await (const step of train(options)) {
      if (step.step < 2) continue;
      saved = await step.save();
      break;
    }
    const { step, tensors, state } = await loadCheckpoint(saved);
    expect(step).toBe(2);
    expect(state).toMatchObject({ kind: "training", position: { epoch: 0, batch: 2 }, settings: { batch: 12, model: { kind: "mlp", width: 8 } } });
    expect(Object.fromEntries(Array.from(tensorGroup(tensors, "weights"), ([name, { data }]) => [name, data]))).toEqual(weightsOf(options.model));
    const names = [...options.model.parameters.keys()].sort();
    for (const group of ["ema", "optimizer/firstMoment", "optimizer/secondMoment"]) expect([...tensorGroup(tensors, group).keys()].sort()).toEqual(names);
  });

  it("cannot be saved of a step that is over, or without a place", async () => {
    const steps = await trained(tiny({ steps: 2, checkpoint: { dir: fresh() } }));
    expect(() => steps[0]!.save()).toThrow("step 1 is over");
    for await (const step of train(tiny())) {
      await expect(step.save()).rejects.toThrow("nowhere to save");
      break;
    }
  });
});

describe("a training in a process of its own", () => {
  const script = path.join(folder, "script.mjs");
  beforeAll(async () => {
    const contents = `
      import { loadTensors } from "${root}/src/tensor/load.ts";
      import { tiny } from "${root}/test/src/train/tiny.ts";
      import { train } from "${root}/src/train/index.ts";
      await loadTensors();
      const [dir, steps, resume] = process.argv.slice(2);
      const options = tiny({ steps: Number(steps), checkpoint: { dir, every: 1 }, metrics: dir + ".jsonl", ...(resume && { resumeFrom: dir }) });
      for await (const step of train(options)) process.send?.(step.step);
      process.disconnect?.();`;
    const stdin = { contents, resolveDir: folder, loader: "ts" as const };
    await build({ stdin, bundle: true, platform: "node", format: "esm", packages: "external", outfile: script, logLevel: "silent" });
  });
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8", timeout: 60_000 });
    expect(stderr.split("\n").slice(1).join("\n"), "stderr").toBe("");
    expect(status).toBe(0);
  };
  const end = async (dir: string) => {
    const { step, state, tensors } = await loadCheckpoint(dir);
    return { step, state, tensors: Object.fromEntries(tensors) };
  };

  it("is gone on with in another, bit for bit, and after kill -9 at any instant", { timeout: 120_000 }, async () => {
    const [whole, halves, killed] = [fresh(), fresh(), fresh()];
    await trained(tiny({ steps: 40, checkpoint: { dir: whole, every: 1 } }));
    await trained(tiny({ steps: 20, checkpoint: { dir: halves } }));
    run(halves, "40", "resume");
    expect(await end(halves)).toEqual(await end(whole));

    const child = spawn(process.execPath, [script, killed, "40"], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const exit = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_, signal) => resolve(signal)));
    // Anywhere in a step after the fifth, for one in which a checkpoint is being written as well.
    await new Promise<void>((resolve) => child.on("message", (step) => void (step === 5 && resolve())));
    await sleep(Math.random() * 20);
    child.kill("SIGKILL");
    expect(await exit).toBe("SIGKILL");
    expect((await end(killed)).step).toBeGreaterThanOrEqual(5);
    run(killed, "40", "resume");
    expect(await end(killed)).toEqual(await end(whole));
    const steps = readFileSync(`${killed}.jsonl`, "utf8").trimEnd().split("\n").map((line) => (JSON.parse(line) as { step: number }).step);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });
});
