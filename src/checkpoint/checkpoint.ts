import { DamagedFileError } from "../data/files/damaged.ts";
import { writeDurably } from "./durable.ts";
import { checkJson, type JsonValue } from "./json.ts";
import { inFileOrder, type NamedArray, readSafetensors, safetensorsChunks, type StoredTensor } from "./safetensors.ts";

/** The version that is written, and the newest that is read. */
export const checkpointVersion = 1;

/** All that is needed to go on: arrays by name (`weights/…`, `ema/…`: see `joinTensors` and `tensorGroup`) and whatever JSON can say. */
export interface Checkpoint {
  readonly version: number;
  /** Steps done. */
  readonly step: number;
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly state: JsonValue;
}

/** What is saved: as a Checkpoint, but for `state`, which may be of any type as long as JSON holds it (TypeError otherwise). */
export interface CheckpointToSave extends Pick<Checkpoint, "step" | "tensors"> {
  readonly state: unknown;
}

/** A checkpoint of a version that this program does not know yet. */
export class NewerCheckpointError extends Error {
  constructor(path: string, version: number) {
    super(`${path} is a checkpoint of version ${version}; this noisebook reads up to ${checkpointVersion}: update noisebook, or take an older one`);
    this.name = "NewerCheckpointError";
  }
}

const keys = { version: "noisebook.checkpoint", step: "noisebook.step", state: "noisebook.state", digest: "noisebook.sha256" } as const;

/** Writes one checkpoint as one safetensors file, whole or not at all. */
export async function writeCheckpoint(path: string, { step, tensors, state }: CheckpointToSave): Promise<void> {
  if (!(Number.isSafeInteger(step) && step >= 0)) throw new RangeError(`step ${step} of a checkpoint: a whole number from 0 up is needed`);
  checkJson(state);
  const said = { [keys.version]: String(checkpointVersion), [keys.step]: String(step), [keys.state]: JSON.stringify(state) };
  const digest = await digester(said);
  const plain = new Map(Array.from(tensors, ([name, { shape, data }]) => [name, { shape, data }]));
  for (const [name, tensor] of inFileOrder(plain)) await digest.add(name, tensor);
  await writeDurably(path, safetensorsChunks(plain, { ...said, [keys.digest]: digest.result() }));
}

/** Reads one checkpoint, and checks that each bit is the one that was written: DamagedFileError otherwise. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = await readSafetensors(path);
  const { [keys.digest]: written, ...said } = file.metadata;
  const version = Number(said[keys.version]);
  if (said[keys.version] === undefined) {
    const remedy = "this is no checkpoint of noisebook: for its tensors alone use readSafetensors";
    throw new DamagedFileError(path, 8, { expected: `metadata with "${keys.version}"`, found: "none", remedy });
  }
  if (version > checkpointVersion) throw new NewerCheckpointError(path, version);
  const digest = await digester(said);
  const tensors = new Map<string, NamedArray>();
  for (const name of file.tensors.keys()) {
    const tensor = await file.read(name);
    await digest.add(name, tensor);
    tensors.set(name, { shape: tensor.shape, data: tensor.data });
  }
  if (digest.result() !== written) {
    const remedy = "the file has changed since it was saved: take another";
    throw new DamagedFileError(path, 8, { expected: `contents of SHA-256 ${written}`, found: digest.result(), remedy });
  }
  return { version, step: Number(said[keys.step]), tensors, state: JSON.parse(said[keys.state]!) as JsonValue };
}

/** Bytes to take a digest of before others get their turn: some milliseconds' work. */
const TURN = 2 ** 21;

interface Digester {
  add(name: string, tensor: Required<StoredTensor>): Promise<void>;
  result(): string;
}

/** A digest of all that a checkpoint says, tensor by tensor in the file's order. */
async function digester(said: Readonly<Record<string, string>>): Promise<Digester> {
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  hash.update(JSON.stringify(Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1))));
  let result: string | undefined;
  let done = 0;
  return {
    async add(name, { dtype, shape, data }) {
      hash.update(JSON.stringify([name, dtype, shape]));
      for (let at = 0; at < data.byteLength; at += TURN) {
        const piece = new Uint8Array(data.buffer, data.byteOffset + at, Math.min(TURN, data.byteLength - at));
        hash.update(piece);
        done += piece.length;
        if (done < TURN) continue;
        done = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    result: () => (result ??= hash.digest("hex")),
  };
}
