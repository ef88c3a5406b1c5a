import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { loadCheckpoint } from "../../../src/checkpoint/index.ts";

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "noisebook-test-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = path.join(packageRoot, "dist", "cli.js");
const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });

async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  child.stdout!.on("data", (text: Buffer) => (stdout += String(text)));
  child.stderr!.on("data", (text: Buffer) => (stderr += String(text)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}
const noisebook = (...args: string[]) => ended(start(args));

function recipe(name: string, changes: Record<string, unknown> = {}): string {
  const file = path.join(folder, `${name}.json`);
  const config = {
    model: { width: 8, blocks: 1 }, data: { kind: "points", name: "ring", count: 100 }, schedule: { kind: "linear", T: 20, betaEnd: 0.5 },
    optimizer: { learningRate: { kind: "cosine", peak: 1e-2, warmUp: 2, steps: 400 }, clipNorm: 1 }, ema: 0.9, batch: 10, steps: 8, seed: 3,
  };
  writeFileSync(file, JSON.stringify({ ...config, ...changes }));
  return file;
}

async function stateOf(dir: string) {
  const { step, tensors } = await loadCheckpoint(dir);
  return { step, tensors: Object.fromEntries(tensors) };
}

describe("noisebook train", () => {
  it("trains as the file says, and writes checkpoints, metrics, samples and the file itself", async () => {
    const config = recipe("points", { samples: { every: 4, n: 9, steps: 5 }, checkpoint: { every: 3, keep: 2 } });
    const { code, stdout, stderr } = await noisebook("train", config);
    expect(stderr).toMatch(/^tensors: [^\n]*\n$/);
    expect(code).toBe(0);
    const out = path.join(folder, ".noisebook", "train", "points");
    // Where it takes longer, a line comes every ten seconds.
    expect(stdout).toMatch(/^1,794 parameters · ring · 8 steps of 10\nto \S+\n(?:[1-7]\/8 · [^\n]+\n)*8\/8 · loss [\d.]+ · [\d.]+\/s\ndone: \S+step-000000008.safetensors\n$/);
    expect(readdirSync(out).sort()).toEqual(["config.json", "latest", "metrics.jsonl", "samples", "step-000000006.safetensors", "step-000000008.safetensors"]);
    expect(readdirSync(path.join(out, "samples"))).toEqual(["step-000000004.png", "step-000000008.png"]);
    expect(readFileSync(path.join(out, "config.json"), "utf8")).toBe(readFileSync(config, "utf8"));
    expect(readFileSync(path.join(out, "metrics.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(8);
  });

  it("saves and ends with 130 at Ctrl-C, and goes on with the steps that would have come", async () => {
    const config = recipe("long", { steps: 1500, checkpoint: { every: 1500 } });
    expect((await noisebook("train", config, "--out", "whole")).code).toBe(0);
    const child = start(["train", config, "--out", "cut"]);
    const end = ended(child);
    // Once steps are taken.
    const metrics = path.join(folder, "cut", "metrics.jsonl");
    for (let lines = 0; lines < 3; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      try {
        lines = readFileSync(metrics, "utf8").split("\n").length;
      } catch {
        // Not there yet.
      }
    }
    child.kill("SIGINT");
    const { code, stdout } = await end;
    expect(code).toBe(130);
    const stopped = Number(/stopped after step (\d+), saved in \S+\n/.exec(stdout)?.[1]);
    expect(stopped).toBeLessThan(1500);
    expect(stdout).toContain("to go on: noisebook train");
    expect((await stateOf(path.join(folder, "cut"))).step).toBe(stopped);
    const refused = await noisebook("train", config, "--out", "cut");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("has a training already") as string });
    const resumed = await noisebook("train", config, "--out", "cut", "--resume");
    expect(resumed.stdout).toContain(`from step-${String(stopped).padStart(9, "0")}.safetensors`);
    expect(resumed.code).toBe(0);
    expect(await stateOf(path.join(folder, "cut"))).toEqual(await stateOf(path.join(folder, "whole")));
    expect(await noisebook("train", config, "--out", "cut", "--resume")).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to do") as string });
    const other = await noisebook("train", recipe("other", { batch: 5, steps: 1600 }), "--out", "cut", "--resume");
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("batch: 10 in the checkpoint, 5 here") as string });
    // What is refused leaves the folder as it was.
    expect(readFileSync(path.join(folder, "cut", "config.json"), "utf8")).toBe(readFileSync(config, "utf8"));
  });

  it("ends with 1 where the loss is not finite", async () => {
    const { code, stderr } = await noisebook("train", recipe("wild", { optimizer: { kind: "sgd", learningRate: 1e30 } }));
    expect(code).toBe(1);
    expect(stderr).toMatch(/noisebook: loss (NaN|Infinity) at step \d .* no checkpoint was saved/);
  });

  it("ends with 2 for what it cannot use, told in one line", async () => {
    const { code, stdout, stderr } = await noisebook("train", recipe("slip", { batchSize: 3 }));
    expect(stderr).toMatch(/^noisebook: slip.json: "batchSize" is none of seed, [^\n]*\n$/);
    expect([code, stdout]).toEqual([2, ""]);
    expect(await noisebook("train", recipe("none"), "--steps", "0")).toMatchObject({ code: 2, stderr: expect.stringContaining("It must be a whole number from 1") as string });
    expect(await noisebook("train", recipe("none"), "--data", "none")).toMatchObject({ code: 2, stderr: expect.stringContaining("--data none: it does not exist") as string });
  });

  it.each(["train", "sample"])("ends with 2, and in one line, where the backend that is named does not start: %s", async (command) => {
    const args = command === "train" ? [recipe("backend")] : [folder, "--out", "x.json"];
    const { code, stderr } = await ended(start([command, ...args], { NOISEBOOK_BACKEND: "webgl" }));
    expect(stderr).toBe('noisebook: NOISEBOOK_BACKEND is "webgl", which is none of tensorflow, wasm, cpu\n');
    expect(code).toBe(2);
  });

  it.skipIf(process.platform === "win32")("ends with 6 where the metrics have no room, says which file and the way out, and goes on from its checkpoint", { timeout: 60_000 }, async () => {
    const config = recipe("narrow", { steps: 1500, checkpoint: { every: 50 } });
    // Blocks of 512 bytes or of 1024: more than a checkpoint takes, and less than 1500 lines do, either way.
    const limited = ["-c", 'ulimit -f 100; exec "$@"', "sh", process.execPath, cli, "train", config, "--out", "narrow"];
    const { code, stderr } = await ended(spawn("sh", limited, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] }));
    expect(stderr).toContain(`${path.join(folder, "narrow", "metrics.jsonl")} could not be saved: no file may be that large here`);
    expect(code).toBe(6);
    expect((await noisebook("train", config, "--out", "narrow", "--resume")).code).toBe(0);
    const lines = readFileSync(path.join(folder, "narrow", "metrics.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { step: number }).step)).toEqual(Array.from({ length: 1500 }, (_, i) => i + 1));
  });

  it("ends with 6 where it cannot write", async () => {
    writeFileSync(path.join(folder, "file"), "");
    const { code, stderr } = await noisebook("train", recipe("j"), "--out", path.join("file", "within"));
    expect(stderr).toContain("cannot be written");
    expect(code).toBe(6);
  });
});

describe("noisebook sample", () => {
  const [points, images] = [path.join(folder, "points-trained"), path.join(folder, "images-trained")];
  beforeAll(async () => {
    const model = { baseChannels: 8, groups: 4, channelMultipliers: [1, 2], blocksPerLevel: 1, classes: 5, learnedVariance: true };
    const config = recipe("images", { data: { kind: "images", side: 8, count: 50 }, model, objective: { variance: "learned", predict: "v", dropLabels: 0.1 }, steps: 2 });
    const trained = await Promise.all([noisebook("train", recipe("p"), "--out", points), noisebook("train", config, "--out", images)]);
    expect(trained.map(({ stderr, code }) => [stderr.split("\n").slice(1), code])).toEqual([[[""], 0], [[""], 0]]);
  });

  it("writes the same samples each time as JSON, with where they are from, and others of the last weights", async () => {
    const sampled = async (file: string, ...args: string[]): Promise<{ samples: number[] }> => {
      expect(await noisebook("sample", points, "-n", "3", "--steps", "7", "--out", file, ...args)).toMatchObject({ code: 0, stdout: expect.stringContaining(`7/7 · DDIM\n3 samples of step 8's`) as string });
      return JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { samples: number[] };
    };
    const first = await sampled("a.json");
    expect(first).toMatchObject({ checkpoint: path.join(points, "step-000000008.safetensors"), step: 8, weights: "ema", sampler: "DDIM", steps: 7, seed: 0, shape: [3, 2] });
    expect(first.samples).toHaveLength(6);
    expect((await sampled("b.json")).samples).toEqual(first.samples);
    expect((await sampled("c.json", "--raw")).samples).not.toEqual(first.samples);
  });

  it("writes pictures of a class, guided, with any sampler, and arrays for NumPy", async () => {
    const args = ["--label", "2", "--guidance", "3", "--sampler", "ancestral", "--seed", "9", "-n", "4"];
    expect(await noisebook("sample", images, ...args, "--out", "grid.png")).toMatchObject({ code: 0 });
    const { width, height } = decode(readFileSync(path.join(folder, "grid.png")));
    expect([width, height]).toEqual([2 * 96 + 4, 2 * 96 + 4]);
    expect(await noisebook("sample", images, "-n", "2", "--sampler", "dpmSolver2M", "--out", "two.npy")).toMatchObject({ code: 0 });
    const array = readFileSync(path.join(folder, "two.npy"));
    expect(array.subarray(0, 8).toString("latin1")).toBe("\u0093NUMPY\u0001\u0000");
    const header = array.subarray(10, 10 + array.readUInt16LE(8)).toString("latin1");
    expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 8, 8, 1\), \} *\n$/);
    expect((10 + header.length) % 64).toBe(0);
    expect(array.length).toBe(10 + header.length + 4 * 2 * 64);
    const values = new Float32Array(array.buffer.slice(array.byteOffset + 10 + header.length, array.byteOffset + array.length));
    expect(values.every((value) => Math.abs(value) <= 1)).toBe(true);
  });

  it.each([
    ["a format of no known kind", ["--out", "x.gif"], ".png, .npy, .json is needed"],
    ["an unknown sampler", ["--out", "x.png", "--sampler", "magic"], "--sampler magic: there are ancestral, "],
    ["labels for a model without", ["--out", "x.png", "--label", "1"], "labels for a model without classes"],
    ["too many steps", ["--out", "x.png", "--steps", "21"], "--steps 21: the schedule has 20"],
  ])("ends with 2 for %s", async (_, args, words) => {
    const { code, stderr } = await noisebook("sample", points, ...args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  it("ends with 2 where there is no checkpoint, and 6 where it cannot write", async () => {
    expect(await noisebook("sample", folder, "--out", "x.png")).toMatchObject({ code: 2, stderr: expect.stringContaining("no checkpoint in") as string });
    expect(await noisebook("sample", points, "--out", path.join("none", "x.png"))).toMatchObject({ code: 6, stderr: expect.stringContaining("could not be saved: the folder none is not there") as string });
  });

  it("keeps what was there where the disk refuses", async () => {
    const file = path.join(folder, "kept.npy");
    expect((await noisebook("sample", points, "-n", "2", "--out", file)).code).toBe(0);
    const before = readFileSync(file);
    const limited = ["-c", 'ulimit -f 1; exec "$@"', "sh", process.execPath, cli, "sample", points, "-n", "500", "--steps", "2", "--out", file];
    const { code, stderr } = await ended(spawn("sh", limited, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] }));
    expect(stderr).toContain(`${file} could not be saved: no file may be that large here`);
    expect(code).toBe(6);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("samples in bfloat16 where the processor has it, and says where not", async () => {
    const { code, stderr } = await noisebook("sample", points, "-n", "2", "--precision", "bfloat16", "--out", "bf16.json");
    if (code === 0) expect(JSON.parse(readFileSync(path.join(folder, "bf16.json"), "utf8"))).toMatchObject({ precision: "bfloat16", shape: [2, 2] });
    else expect([code, stderr]).toEqual([2, expect.stringMatching(/precision "bfloat16".*use "float32"\n$/)]);
  });
});
