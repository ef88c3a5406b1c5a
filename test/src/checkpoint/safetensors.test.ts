import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DamagedFileError, foldIn, key, randint, readSafetensors, type StoredTensor, writeSafetensors } from "noisebook";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "noisebook-safetensors-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "a.safetensors");

/** A file by the format's own words: 8 bytes of length, a header, data. */
function bytesOf(header: string | Uint8Array, data: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

async function opened(bytes: Uint8Array): ReturnType<typeof readSafetensors> {
  writeFileSync(file, bytes);
  return readSafetensors(file);
}

async function refusal(bytes: Uint8Array): Promise<DamagedFileError> {
  const error: unknown = await opened(bytes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DamagedFileError);
  return error as DamagedFileError;
}

const tensors: ReadonlyMap<string, StoredTensor> = new Map<string, StoredTensor>([
  ["b/bytes", { shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ["a/kernel", { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, NaN, -0, 1e-45) }],
  ["scalar", { shape: [], data: Float64Array.of(Math.PI) }],
  ["count", { shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }],
  ["none", { shape: [0, 7], data: new Float32Array(0) }],
  ["ids", { shape: [2], data: Int32Array.of(-5, 2 ** 31 - 1) }],
  ["яблоко", { shape: [1], data: Float32Array.of(7) }],
  ["__proto__", { shape: [1], data: Int8Array.of(-8) }],
]);

describe("a safetensors file", () => {
  it("gives back bit for bit what was written", async () => {
    await writeSafetensors(file, tensors, { format: "pt", note: "“quoted” \"and\" \\ more" });
    const read = await readSafetensors(file);
    expect(read.metadata).toEqual({ format: "pt", note: "“quoted” \"and\" \\ more" });
    expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
    for (const [name, { shape, data }] of tensors) {
      const tensor = await read.read(name);
      expect(tensor.shape).toEqual(shape);
      expect(tensor.data.constructor).toBe(data.constructor);
      expect(Buffer.from(tensor.data.buffer)).toEqual(Buffer.from(data.buffer));
    }
    expect(readdirSync(folder)).toEqual(["a.safetensors"]);
  });

  it("has its tensors aligned to their type, whatever their order was", async () => {
    await writeSafetensors(file, tensors);
    const bytes = readFileSync(file);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<string, { data_offsets: [number, number] }>;
    const widths: Record<string, number> = { F64: 8, I64: 8, F32: 4, I32: 4, U8: 1, I8: 1 };
    for (const [name, { dtype }] of (await readSafetensors(file)).tensors) expect(header[name]!.data_offsets[0] % widths[dtype]!).toBe(0);
    const before = readFileSync(file);
    await writeSafetensors(file, new Map([...tensors].reverse()));
    expect(readFileSync(file)).toEqual(before);
  });

  it("is read by the format's words, half floats as float32", async () => {
    const header = '{"h":{"dtype":"F16","shape":[6],"data_offsets":[0,12]}, "b":{"data_offsets":[12,16],"shape":[2],"dtype":"BF16"},"__metadata__":{"k":"v"}}  ';
    const data = Buffer.alloc(16);
    [0x3c00, 0xc000, 0x7bff, 0x0001, 0xfc00, 0x3555, 0x3f80, 0xc049].forEach((bits, i) => data.writeUInt16LE(bits, 2 * i));
    const read = await opened(bytesOf(header, data));
    expect((await read.read("h")).data).toEqual(Float32Array.of(1, -2, 65504, 2 ** -24, -Infinity, 0.333251953125));
    expect((await read.read("b")).data).toEqual(Float32Array.of(1, -3.140625));
    await expect(read.read("c")).rejects.toThrow(new RangeError(`${file} has no tensor "c"; it has h, b`));
  });

  it("says which types it cannot give", async () => {
    const read = await opened(bytesOf('{"f":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}', Uint8Array.of(1)));
    expect(read.tensors.get("f")!.dtype).toBe("F8_E4M3");
    await expect(read.read("f")).rejects.toThrow(TypeError);
  });

  it("writes half floats from their bits", async () => {
    await writeSafetensors(file, new Map([["h", { dtype: "BF16", shape: [2], data: Uint16Array.of(0x3f80, 0xc049) }]]));
    expect((await (await readSafetensors(file)).read("h")).data).toEqual(Float32Array.of(1, -3.140625));
  });
});

describe("what is refused", () => {
  const f32 = (start: number, end: number, shape = "[1]"): string => `{"dtype":"F32","shape":${shape},"data_offsets":[${start},${end}]}`;

  it.each<[string, Uint8Array, number, string]>([
    ["an empty file", Buffer.alloc(0), 0, "expected 8 bytes with the header's length, found 0"],
    ["a header beyond the end", bytesOf("{}").subarray(0, 9), 8, "expected a header of 2 bytes, found 1"],
    ["a length beyond reason", Buffer.from("ffffffffffffff7f7b7d", "hex"), 0, "expected a header of at most 100000000 bytes, found 9223372036854776000"],
    ["what is no JSON", bytesOf('{"a":'), 8, "expected a header in JSON"],
    ["what is no object", bytesOf("[1, 2]"), 8, "expected a header that begins with {"],
    ["what is no UTF-8", bytesOf(Uint8Array.of(0x7b, 0xff, 0x7d)), 8, "expected a header in UTF-8"],
    ["a name twice", bytesOf(`{"é":${f32(0, 4)},"é":${f32(4, 8)}}`, Buffer.alloc(8)), 8 + 1 + 4 + 1 + f32(0, 4).length + 1, 'each key once, found "é" again'],
    ["a field twice", bytesOf('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', Buffer.alloc(4)), 28, 'found "dtype" again'],
    ["an unknown type", bytesOf('{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}', Buffer.alloc(4)), 9, 'found "F33"'],
    ["a shape of fractions", bytesOf(`{"a":${f32(0, 4, "[0.5,2]")}}`, Buffer.alloc(4)), 9, 'a shape of tensor "a" in whole numbers, found [0.5,2]'],
    ["places in the wrong order", bytesOf(`{"a":${f32(4, 0)}}`, Buffer.alloc(4)), 9, 'two places of tensor "a" in order'],
    ["a size that is not the shape's", bytesOf(`{"a":${f32(0, 4, "[2]")}}`, Buffer.alloc(4)), 9, '8 bytes of tensor "a", F32 of shape [2], found 4'],
    ["a shape beyond all numbers", bytesOf(`{"a":${f32(0, 4, "[9007199254740991,9007199254740991]")}}`, Buffer.alloc(4)), 9, "found 4"],
    ["an overlap", bytesOf(`{"a":${f32(0, 4)},"b":${f32(2, 6)}}`, Buffer.alloc(6)), 9 + 5 + f32(0, 4).length, 'tensor "b" to begin at byte'],
    ["a hole", bytesOf(`{"a":${f32(0, 4)},"b":${f32(8, 12)}}`, Buffer.alloc(12)), 9 + 5 + f32(0, 4).length, 'tensor "b" to begin at byte'],
    ["bytes that no tensor has", bytesOf("{}", Buffer.alloc(3)), 10, "expected 10 bytes in all, as its header says, found 13"],
    ["metadata that are no strings", bytesOf('{"__metadata__":{"a":1}}'), 9, 'metadata of strings, found {"a":1}'],
  ])("%s", async (_, bytes, offset, message) => {
    const error = await refusal(bytes);
    expect(error.message).toContain(message);
    expect(error.offset).toBe(offset);
    expect(error.file).toBe(file);
  });

  it("a file cut short at any byte", async () => {
    await writeSafetensors(file, tensors);
    const whole = readFileSync(file);
    for (let length = 0; length < whole.length; length += 7) expect((await refusal(whole.subarray(0, length))).offset).toBeLessThanOrEqual(length);
  });

  it("whatever becomes of a header's bytes, with the file and a place in it", async () => {
    await writeSafetensors(file, tensors, { note: "x" });
    const whole = readFileSync(file);
    const header = 8 + Number(whole.readBigUInt64LE(0));
    const telling = Buffer.from('"{}[]:,\\01e-.');
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const [place, value, any] = randint(foldIn(key(1), round), 3, 0, 2 ** 31);
      const bytes = Buffer.from(whole);
      bytes[place! % header] = any! % 2 ? value! % 256 : telling[value! % telling.length]!;
      const outcome = await opened(bytes).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome === undefined) continue;
      expect(outcome).toBeInstanceOf(DamagedFileError);
      expect((outcome as DamagedFileError).offset).toBeLessThanOrEqual(whole.length);
      refused++;
    }
    // What is left is a change of names, of metadata or of nothing.
    expect(refused).toBeGreaterThan(200);
  });

  it("a file that gets shorter between header and data", async () => {
    await writeSafetensors(file, tensors);
    const read = await readSafetensors(file);
    truncateSync(file, readFileSync(file).length - 4);
    await expect(read.read("__proto__")).rejects.toThrow("the file got shorter while it was read");
  });

  it.each<[string, StoredTensor, string]>([
    ["too few values", { shape: [3], data: new Float32Array(2) }, 'tensor "x" has 2 values, but shape [3] holds 3'],
    ["another type's values", { dtype: "F16", shape: [2], data: new Float32Array(2) }, 'tensor "x": Float32Array does not hold F16'],
    ["plain arrays", { shape: [2], data: [1, 2] as never }, 'tensor "x": a typed array is needed'],
  ])("to write %s", async (_, tensor, message) => {
    await expect(writeSafetensors(path.join(folder, "never"), new Map([["x", tensor]]))).rejects.toThrow(message);
    expect(readdirSync(folder)).not.toContain("never");
  });
});

const python = process.env.NOISEBOOK_SAFETENSORS_PYTHON ?? "python3";
const hasPackage = (): boolean => {
  try {
    execFileSync(python, ["-c", "import safetensors.numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(!hasPackage())("Python's safetensors (skipped without it: NOISEBOOK_SAFETENSORS_PYTHON names a Python that has it and numpy)", () => {
  const run = (script: string): string => execFileSync(python, ["-c", script, file], { encoding: "utf8" });

  it("reads what is written here", async () => {
    await writeSafetensors(file, tensors, { note: "x" });
    const script = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], "np") as f:
    print(json.dumps({"metadata": f.metadata(), "tensors": {k: [str(f.get_tensor(k).dtype), list(f.get_tensor(k).shape), f.get_tensor(k).tobytes().hex()] for k in f.keys()}}))`;
    const { metadata, tensors: read } = JSON.parse(run(script)) as { metadata: unknown; tensors: Record<string, [string, number[], string]> };
    expect(metadata).toEqual({ note: "x" });
    expect(Object.keys(read).length).toBe(tensors.size);
    for (const [name, { shape, data }] of tensors) {
      const dtype = data.constructor.name.replace(/^Big/, "").replace("Array", "").toLowerCase();
      expect(Object.getOwnPropertyDescriptor(read, name)!.value).toEqual([dtype, [...shape], Buffer.from(data.buffer).toString("hex")]);
    }
  });

  it("writes what is read here", async () => {
    run(`
import sys, numpy as np
from safetensors.numpy import save_file
save_file({"a": np.arange(6, dtype=np.float32).reshape(2, 3), "h": np.array([0.1, -2], np.float16), "n": np.array([2**40], np.int64)}, sys.argv[1], {"made": "there"})`);
    const read = await readSafetensors(file);
    expect(read.metadata).toEqual({ made: "there" });
    expect(await read.read("a")).toEqual({ dtype: "F32", shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) });
    expect((await read.read("h")).data).toEqual(Float32Array.of(0.0999755859375, -2));
    expect((await read.read("n")).data).toEqual(BigInt64Array.of(2n ** 40n));
  });
});
