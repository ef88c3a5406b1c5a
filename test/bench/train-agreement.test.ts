import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FirstLook, firstLook } from "../../kernels/bench/train/first-look.ts";
import { flatness } from "../../kernels/bench/train/flatness.ts";
import { makeProblem, writeProblem } from "../../kernels/bench/train/problem.ts";
import type { Flatness, TrainBenchResult } from "../../kernels/bench/train/result.ts";
import { ownCommand, ownSides, peerCommand, peerSides, withSides } from "../../kernels/bench/train/sides.ts";
import { reducedSize } from "../../kernels/bench/train/sizes.ts";
import { largestDifference } from "../../kernels/bench/train/summary.ts";
import { packageRoot } from "../../kernels/root.ts";
import type { Missing } from "../../kernels/bench/peers.ts";

/** Only where it is there already: it is gigabytes. */
const python = process.env.NOISEBOOK_BENCH_PYTORCH ?? path.join(packageRoot, ".noisebook", "pytorch", "bin", "python");
const pytorchIsHere = existsSync(python);

const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the sides of the bench compute the same", () => {
  let found: Map<string, FirstLook>;
  let memory: Flatness;
  const missing: Missing[] = [];

  beforeAll(async () => {
    // Two levels, attention on one, and channels that change: every kind of layer.
    writeProblem(folder, makeProblem(reducedSize));
    const peers = pytorchIsHere ? (["eager", "channels_last"] as const).map((mode) => peerCommand(python, mode, folder)) : [];
    const commands = [ownCommand("eager", folder), ownCommand("compiled", folder), ...peers];
    found = await withSides(commands, missing, () => {}, async (sides) => {
      const looked = await firstLook(sides, missing, () => {});
      memory = await flatness(sides.find(({ name }) => name === ownSides.compiled)!, () => {}, 20);
      return looked;
    });
  }, 300_000);

  it("and are all there", () => {
    expect(missing).toEqual([]);
  });

  it("and keep no tensors from step to step", () => {
    expect(memory.residentBytes).toHaveLength(10);
    expect(memory.tensorsAfter).toBe(memory.tensorsBefore);
  });

  it("compiled as eager: losses of five steps to 1e-6, samples too", () => {
    const [eager, compiled] = [found.get(ownSides.eager)!, found.get(ownSides.compiled)!];
    expect(eager.losses).toHaveLength(5);
    expect(new Set(eager.losses).size).toBe(5);
    expect(largestDifference(compiled.losses, eager.losses)).toBeLessThan(1e-6);
    expect(largestDifference(compiled.samples, eager.samples, Math.max(...eager.samples.map(Math.abs)))).toBeLessThan(1e-5);
  });

  it.runIf(pytorchIsHere)("as PyTorch, in two layouts: losses of five steps of Adam to 1e-4, samples too", () => {
    const ours = found.get(ownSides.eager)!;
    for (const name of [peerSides.eager, peerSides.channels_last]) {
      const theirs = found.get(name)!;
      expect(theirs.about.parameters).toBe(ours.about.parameters);
      expect(largestDifference(ours.losses, theirs.losses), name).toBeLessThan(1e-4);
      expect(largestDifference(ours.samples, theirs.samples, Math.max(...theirs.samples.map(Math.abs))), name).toBeLessThan(1e-4);
    }
  });
});

it("noisebook bench train --json, on the slowest backend and without PyTorch, has its fields and says what is missing", async () => {
  const cli = path.join(packageRoot, "dist", "cli.js");
  const env = { ...process.env, NOISEBOOK_BACKEND: "cpu" };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, "bench", "train", "--json", "--no-peer", "--rounds", "1"], { env });
  const result = JSON.parse(stdout) as TrainBenchResult;
  expect(Object.keys(result)).toEqual(["backend", "compiledOverEager", "compiledOverPyTorch", "samplingOverPyTorch", "medians", "details"]);
  expect(result).toMatchObject({ backend: "cpu", compiledOverEager: null, compiledOverPyTorch: null, samplingOverPyTorch: null });
  expect(result.medians.train[ownSides.eager]).toBeGreaterThan(0);
  expect(result.medians.sampling[ownSides.eager]).toBeGreaterThan(0);
  expect(result.details).toMatchObject({ problem: { reduced: true }, compiledOverPyTorchBest: null, memoryOverPyTorch: null });
  expect(result.details.missing).toContainEqual({ name: "PyTorch", reason: "left out by --no-peer" });
}, 300_000);
