import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attributeType } from "../../../src/tensor/tensorflow/attributes.ts";
import { type TensorFlowBackend, registerTensorFlow } from "../../../src/tensor/tensorflow/backend.ts";
import { dataType } from "../../../src/tensor/tensorflow/data-types.ts";
import { findLibrary, libraryName } from "../../../src/tensor/tensorflow/library.ts";

const tf = await import("@tensorflow/tfjs");
const library = findLibrary().found[0]?.file;
if (!library) process.stderr.write("skipped: TensorFlow's binding: no TensorFlow is here (npx noisebook setup --tensorflow)\n");

const root = fileURLToPath(new URL("../../..", import.meta.url));
mkdirSync(path.join(root, ".noisebook"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".noisebook", "test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const floats = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i / 4);
const type = (name: string, value: number) => ({ name, type: attributeType.type, value });
const T = type("T", dataType.float);

describe.skipIf(!library)("the binding", () => {
  let { binding }: TensorFlowBackend = {} as TensorFlowBackend;
  beforeAll(async () => {
    ({ binding } = await registerTensorFlow(tf, library!));
    await tf.setBackend("tensorflow");
  });
  const create = (shape: number[], data: unknown = floats(shape.reduce((a, b) => a * b, 1)), kind: number = dataType.float) => binding.createTensor(shape, kind, data);
  const using = <R>(ids: number[], use: (...ids: number[]) => R): R => {
    try {
      return use(...ids);
    } finally {
      ids.forEach((id) => binding.deleteTensor(id));
    }
  };

  it("is one a process", async () => {
    expect((await registerTensorFlow(tf, "/elsewhere")).binding).toBe(binding);
    expect(binding.TF_Version).toMatch(/^2\.\d+/);
    expect(binding.context.devices[0]).toMatchObject({ type: "CPU" });
  });

  it.each([
    ["float", Float32Array.of(1.5, -2)], ["double", Float64Array.of(Math.PI, -0)], ["int32", Int32Array.of(-(2 ** 31), 5)], ["uint8", Uint8Array.of(0, 255)],
    ["int64", BigInt64Array.of(-(2n ** 63n), 1n)], ["bool", Uint8Array.of(0, 1)], ["complex64", Float32Array.of(1, 2, 3, 4)], ["uint64", BigUint64Array.of(2n ** 64n - 1n, 0n)],
  ] as const)("brings %s there and back", (name, data) => {
    using([create([2], data, dataType[name])], (id) => expect(binding.tensorDataSync(id)).toEqual(data));
  });

  it("brings strings there and back: short, long, empty, and not of text", () => {
    const strings = ["", "short", "long ".repeat(1000), "naïve ☂"].map((text) => new TextEncoder().encode(text)).concat(Uint8Array.of(0, 255, 0));
    using([create([5], strings, dataType.string)], (id) => expect(binding.tensorDataSync(id)).toEqual(strings));
    expect(tf.tidy(() => tf.concat([tf.tensor1d(["a", "☂"]), tf.tensor1d(["b"])]).arraySync())).toEqual(["a", "☂", "b"]);
  });

  it("brings empty tensors and scalars", () => {
    using([create([0, 3]), create([], [7])], (empty, scalar) => {
      expect(binding.tensorDataSync(empty)).toEqual(new Float32Array(0));
      expect(binding.tensorDataSync(scalar)).toEqual(Float32Array.of(7));
    });
  });

  it("converts numbers of another type by value", () => {
    using([create([3], [1, 2, 3]), create([2], Float32Array.of(3, -4), dataType.int32)], (list, ints) => {
      expect(binding.tensorDataSync(list)).toEqual(Float32Array.of(1, 2, 3));
      expect(binding.tensorDataSync(ints)).toEqual(Int32Array.of(3, -4));
    });
  });

  it("downloads into memory that is there, and shows its own", () => {
    using([create([5])], (id) => {
      const target = new Float32Array(5);
      binding.tensors.downloadInto(binding.handles.get(id), target);
      expect(target).toEqual(floats(5));
      expect(binding.tensors.look(binding.handles.get(id), (memory) => [...new Float32Array(memory)])).toEqual([...floats(5)]);
      expect(() => binding.tensors.downloadInto(binding.handles.get(id), new Float32Array(4))).toThrow("the tensor's 20 bytes do not fit an array of 16");
    });
  });

  it("sets attributes of every kind", () => {
    const int = (name: string, value: number | number[]) => ({ name, type: attributeType.int, value });
    using([create([1, 3, 3, 1]), create([2, 2, 1, 1])], (x, filter) => {
      const attributes = [T, int("strides", [1, 1, 1, 1]), int("explicit_paddings", []), { name: "padding", type: attributeType.string, value: "VALID" }, { name: "use_cudnn_on_gpu", type: attributeType.bool, value: true }];
      const [out] = binding.executeOp("Conv2D", attributes, [x, filter], 1);
      using([out!.id], () => expect(out!.shape).toEqual([1, 2, 2, 1]));
    });
    const placed = binding.executeOp("Empty", [type("dtype", dataType.float), { name: "init", type: attributeType.bool, value: true }], [create([2], Int32Array.of(2, 1), dataType.int32)], 1);
    expect([...binding.tensorDataSync(placed[0]!.id)]).toEqual([0, 0]);
    const variable = binding.executeOp("VarHandleOp", [type("dtype", dataType.float), { name: "shape", type: attributeType.shape, value: [2, 3] }], [], 1);
    expect(variable[0]!.dtype).toBe(dataType.resource);
    const leaky = binding.executeOp("LeakyRelu", [T, { name: "alpha", type: attributeType.float, value: 0.5 }], [create([1], [-4])], 1);
    expect([...binding.tensorDataSync(leaky[0]!.id)]).toEqual([-2]);
    expect(() => binding.executeOp("Relu", [{ name: "T", type: 99, value: 1 }], [placed[0]!.id], 1)).toThrow("attribute T: kind 99");
  });

  it("takes lists of tensors, and gives several", () => {
    using([create([2]), create([2]), create([2])], (a, b, c) => {
      const [sum] = binding.executeOp("AddN", [T, { name: "N", type: attributeType.int, value: 3 }], [a, b, c], 1);
      expect([...binding.tensorDataSync(sum!.id)]).toEqual([0, 0.75]);
      const parts = binding.executeOp("Unpack", [T, { name: "num", type: attributeType.int, value: 2 }, { name: "axis", type: attributeType.int, value: 0 }], [a], 2);
      expect(parts.map(({ shape }) => shape)).toEqual([[], []]);
      using([sum!.id, ...parts.map(({ id }) => id)], () => {});
    });
  });

  // Given too many, TensorFlow itself crashes the process.
  it.each([0, 1, 3, 40])("refuses %i inputs for an operation that takes two", (count) => {
    const id = create([2, 2]);
    expect(() => binding.executeOp("MatMul", [T], Array<number>(count).fill(id), 1)).toThrow(`MatMul takes 2 tensors, not ${count}`);
    binding.deleteTensor(id);
  });

  it("turns what TensorFlow refuses into errors with its words, and goes on", () => {
    using([create([2, 3]), create([2, 3]), create([1], Int32Array.of(9), dataType.int32), create([], Int32Array.of(0), dataType.int32)], (a, b, nine, zero) => {
      expect(() => binding.executeOp("MatMul", [T], [a, b], 1)).toThrow(expect.objectContaining({ name: "TensorFlowError", code: "INVALID_ARGUMENT", message: "MatMul: Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3]" }));
      expect(() => binding.executeOp("Nonsense", [], [a], 1)).toThrow("'Nonsense' is neither a type of a primitive operation nor a name of a function");
      const gather = [type("Tparams", dataType.float), type("Tindices", dataType.int32), type("Taxis", dataType.int32)];
      expect(() => binding.executeOp("GatherV2", gather, [a, nine, zero], 1)).toThrow("GatherV2: indices[0] = 9 is not in [0, 2)");
      expect(() => binding.executeOp("AddV2", [T], [a, nine], 1)).toThrow(/AddV2/);
      expect(() => binding.executeOp("MatMul", [T], [a, 123456], 1)).toThrow("there is no tensor 123456");
      const [sum] = binding.executeOp("AddV2", [T], [a, b], 1);
      expect(binding.tensorDataSync(sum!.id)).toEqual(floats(6).map((x) => 2 * x));
      binding.deleteTensor(sum!.id);
    });
    expect(() => create([2, 3], new Float32Array(5))).toThrow("shape [2, 3] holds 24 bytes, the data are 20");
    expect(() => create([2], [new Uint8Array(1)], dataType.string)).toThrow("shape [2] holds 2 strings, the data are 1");
    expect(() => tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])))).toThrow();
  });

  it("gathers without reading the indices back", () => {
    const indices = tf.tensor1d([1, 0], "int32");
    const table = tf.tensor2d([[1, 2], [3, 4]]);
    const reads: number[] = [];
    const { tensorDataSync } = binding;
    binding.tensorDataSync = (id) => (reads.push(id), tensorDataSync.call(binding, id));
    const rows = tf.gather(table, indices);
    binding.tensorDataSync = tensorDataSync;
    expect(reads).toEqual([]);
    expect(rows.arraySync()).toEqual([[3, 4], [1, 2]]);
    tf.dispose([indices, table, rows]);
  });

  it("hands a tracer what is uploaded, to be executed and read", () => {
    const seen: string[] = [];
    binding.tracer = {
      constant: (_id, shape, kind, data) => void seen.push(`constant [${shape.join()}] ${kind} ${String(data)}`),
      execute: (name, _attributes, inputs, outputs) => {
        seen.push(`${name} ${inputs.length} → ${outputs}`);
        return [{ id: binding.handles.symbol(), shape: [2], dtype: dataType.float }];
      },
      read: () => void seen.push("read"),
    };
    const before = binding.getNumOfTensors();
    try {
      tf.tidy(() => void expect(() => tf.mul(tf.tensor1d([1, 2]), tf.scalar(3)).dataSync()).toThrow("have the step return it"));
    } finally {
      binding.tracer = undefined;
    }
    expect(seen).toEqual(["constant [2] 1 1,2", "constant [] 1 3", "Mul 2 → 1", "read"]);
    expect(binding.getNumOfTensors()).toBe(before);
  });

  it("swaps what is behind a tensor's number", () => {
    using([create([1], [1])], (id) => {
      binding.handles.swap(id, binding.tensors.toHandle(binding.tensors.allocate([1], dataType.float, [2]), dataType.float));
      expect([...binding.tensorDataSync(id)]).toEqual([2]);
    });
  });

  it("keeps no memory: 4,000 results of 1 MB grow the process by less than 100 MB, and every number given back", () => {
    const [a, before] = [tf.ones([512, 512]), binding.getNumOfTensors()];
    const work = (times: number): void => {
      for (let i = 0; i < times; i++) tf.tidy(() => void tf.add(tf.mul(a, 2), tf.tensor1d(floats(512))));
    };
    work(200);
    const held = process.memoryUsage.rss();
    work(2000);
    expect(process.memoryUsage.rss() - held).toBeLessThan(100 * 2 ** 20);
    tf.dispose(a);
    expect(binding.getNumOfTensors()).toBeLessThanOrEqual(before + 1);
  });

  it("reads a picture by tf.node, and saves and loads a model by file://", async () => {
    const { io, node } = await import("../../../src/tensor/tf.ts");
    const picture = tf.tidy(() => tf.cast(tf.reshape(tf.range(0, 48), [4, 4, 3]), "int32")) as import("@tensorflow/tfjs").Tensor3D;
    expect(tf.util.flatten(node.decodePng(await node.encodePng(picture)).arraySync())).toEqual(tf.util.flatten(picture.arraySync()));
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    await model.save(io.fileSystem(path.join(folder, "model")));
    const again = await tf.loadLayersModel(`file://${folder}/model/model.json`);
    expect(again.getWeights()[0]!.arraySync()).toEqual(model.getWeights()[0]!.arraySync());
    expect(() => binding.loadSavedModel()).toThrow("tensorflowjs_converter");
  });
});

/** Runs TypeScript that names the files of src/tensor by `tensor/…` in a process of its own. */
async function alone(code: string, env: NodeJS.ProcessEnv = {}) {
  const outfile = path.join(folder, "script.mjs");
  const stdin = { contents: code.replaceAll('"tensor/', `"${root}/src/tensor/`), resolveDir: folder, loader: "ts" as const };
  await build({ stdin, bundle: true, platform: "node", format: "esm", packages: "external", outdir: folder, splitting: true, entryNames: "script", outExtension: { ".js": ".mjs" }, logLevel: "silent" });
  const { NOISEBOOK_BACKEND: _, ...inherited } = process.env;
  return spawnSync(process.execPath, [outfile], { encoding: "utf8", env: { ...inherited, ...env }, timeout: 60_000 });
}

const report = 'import { loadTensors } from "tensor/load.ts"; import { tensorBackend } from "tensor/report.ts";\nconst tf = await loadTensors();\nconsole.log(JSON.stringify({ ...tensorBackend(), sum: tf.sum(tf.ones([3])).dataSync()[0] }));';

describe("the choice of a backend", () => {
  it.skipIf(!library)("takes TensorFlow where it is, says so once on stderr, and ends cleanly with nothing else there", async () => {
    const { status, stdout, stderr } = await alone(report, { NOISEBOOK_TENSORFLOW: library });
    expect(stderr).toMatch(/^tensors: TensorFlow 2\.\d+\.\d+ on [CG]PU, [^\n]*\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ name: "tensorflow", library: { file: library, origin: "named by NOISEBOOK_TENSORFLOW" }, passedOver: [], sum: 3 });
    expect(status).toBe(0);
  });

  it.each(["wasm", "cpu"])("takes %s where NOISEBOOK_BACKEND says so", async (name) => {
    const { status, stdout, stderr } = await alone(report, { NOISEBOOK_BACKEND: name });
    expect(JSON.parse(stdout)).toMatchObject({ name, passedOver: [], sum: 3 });
    expect(stderr.split("\n")).toHaveLength(2);
    expect(status).toBe(0);
  });

  it("refuses a name that is none", async () => {
    expect((await alone(report, { NOISEBOOK_BACKEND: "webgl" })).stderr).toContain('NOISEBOOK_BACKEND is "webgl", which is none of tensorflow, wasm, cpu');
  });

  it("falls back to wasm from a library that does not open, and tells the loader's words; asked for it, fails with them", async () => {
    const broken = path.join(folder, "broken", libraryName);
    mkdirSync(path.dirname(broken), { recursive: true });
    writeFileSync(broken, "no library at all, though long enough to be looked at for its first bytes");
    const { stdout, stderr } = await alone(report, { NOISEBOOK_TENSORFLOW: broken });
    expect(JSON.parse(stdout)).toMatchObject({ name: "wasm", sum: 3, passedOver: [{ name: "tensorflow", reason: expect.stringContaining(broken) as string }] });
    expect(stderr).toContain("not tensorflow: cannot load TensorFlow");
    const forced = await alone(report, { NOISEBOOK_TENSORFLOW: broken, NOISEBOOK_BACKEND: "tensorflow" });
    expect(forced.stderr).toContain('NOISEBOOK_BACKEND is "tensorflow", which does not start: cannot load TensorFlow');
    expect(forced.status).toBe(1);
  });

  // The loader would map what is missing, and the process die where it is read.
  it.skipIf(!library || process.platform !== "linux")("falls back from a library that was cut off", async () => {
    const cut = path.join(folder, libraryName);
    const whole = openSync(library!, "r");
    const start = Buffer.alloc(2 ** 20);
    writeFileSync(cut, start.subarray(0, readSync(whole, start)));
    closeSync(whole);
    const { stdout, status } = await alone(report, { NOISEBOOK_TENSORFLOW: cut });
    expect(status).toBe(0);
    const reason = expect.stringContaining("was cut off: it has 1048576 bytes") as string;
    expect(JSON.parse(stdout)).toMatchObject({ name: "wasm", sum: 3, passedOver: [{ reason }] });
  });

  it("tells a listener on the channel instead of stderr", async () => {
    const listening = 'import { channel } from "node:diagnostics_channel"; channel("noisebook:tensor-backend").subscribe((heard) => console.log((heard as { line: string }).line));';
    const heard = await alone(`${listening}\nawait (await import("tensor/load.ts")).loadTensors();`, { NOISEBOOK_BACKEND: "wasm" });
    expect(heard).toMatchObject({ stderr: "", stdout: expect.stringMatching(/^tensors: WebAssembly/) as string });
  });
});
