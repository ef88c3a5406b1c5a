import { type Dataset } from "../dataset.ts";
import { framed } from "../framed.ts";
import { DamagedFileError } from "./damaged.ts";
import { openRaw } from "./raw.ts";
import { byteValues, storedDataset } from "./stored.ts";

export interface IdxOptions {
  /** The file of their labels. */
  readonly labels?: string;
  readonly classes?: readonly string[];
  /** Puts images in the middle of a black frame of another size: [32, 32] for networks that halve 28 × 28 often. */
  readonly frame?: readonly [height: number, width: number];
}

/**
 * Grey images of an IDX file, MNIST's format, plain or .gz: shape [height, width, 1], values b/127.5 − 1. They are kept in memory as bytes.
 * DamagedFileError for files that are cut short, too long or not of this format; TypeError where images and labels differ in number.
 */
export async function idxImages(images: string, { labels, classes, frame }: IdxOptions = {}): Promise<Dataset> {
  const { sizes, values } = await readIdx(images, 3);
  const [size, height, width] = sizes as [number, number, number];
  const known = labels === undefined ? undefined : (await readIdx(labels, 1)).values;
  if (known && known.length !== size) throw new TypeError(`${labels} has ${known.length} labels, ${images} ${size} images: take those of one set`);
  const length = height * width;
  const dataset = storedDataset({
    name: images,
    size,
    shape: [height, width, 1],
    ...(classes && { classes }),
    labels: known,
    fill(index, out) {
      const from = index * length;
      for (let i = 0; i < length; i++) out[i] = byteValues[values[from + i]!]!;
    },
  });
  return frame ? framed(dataset, frame) : dataset;
}

/** An IDX file's bytes: 0, 0, the type (8: bytes), the number of axes; their lengths, 4 bytes each, the high ones first; the values. */
async function readIdx(file: string, axes: number): Promise<{ sizes: number[]; values: Uint8Array }> {
  const raw = await openRaw(file);
  const refuse = (offset: number, expected: string, found: string): never => {
    throw new DamagedFileError(file, offset, { expected, found, remedy: "is this the right file of the set, and whole? Otherwise get it again" });
  };
  const start = 4 + 4 * axes;
  const head = await raw.head(start);
  const magic = [0, 0, 8, axes];
  magic.forEach((byte, at) => {
    if (head[at] !== byte) refuse(at, `an IDX file of bytes with ${axes} ${axes === 1 ? "axis" : "axes"} (${hex(magic)})`, hex(head.subarray(0, 4)));
  });
  if (head.length < start) refuse(head.length, `${start} bytes of header`, `${head.length}`);
  const view = new DataView(head.buffer, head.byteOffset);
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  sizes.forEach((size, axis) => {
    if (size === 0) refuse(4 + 4 * axis, "a length from 1 up", "0");
  });
  const bytes = await raw.all(start + sizes.reduce((product, size) => product * size, 1));
  return { sizes, values: bytes.subarray(start) };
}

const hex = (bytes: ArrayLike<number>): string =>
  bytes.length === 0 ? "nothing" : Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

export interface MnistOptions extends Omit<IdxOptions, "labels"> {
  /** The test set instead of the images for training. */
  readonly test?: boolean;
}

/**
 * MNIST's files in a folder, under any of their usual names, plain or .gz: the 60,000 images for training, or the 10,000 of the test set.
 * Fashion-MNIST and others of this form too. An Error that says what was looked for where they are not there.
 */
export async function mnist(folder: string, { test = false, ...options }: MnistOptions = {}): Promise<Dataset> {
  const [{ readdir }, path] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const names = await readdir(folder);
  const set = test ? "t10k" : "train";
  const find = (what: string, axes: number): string => {
    const usual = `${set}-${what}-idx${axes}-ubyte`;
    const found = names.find((name) => name.replace(/\.gz$/, "").replace(".idx", "-idx") === usual);
    if (found === undefined) throw new Error(`${folder} has no ${usual} or ${usual}.gz: is this the folder of MNIST's files?`);
    return path.join(folder, found);
  };
  const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
  return idxImages(find("images", 3), { classes, labels: find("labels", 1), ...options });
}
