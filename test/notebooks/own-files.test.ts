import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../kernels/root.ts";
import { probeTensors } from "../../kernels/doctor/probe.ts";

interface Cell {
  id: string;
  cell_type: string;
  source: string[];
  outputs?: { output_type: string; data?: Record<string, unknown> }[];
}

/** Beside the other notebooks' output, so that imports find the project. */
mkdirSync(path.join(packageRoot, ".noisebook"), { recursive: true });
const folder = mkdtempSync(path.join(packageRoot, ".noisebook", "test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of notebook 05 what the section on files needs, the section itself as committed. */
function sectionOnFiles(): string {
  const notebook = JSON.parse(readFileSync(path.join(packageRoot, "notebooks", "05-training.ipynb"), "utf8")) as { cells: Cell[] };
  const cell = (id: string): Cell => notebook.cells.find((each) => each.id === id)!;
  const tensors = { ...cell("setup"), id: "tensors", source: ['import * as tf from "@tensorflow/tfjs-node-gpu";'] };
  const file = path.join(folder, "files.ipynb");
  writeFileSync(file, JSON.stringify({ ...notebook, cells: [cell("setup"), tensors, cell("parameters"), cell("files")] }));
  return file;
}

const count = 40;
const noise = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, i) => (i * i * 31 + 7 * i) & 255));
const words = (...numbers: number[]): Buffer => Buffer.concat(numbers.map((n) => Buffer.from([n >> 24, n >> 16, n >> 8, n].map((byte) => byte & 255))));

const sets: Record<string, () => string> = {
  mnistFolder() {
    const place = path.join(folder, "mnist");
    mkdirSync(place);
    writeFileSync(path.join(place, "train-images-idx3-ubyte"), Buffer.concat([words(2051, count, 28, 28), noise(count * 28 * 28)]));
    writeFileSync(path.join(place, "train-labels-idx1-ubyte"), Buffer.concat([words(2049, count), Buffer.from(Array.from({ length: count }, (_, i) => i % 10))]));
    return place;
  },
  cifarFolder() {
    const place = path.join(folder, "cifar");
    mkdirSync(place);
    const record = (i: number): Buffer => Buffer.concat([Buffer.of(i % 10), noise(3072)]);
    const batch = Buffer.concat(Array.from({ length: count / 5 }, (_, i) => record(i)));
    for (let i = 1; i <= 5; i++) writeFileSync(path.join(place, `data_batch_${i}.bin`), batch);
    return place;
  },
};

const probe = probeTensors();
describe.skipIf(!probe.works || probe.backend.name !== "tensorflow")("notebook 05, given a folder of files", () => {
  it.each(Object.entries(sets))("%s, trains on them and draws each class", { timeout: 180_000 }, (parameter, make) => {
    const out = path.join(folder, parameter);
    const args = ["run", "-p", `${parameter}=${JSON.stringify(make())}`, "-p", "fileSteps=2", "--output-dir", out, sectionOnFiles()];
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(packageRoot, "dist", "cli.js"), ...args], { encoding: "utf8", cwd: packageRoot });
    expect(status, stdout + stderr).toBe(0);
    const { cells } = JSON.parse(readFileSync(path.join(out, "files.ipynb"), "utf8")) as { cells: Cell[] };
    const outputs = cells.at(-1)!.outputs!;
    expect(outputs.some(({ data }) => data?.["image/png"] !== undefined)).toBe(true);
    const said = outputs.at(-1)!.data!["text/markdown"];
    expect([said].flat().join("")).toMatch(new RegExp(`${count} pictures\\. Loss of the first ten steps [\\d.]+, of\\nthe last ten [\\d.]+`));
  });
});
