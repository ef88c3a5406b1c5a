import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type CheckpointToSave,
  DamagedFileError,
  float32Tensors,
  joinTensors,
  latestCheckpoint,
  loadCheckpoint,
  NewerCheckpointError,
  readSafetensors,
  saveCheckpoint,
  tensorGroup,
  writeSafetensors,
} from "noisebook";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
let warnings: string[];
const warn = (message: string): void => void warnings.push(message);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "noisebook-checkpoint-"));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const weights = new Map([
  ["in.kernel", { shape: [2, 2], data: Float32Array.of(1, -0, NaN, 1e-40) }],
  ["in.bias", { shape: [2], data: Float32Array.of(0.1, 0.2) }],
]);
const at = (step: number): CheckpointToSave => ({
  step,
  tensors: joinTensors({ weights, ema: new Map([["in.bias", { shape: [1], data: Float32Array.of(step) }]]), moments: undefined }),
  state: { key: [1, 2 ** 32 - 1], position: { epoch: step, batch: 3 }, schedule: null, note: "“é”", unset: undefined },
});
const name = (step: number): string => `step-${String(step).padStart(9, "0")}.safetensors`;
const list = (): string[] => readdirSync(folder).sort();

/** Changes one byte of a file. */
function damage(file: string, place: number): void {
  const bytes = readFileSync(file);
  bytes[place < 0 ? bytes.length + place : place]! ^= 1;
  writeFileSync(file, bytes);
}

describe("a checkpoint", () => {
  it("comes back as it was, by its path and from its folder", async () => {
    const file = await saveCheckpoint(path.join(folder, "deep/er"), at(12));
    expect(path.basename(file)).toBe(name(12));
    for (const place of [file, path.dirname(file)]) {
      const { version, step, state, tensors, path: from } = await loadCheckpoint(place, { warn });
      expect({ version, step, from }).toEqual({ version: 1, step: 12, from: file });
      expect(state).toEqual({ key: [1, 2 ** 32 - 1], position: { epoch: 12, batch: 3 }, schedule: null, note: "“é”" });
      expect(tensorGroup(tensors, "weights")).toEqual(weights);
      expect(float32Tensors(tensorGroup(tensors, "ema")).get("in.bias")!.data).toEqual(Float32Array.of(12));
      expect(tensorGroup(tensors, "moments").size).toBe(0);
    }
    expect(warnings).toEqual([]);
  });

  it("takes parts of larger arrays, Node's buffers and whole numbers", async () => {
    const tensors = new Map([
      ["part", { shape: [2], data: Float32Array.of(1, 2, 3, 4).subarray(1, 3) }],
      ["buffer", { shape: [3], data: Buffer.from("abc") }],
      ["losses", { shape: [2], data: Float64Array.of(Math.E, -0) }],
    ]);
    const { tensors: read } = await loadCheckpoint(await saveCheckpoint(folder, { step: 0, tensors, state: null }));
    expect(read.get("part")!.data).toEqual(Float32Array.of(2, 3));
    expect(read.get("buffer")!.data).toEqual(Uint8Array.of(97, 98, 99));
    expect(read.get("losses")!.data).toEqual(Float64Array.of(Math.E, -0));
    expect(() => float32Tensors(read)).toThrow('tensor "losses" is a Float64Array: a Float32Array is needed');
  });

  it("is a safetensors file, the same bytes each time", async () => {
    const file = await saveCheckpoint(folder, at(5));
    const bytes = readFileSync(file);
    expect([...(await readSafetensors(file)).tensors.keys()]).toEqual(["ema/in.bias", "weights/in.bias", "weights/in.kernel"]);
    await saveCheckpoint(folder, at(5));
    expect(readFileSync(file)).toEqual(bytes);
  });

  it("stays until enough others have come, in the order of saving, not of steps", async () => {
    for (const [i, step] of [10, 20, 30, 40, 15].entries()) {
      utimesSync(await saveCheckpoint(folder, at(step), { keep: 3 }), i, i);
    }
    expect(list()).toEqual(["latest", name(15), name(30), name(40)]);
    expect((await loadCheckpoint(folder, { warn })).step).toBe(15);
    await saveCheckpoint(folder, at(25), { keep: 1 });
    expect(list()).toEqual(["latest", name(25)]);
  });

  it("stays where several are saved at once", async () => {
    await Promise.all([1, 2, 3, 4, 5].map((step) => saveCheckpoint(folder, at(step), { keep: 1 })));
    expect(list().filter((file) => file.endsWith(".tmp"))).toEqual([]);
    expect(list().length).toBeGreaterThanOrEqual(2);
    const { step, tensors } = await loadCheckpoint(folder, { warn });
    expect(tensorGroup(tensors, "ema").get("in.bias")!.data).toEqual(Float32Array.of(step));
    expect(warnings).toEqual([]);
  });

  it("leaves other files of its folder alone", async () => {
    const others = ["notes.txt", "step-1.safetensors", "model.safetensors", ".saving-00000000-1-abc.tmp"];
    for (const other of others) writeFileSync(path.join(folder, other), "mine");
    for (const step of [1, 2]) await saveCheckpoint(folder, at(step), { keep: 1 });
    expect(list()).toEqual([...others, "latest", name(2)].sort());
  });
});

describe("what is damaged", () => {
  it("is passed over, and said to be", async () => {
    for (const [i, step] of [1, 2, 3].entries()) utimesSync(await saveCheckpoint(folder, at(step)), i, i);
    damage(path.join(folder, name(3)), -1);
    writeFileSync(path.join(folder, name(2)), readFileSync(path.join(folder, name(2))).subarray(0, -1));
    expect((await loadCheckpoint(folder, { warn })).step).toBe(1);
    expect(await latestCheckpoint(folder, { warn: () => undefined })).toBe(path.join(folder, name(1)));
    expect(warnings.length).toBe(2);
    expect(warnings[0]).toContain(`passed over a damaged checkpoint: ${path.join(folder, name(3))}`);
    expect(warnings[1]).toContain(path.join(folder, name(2)));
  });

  it("is found at whatever byte it is", async () => {
    const file = await saveCheckpoint(folder, at(1));
    const whole = readFileSync(file);
    for (let place = 0; place < whole.length; place += 3) {
      damage(file, place);
      const found = await loadCheckpoint(file).then(
        () => "nothing",
        (error: Error) => error.name,
      );
      expect(found, `byte ${place} of ${whole.length}`).toBeOneOf(["DamagedFileError", "NewerCheckpointError"]);
      writeFileSync(file, whole);
    }
  });

  it("is an error where it is all there is", async () => {
    const file = await saveCheckpoint(folder, at(1));
    damage(file, -2);
    await expect(loadCheckpoint(folder, { warn })).rejects.toThrow(DamagedFileError);
    await expect(loadCheckpoint(file)).rejects.toThrow(/expected contents of SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}; the file has changed/);
  });

  it.each([["a pointer to nothing", "step-000000099.safetensors\n"], ["a pointer that is noise", "\u0000../../x"]])("%s costs nothing", async (_, text) => {
    await saveCheckpoint(folder, at(7));
    writeFileSync(path.join(folder, "latest"), text);
    expect((await loadCheckpoint(folder, { warn })).step).toBe(7);
  });
});

describe("what is no checkpoint", () => {
  it("of this version is refused and not passed over", async () => {
    await saveCheckpoint(folder, at(1));
    const file = await saveCheckpoint(folder, at(2));
    const { metadata } = await readSafetensors(file);
    await writeSafetensors(file, new Map(), { ...metadata, "noisebook.checkpoint": "2" });
    const error = new NewerCheckpointError(file, 2);
    expect(error.message).toContain("of version 2; this noisebook reads up to 1: update noisebook");
    await expect(loadCheckpoint(folder, { warn })).rejects.toThrow(error);
    await expect(latestCheckpoint(folder, { warn })).rejects.toThrow(error);
  });

  it("but a safetensors file is said to be one", async () => {
    await saveCheckpoint(folder, at(1));
    const file = path.join(folder, name(2));
    await writeSafetensors(file, new Map());
    writeFileSync(path.join(folder, "latest"), name(2));
    expect((await loadCheckpoint(folder, { warn })).step).toBe(1);
    await expect(loadCheckpoint(file)).rejects.toThrow("no checkpoint of noisebook: for its tensors alone use readSafetensors");
  });

  it("is not found where there is none", async () => {
    await expect(loadCheckpoint(path.join(folder, "none"))).rejects.toThrow(/no checkpoint at .*none: ENOENT/);
    await expect(loadCheckpoint(folder)).rejects.toThrow("its files would be named step-….safetensors");
    expect(await latestCheckpoint(folder)).toBeUndefined();
    expect(await latestCheckpoint(path.join(folder, "none"))).toBeUndefined();
  });

  it.each<[string, Partial<CheckpointToSave>, string]>([
    ["NaN", { state: { loss: [1, NaN] } }, "state.loss[1] is NaN, which JSON does not hold"],
    ["a typed array", { state: { a: new Float32Array(1) } }, "state.a is a Float32Array"],
    ["a bigint", { state: 1n }, "state is 1, which JSON does not hold"],
    ["a step of fractions", { step: 1.5 }, "step 1.5 of a checkpoint"],
    ["a wrong shape", { tensors: new Map([["w", { shape: [2], data: new Float32Array(3) }]]) }, 'tensor "w" has 3 values, but shape [2] holds 2'],
  ])("%s is not saved", async (_, change, message) => {
    await expect(saveCheckpoint(folder, { ...at(1), ...change })).rejects.toThrow(message);
    expect(list()).toEqual([]);
  });
});
