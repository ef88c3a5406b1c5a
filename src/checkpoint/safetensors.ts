import { DamagedFileError } from "../data/files/damaged.ts";
import { bytesOf, type Dtype, dtypeOf, dtypeOrder, fromBytes, holds, type TensorData } from "./dtype.ts";
import { writeDurably } from "./durable.ts";
import { LONGEST_HEADER, parseHeader, type TensorPlace } from "./header.ts";

/** A tensor's numbers, row by row. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface StoredTensor extends NamedArray {
  /** That of `data` unless told. F16 and BF16 are written from their bits, a Uint16Array, and read as float32. */
  readonly dtype?: Dtype;
}

/** A safetensors file of which the header has been read and checked; its tensors are read one by one, when they are asked for. */
export interface Safetensors {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order in which they lie in the file. */
  readonly tensors: ReadonlyMap<string, { readonly dtype: Dtype; readonly shape: readonly number[] }>;
  /** RangeError for a name that the file does not have, TypeError for a type that JavaScript has no array for. */
  read(name: string): Promise<Required<StoredTensor>>;
}

/**
 * Writes a file of the safetensors format (https://huggingface.co/docs/safetensors): 8 bytes of length, a JSON header padded with spaces to a
 * multiple of 8, then the values, little-endian, those with the widest alignment first and then by name. It is there whole or not at all.
 * Arrays must not change until the promise resolves. TypeError where shape, type and data disagree; an Error with the way out where the disk
 * is full or may not be written.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeDurably(path, safetensorsChunks(tensors, metadata));
}

/** The tensors in the order in which they lie in a file. */
export function inFileOrder(tensors: ReadonlyMap<string, StoredTensor>): (readonly [string, Required<StoredTensor>])[] {
  const complete = Array.from(tensors, ([name, { shape, data, dtype = dtypeOf(name, data) }]) => [name, { dtype, shape, data }] as const);
  for (const [name, { dtype, shape, data }] of complete) {
    if (name === "__metadata__") throw new TypeError('a tensor named "__metadata__": the format keeps this name for itself');
    const length = shape.reduce((product, axis) => product * axis, 1);
    if (data.length !== length) throw new TypeError(`tensor "${name}" has ${data.length} values, but shape [${shape.join(", ")}] holds ${length}`);
    if (!holds(dtype, data)) throw new TypeError(`tensor "${name}": ${data.constructor.name} does not hold ${dtype}`);
  }
  return complete.toSorted(([a, x], [b, y]) => dtypeOrder(x.dtype) - dtypeOrder(y.dtype) || (a < b ? -1 : 1));
}

/** A file's bytes, in its order. */
export function safetensorsChunks(tensors: ReadonlyMap<string, StoredTensor>, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  const ordered = inFileOrder(tensors);
  // Without a prototype: a tensor may be named __proto__.
  const header = Object.create(null) as Record<string, unknown>;
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let at = 0;
  for (const [name, { dtype, shape, data }] of ordered) header[name] = { dtype, shape, data_offsets: [at, (at += bytesOf(dtype, data.length))] };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = 8 * Math.ceil(json.length / 8);
  if (length > LONGEST_HEADER) throw new RangeError(`a header of ${length} bytes: the format takes ${LONGEST_HEADER} at most; put less into metadata`);
  const start = new Uint8Array(8 + length).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(length), true);
  start.set(json, 8);
  return [start, ...ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/** Opens a safetensors file. DamagedFileError, with the byte, for whatever the format does not allow. */
export async function readSafetensors(path: string): Promise<Safetensors> {
  const { open } = await import("node:fs/promises");

  async function withFile<T>(use: (read: (start: number, end: number) => Promise<ArrayBuffer>, size: number) => Promise<T>): Promise<T> {
    const file = await open(path, "r");
    try {
      return await use((start, end) => readBytes(file, path, start, end), (await file.stat()).size);
    } finally {
      await file.close();
    }
  }

  const header = await withFile(async (read, size) => {
    const refuse = (offset: number, expected: string, found: string): never => {
      throw new DamagedFileError(path, offset, { expected, found, remedy: "the file is cut short or no safetensors file: get it again" });
    };
    if (size < 8) refuse(0, "8 bytes with the header's length", `${size}`);
    const length = Number(new DataView(await read(0, 8)).getBigUint64(0, true));
    if (length > LONGEST_HEADER) refuse(0, `a header of at most ${LONGEST_HEADER} bytes`, `${length}`);
    if (8 + length > size) refuse(8, `a header of ${length} bytes`, `${size - 8}`);
    return parseHeader(path, new Uint8Array(await read(8, 8 + length)), size);
  });

  return {
    path,
    metadata: header.metadata,
    tensors: header.places,
    async read(name) {
      const place: TensorPlace | undefined = header.places.get(name);
      if (place === undefined) throw new RangeError(`${path} has no tensor "${name}"; it has ${[...header.places.keys()].join(", ") || "none"}`);
      const { dtype, shape, start, end } = place;
      const data = fromBytes(dtype, await withFile((read) => read(start, end)));
      if (data === undefined) throw new TypeError(`tensor "${name}" of ${path} is ${dtype}, for which there is no array: convert it to F32 or F16`);
      return { dtype, shape, data };
    },
  };
}

type FileHandle = import("node:fs/promises").FileHandle;

async function readBytes(file: FileHandle, path: string, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, filled, Math.min(bytes.length - filled, 2 ** 30), start + filled);
    if (bytesRead === 0) {
      const words = { expected: `${bytes.length} bytes`, found: `${filled}`, remedy: "the file got shorter while it was read: get it again" };
      throw new DamagedFileError(path, start + filled, words);
    }
    filled += bytesRead;
  }
  return bytes.buffer;
}
