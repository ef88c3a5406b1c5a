import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { contentionLimit, watched } from "../../kernels/bench/train/contention.ts";
import { watchEventLoop } from "../../kernels/bench/train/event-loop.ts";
import { makeProblem, readProblem, writeProblem } from "../../kernels/bench/train/problem.ts";
import { quietRounds, type Turn } from "../../kernels/bench/train/rounds.ts";
import { type Side, startSide } from "../../kernels/bench/train/side.ts";
import { reducedSize } from "../../kernels/bench/train/sizes.ts";
import { largestDifference } from "../../kernels/bench/train/summary.ts";
import { packageRoot } from "../../kernels/root.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the problem that both sides are given", () => {
  it("is the same each time, and comes back from its files as it was", () => {
    const problem = makeProblem(reducedSize);
    writeProblem(folder, problem);
    expect(readProblem(folder)).toEqual(makeProblem(reducedSize));
  });

  it("leaves no weight at 0, lest gradients be", () => {
    const { tensors } = makeProblem(reducedSize);
    const weights = [...tensors].filter(([name]) => name.startsWith("parameter/"));
    expect(weights.length).toBeGreaterThan(50);
    for (const [name, { data }] of weights) expect(data.every((value) => value !== 0), name).toBe(true);
  });

  it("has DDIM's path: without noise in its answer x only grows by the levels' ratios, from 1 at T to clean data", () => {
    const { shape, data } = makeProblem(reducedSize).tensors.get("sampling/path")!;
    const rows = Array.from({ length: shape[0]! }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)]);
    expect(rows.map(([t]) => t)).toEqual([1000, 800, 600, 400, 200]);
    // The product of alpha_to/alpha_from is 1/alpha_T; the linear schedule's alphaBar_T is 4.0e-5.
    expect(rows.reduce((product, [, keep]) => product * keep!, 1)).toBeCloseTo(1 / Math.sqrt(4.0358e-5), 1);
  });
});

describe("rounds", () => {
  const turn = (name: string, log: string[], samples: () => readonly number[]): Turn => ({
    side: { name, processes: () => [] } as unknown as Side,
    quantity: "training",
    async measure() {
      log.push(name);
      return samples();
    },
  });

  it("begin with another side each time, and gather samples by side", async () => {
    const log: string[] = [];
    const { samples, counted, leftOut, contended } = await quietRounds([turn("a", log, () => [1, 2]), turn("b", log, () => [3])], 2, () => {}, 1);
    expect(log.join("")).toBe("abba");
    expect(Object.fromEntries(samples.get("training")!)).toEqual({ a: [1, 2, 1, 2], b: [3, 3] });
    expect([counted, leftOut, contended]).toEqual([2, 0, false]);
  });

  it("are tried twice as often as wanted where none is quiet, and then all count, and that is said", async () => {
    const log: string[] = [];
    const { samples, counted, contended } = await quietRounds([turn("a", log, () => [1])], 3, () => {}, -1);
    expect([samples.get("training")!.get("a")!.length, counted, contended]).toEqual([6, 6, true]);
  });

  it("go on without a side that fails, and without its samples", async () => {
    let asked = 0;
    const failing = turn("b", [], () => {
      if (++asked === 2) throw new Error("out of memory");
      return [1];
    });
    const { samples, failed } = await quietRounds([turn("a", [], () => [1]), failing], 3, () => {}, 1);
    expect([...samples.get("training")!.keys()]).toEqual(["a"]);
    expect(failed).toEqual([{ name: "b (training)", reason: "out of memory" }]);
    expect(asked).toBe(2);
  });
});

describe("a side", () => {
  const script = `
    const fs = require("node:fs");
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { op, count } = JSON.parse(line);
      if (op === "die") { console.error("a last word"); process.exit(3); }
      fs.writeSync(3, JSON.stringify(op === "steps" ? { seconds: Array(count).fill(0.5), losses: [] } : { error: "no " + op }) + "\\n");
    });`;
  const start = (): Side => startSide({ name: "fake", program: process.execPath, args: ["-e", script] });

  it("answers, says what goes wrong, and ends when it is told to", async () => {
    const side = start();
    expect(await side.ask("steps", { count: 2 })).toEqual({ seconds: [0.5, 0.5], losses: [] });
    await expect(side.ask("about")).rejects.toThrow("no about");
    if (process.platform === "linux") expect(side.peakBytes()).toBeGreaterThan(1e7);
    await side.end();
    await expect(side.ask("about")).rejects.toThrow("exited with code 0");
  });

  it("that dies says how, with its last word", async () => {
    const side = start();
    await expect(side.ask("die")).rejects.toThrow("exited with code 3: a last word");
    await side.end();
  });

  it("that is not there says so", async () => {
    const side = startSide({ name: "none", program: path.join(folder, "nothing"), args: [] });
    await expect(side.ask("about")).rejects.toThrow("ENOENT");
    await side.end();
  });
});

it("others' work on the cores is told from a side's own", async () => {
  const burn = 'const until = Date.now() + 400; while (Date.now() < until);';
  const other = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
  try {
    const { others } = await watched(() => [], async () => void (await once(spawn(process.execPath, ["-e", burn], { stdio: "ignore" }), "close")));
    if (process.platform === "linux") expect(others).toBeGreaterThan(contentionLimit);
  } finally {
    other.kill("SIGKILL");
  }
});

it("PyTorch is pinned whole: each package with hashes", () => {
  const text = readFileSync(path.join(packageRoot, "kernels", "bench", "train", "pytorch-requirements.txt"), "utf8").replace(/^#.*$/gm, "").replaceAll("\\\n", "");
  const packages = text.split("\n").filter((line) => line.trim() !== "");
  expect(packages.length).toBeGreaterThan(20);
  for (const each of packages) expect(each).toMatch(/^[\w.-]+==[\w.]+ .*(--hash=sha256:[0-9a-f]{64} *)+$/);
});

it("the event loop's longest gap is found", async () => {
  const { result, gaps } = await watchEventLoop(async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const until = performance.now() + 60;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 10));
    return "done";
  });
  expect(result).toBe("done");
  expect(gaps.longest).toBeGreaterThanOrEqual(0.06);
});

it("differences are relative, and of unlike lists there are none", () => {
  expect(largestDifference([1, 2.2], [1, 2])).toBeCloseTo(0.1);
  expect(largestDifference([1, 2.2], [1, 2], 4)).toBeCloseTo(0.05);
  expect(largestDifference([1], [1, 2])).toBeNaN();
});
