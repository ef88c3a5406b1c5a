import path from "node:path";
import { writeDurably } from "../../src/checkpoint/durable.ts";
import { type Plot, imageGrid, mark, plot } from "../../src/plot/index.ts";
import { displaySymbol } from "../../src/plot/mime.ts";
import { CommandError, exitCodes, messageOf } from "../client/exit-codes.ts";

export const sampleFormats = [".png", ".npy", ".json"] as const;

/** Writes samples, whole or not at all, in the format of the file's ending: a grid of pictures (or of points, a plot), NumPy's array, or JSON. */
export async function writeSamples(file: string, samples: Float64Array, shape: readonly number[], about: Readonly<Record<string, unknown>>): Promise<void> {
  const whole = [samples.length / shape.reduce((product, axis) => product * axis, 1), ...shape];
  const contents = {
    ".png": () => picture(samples, shape),
    ".npy": () => npy(Float32Array.from(samples), whole),
    ".json": () => Buffer.from(`${JSON.stringify({ ...about, shape: whole, samples: Array.from(samples, Math.fround) })}\n`),
  }[path.extname(file) as (typeof sampleFormats)[number]];
  const bytes = await contents();
  await writeDurably(file, [bytes]).catch((error: unknown) => {
    throw new CommandError(messageOf(error), exitCodes.cannotWrite, { cause: error });
  });
}

async function picture(samples: Float64Array, shape: readonly number[]): Promise<Buffer> {
  const shown = shape.length === 3 ? imageGrid(samples, { shape: shape as [number, number, 1 | 3] }) : points(samples, shape[0]!);
  const { "image/png": png } = await shown[displaySymbol]();
  return Buffer.from(png as string, "base64");
}

function points(samples: Float64Array, dimensions: number): Plot {
  if (dimensions > 2) throw new CommandError(`points of ${dimensions} coordinates make no picture: take .npy or .json`, exitCodes.usage);
  const column = (i: number): Float64Array => samples.filter((_, at) => at % dimensions === i);
  if (dimensions === 1) return plot({ marks: [mark.histogram({ x: samples }, { x: "x" })] });
  return plot({ width: 360, height: 360, marks: [mark.points({ x: column(0), y: column(1) }, { x: "x", y: "y", size: 12 })] });
}

/** NumPy's format 1.0: magic, version, the header's length, a dictionary padded to 64 bytes, and the values, little-endian. */
export function npy(values: Float32Array, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((dictionary.length + 11) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, " ");
  header.write("\u0093NUMPY\u0001\u0000", "latin1");
  header.writeUInt16LE(length, 8);
  header.write(dictionary, 10, "latin1");
  header.write("\n", 9 + length, "latin1");
  return Buffer.concat([header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}
