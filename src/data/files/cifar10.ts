import { type Dataset } from "../dataset.ts";
import { DamagedFileError } from "./damaged.ts";
import { openRaw } from "./raw.ts";
import { byteValues, storedDataset } from "./stored.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;
/** A label, then the planes of red, green and blue. */
const RECORD = 1 + 3 * PLANE;

const classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"] as const;

/**
 * CIFAR-10's binary version: shape [32, 32, 3], values b/127.5 − 1, labels 0…9. From the folder of its files (the 50,000 images for training,
 * or with `test` the 10,000 others), or from the files named. They are kept in memory as bytes, about 150 MB for all.
 * DamagedFileError for files that are cut short or not of this format; an Error that says what was looked for where they are not there.
 */
export async function cifar10(folderOrFiles: string | readonly string[], { test = false } = {}): Promise<Dataset> {
  const files = typeof folderOrFiles === "string" ? await filesOf(folderOrFiles, test) : folderOrFiles;
  if (files.length === 0) throw new RangeError("no files of CIFAR-10: give at least one");
  const batches = await Promise.all(files.map(readRecords));
  const records = batches.flatMap((bytes) =>
    Array.from({ length: bytes.length / RECORD }, (_, i) => bytes.subarray(i * RECORD, (i + 1) * RECORD)),
  );
  return storedDataset({
    name: typeof folderOrFiles === "string" ? folderOrFiles : files.join(", "),
    size: records.length,
    shape: [SIDE, SIDE, 3],
    classes,
    labels: records.map((record) => record[0]!),
    fill(index, out) {
      const record = records[index]!;
      for (let pixel = 0; pixel < PLANE; pixel++) {
        for (let c = 0; c < 3; c++) out[3 * pixel + c] = byteValues[record[1 + c * PLANE + pixel]!]!;
      }
    },
  });
}

async function readRecords(file: string): Promise<Uint8Array> {
  const { stat } = await import("node:fs/promises");
  const remedy = "is this CIFAR-10's binary version, and whole? Otherwise get it again";
  const { size } = await stat(file);
  if (size === 0 || size % RECORD !== 0) {
    const words = { expected: `whole records of ${RECORD} bytes`, found: `${size % RECORD} of them at the end`, remedy };
    throw new DamagedFileError(file, size - (size % RECORD), words);
  }
  const bytes = await (await openRaw(file)).all(size);
  for (let at = 0; at < size; at += RECORD) {
    if (bytes[at]! > 9) throw new DamagedFileError(file, at, { expected: "a label of 0…9", found: `${bytes[at]}`, remedy });
  }
  return bytes;
}

async function filesOf(folder: string, test: boolean): Promise<string[]> {
  const [{ access }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const names = test ? ["test_batch.bin"] : [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
  const files = names.map((name) => path.join(folder, name));
  for (const file of files) {
    await access(file).catch((cause: unknown) => {
      throw new Error(`${file} is not there: ${folder} should have ${names.join(", ")} of CIFAR-10's binary version`, { cause });
    });
  }
  return files;
}
