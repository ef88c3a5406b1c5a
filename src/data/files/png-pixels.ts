import { DamagedFileError } from "./damaged.ts";
import { checkedPng, type PngHeader } from "./png-chunks.ts";

export interface PixelOptions {
  readonly channels: 1 | 3;
  /** What shows through, −1…1; undefined where nothing may. */
  readonly background: number | undefined;
}

/** A PNG file's pixels, row by row, as values from −1 to 1. DamagedFileError where it is not whole, TypeError for transparency not asked for. */
export async function pngPixels(file: string, bytes: Uint8Array, header: PngHeader, { channels, background }: PixelOptions): Promise<Float32Array> {
  const checked = await checkedPng(file, bytes, header);
  const { decode } = await import("fast-png");
  const { data, palette, transparency } = decoded(file, () => decode(checked));
  const { width, height, depth } = header;
  const samples = unpacked(data, header);
  const colours = palette ? paletteColours(file, samples, palette) : { values: samples, width: header.samples, top: 2 ** depth - 1 };
  const { values, top } = colours;
  const hasAlpha = colours.width === 2 || colours.width === 4;
  const shown = colours.width - (hasAlpha ? 1 : 0);

  const out = new Float32Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * colours.width;
    // Without an alpha channel, a file may name one colour that is transparent.
    const keyed = !palette && transparency?.length === shown && transparency.every((value, c) => value === values[from + c]);
    const alpha = hasAlpha ? values[from + shown]! / top : keyed ? 0 : 1;
    if (alpha < 1 && background === undefined) {
      const where = `pixel ${pixel % width}, ${Math.floor(pixel / width)}`;
      throw new TypeError(`${file} is transparent at ${where}: give a background, from −1 (black) to 1 (white), that shows through`);
    }
    for (let c = 0; c < channels; c++) {
      const value = values[from + Math.min(c, shown - 1)]! / (top / 2) - 1;
      out[pixel * channels + c] = alpha === 1 ? value : alpha * value + (1 - alpha) * background!;
    }
  }
  return out;
}

function decoded<T>(file: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const words = { expected: "a PNG file", found: (error as Error).message, remedy: "the file is damaged: get it again", cause: error };
    throw new DamagedFileError(file, 0, words);
  }
}

/** One number a sample: those of fewer than 8 bits share bytes, of which each row begins a new one. */
function unpacked(data: ArrayLike<number>, { width, height, depth }: PngHeader): ArrayLike<number> {
  if (depth >= 8) return data;
  const rowBytes = Math.ceil((width * depth) / 8);
  return Uint8Array.from({ length: width * height }, (_, pixel) => {
    const bit = (pixel % width) * depth;
    return (data[Math.floor(pixel / width) * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  });
}

function paletteColours(file: string, samples: ArrayLike<number>, palette: readonly (readonly number[])[]): {
  values: Uint8Array;
  width: number;
  top: number;
} {
  const width = palette[0]?.length ?? 3;
  const values = new Uint8Array(samples.length * width);
  for (let i = 0; i < samples.length; i++) {
    const colour = palette[samples[i]!];
    if (colour === undefined) {
      const words = { expected: `colours of its palette, 0…${palette.length - 1}`, found: `${samples[i]} at pixel ${i}`, remedy: "get it again" };
      throw new DamagedFileError(file, 33, words);
    }
    values.set(colour, i * width);
  }
  return { values, width, top: 255 };
}
