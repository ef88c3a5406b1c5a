import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { trainBenchText } from "../../kernels/bench/train/print.ts";
import type { TrainBenchResult } from "../../kernels/bench/train/result.ts";
import { keptTrainPage, trainPage, trainRecordOf, trainTables } from "../../kernels/bench/train/table.ts";
import { sumUp } from "../../kernels/bench/statistics.ts";

const [eager, compiled, pytorch] = sumUp(new Map([["noisebook eager", [0.5, 0.5]], ["noisebook compiled", [0.2, 0.21]], ["PyTorch eager", [0.25, 0.25]]])) as [never, never, never];
const losses = [0.98809481, 0.5];

const result: TrainBenchResult = {
  backend: "tensorflow",
  compiledOverEager: 0.41,
  compiledOverPyTorch: 0.82,
  samplingOverPyTorch: null,
  medians: { train: { "noisebook eager": 0.5 }, sampling: {} },
  details: {
    date: "2026-01-02",
    machine: { node: "v24.0.0", platform: "linux x64", cpu: "a processor", cores: 2, load: [0, 1.25], tensors: "TensorFlow 2 on CPU", pytorch: "2.15" },
    rounds: { asked: 2, counted: 2, leftOut: 1, contended: false },
    problem: { parameters: 2244609, batch: 32, image: "32 × 32 × 1", sampled: 16, samplingSteps: 50, reduced: false },
    train: [
      { ...(eager as object as TrainBenchResult["details"]["train"][number]), first: 2, peakBytes: 2e9, losses, lossDifference: 3.2e-7 },
      { ...(compiled as object as TrainBenchResult["details"]["train"][number]), first: 1, losses, lossDifference: 3.2e-7 },
      { ...(pytorch as object as TrainBenchResult["details"]["train"][number]), first: 0.3, losses, lossDifference: 0 },
    ],
    sampling: sumUp(new Map([["noisebook eager", [3]]])),
    sampleDifference: NaN,
    compiledOverPyTorchBest: 0.82,
    samplingOverPyTorchBest: 1.14,
    bf16OverPyTorchBf16: NaN,
    memoryOverPyTorch: 1.1,
    eventLoop: { turns: 100, longest: 0.004, p99: 0.002 },
    perOperation: { AddV2: 3.5e-6, Conv2D: 1.8e-5 },
    transfer: { bytes: 64e6, upload: 1.7e10, download: 2.4e9 },
    flatness: { steps: 1000, residentBytes: [1e9, 1e9, 1e9, 1.02e9, 1.02e9, 1.02e9, 1.02e9, 1.02e9, 1.02e9, 1.021e9], tensorsBefore: 9, tensorsAfter: 9 },
    scale: [{ batch: 8, size: 32, compiled: 0.1, pytorch: 0.1 }],
    missing: [{ name: "PyTorch compiled", reason: "no compiler | here" }],
  },
};

it("a bench of training is printed with ratios, losses beside times, and what is missing", () => {
  const text = trainBenchText(result);
  expect(text).toMatch(/noisebook compiled +×0\.41 +0\.2[01] s +0\.21 s +2 +1\.00 s +– +0\.988095 0\.500000 +3\.2e-7/);
  expect(text).toContain("1 more left out because others used the cores");
  expect(text).toContain("×0.82 compiled over PyTorch eager");
  expect(text).toContain("– sampling over PyTorch eager");
  expect(text).toContain("longest gap 4.0 ms, p99 2.0 ms");
  expect(text).toContain("memory after 100, 500 and 1000 steps: 1000 MB, 1020 MB and 1021 MB; tensors 9, then 9");
  expect(text).toContain("not measured\n  PyTorch compiled: no compiler | here");
  expect(trainBenchText({ ...result, details: { ...result.details, rounds: { asked: 2, counted: 2, leftOut: 0, contended: true } } })).toContain("not to be trusted");
});

it("what is kept has no samples, four digits, and losses that can be compared; its page has what was to be reached beside it", () => {
  const record = trainRecordOf(result);
  expect(record.details.train[1]).toMatchObject({ name: "noisebook compiled", samples: 2, median: 0.205, losses: [0.9880948, 0.5] });
  expect(record.details.problem.parameters).toBe(2244609);
  const tables = trainTables(record);
  expect(tables).toContain("| noisebook compiled | 0.20 s | ×0.41 | 1.00 s | – | 0.500000 | 3e-7 |");
  expect(tables).toContain("| compiled over eager | ×0.41 | at most ×0.55 |");
  expect(tables).toContain("| compiled in bf16 over PyTorch in bf16 | – |  |");
  expect(tables).toContain("Not measured: PyTorch compiled: no compiler | here.");
  expect(trainTables(undefined)).toBe("Not measured yet.");
});

it("docs/training-speed.md is what the kept result makes it (to renew: noisebook bench train --record)", () => {
  const page = readFileSync(trainPage, "utf8");
  expect(keptTrainPage(page)).toBe(page);
});
