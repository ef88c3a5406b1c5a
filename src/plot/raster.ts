import { base64 } from "./mime.ts";

/** Pixel values row by row, and within a pixel channel by channel. */
export type Pixels = ArrayLike<number>;

export type ImageShape = readonly [height: number, width: number] | readonly [height: number, width: number, channels: 1 | 3];

export interface ImageOptions {
  /** Height and width in pixels, and 3 where the images are RGB. Default: square and gray. */
  readonly shape?: ImageShape;
  /** Side of one image pixel on the screen, a whole number; pixels stay crisp squares. Default: makes images about 96 wide. */
  readonly scale?: number;
  /** Values drawn black and white; those beyond are clamped. Default [-1, 1], and [0, 255] for bytes. What is not finite is drawn red. */
  readonly range?: readonly [number, number];
}

/** Bytes of an image: gray (1 channel) or RGB (3), row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

const notFinite = [214, 39, 40] as const;

/** A picture as a data address, for `mark.pictures`. @throws TypeError where values and shape disagree */
export async function imageUrl(pixels: Pixels, options: ImageOptions = {}): Promise<string> {
  const { encode } = await import("fast-png");
  return `data:image/png;base64,${base64(encode(raster(pixels, options, "the image"), { zlib: { level: 9 } }))}`;
}

/** Values to bytes, each pixel enlarged to a square of `scale`. */
export function raster(pixels: Pixels, options: ImageOptions, name: string): Raster {
  const [rows, columns, channels = 1] = options.shape ?? square(pixels, name);
  if (pixels.length !== rows * columns * channels) {
    throw new TypeError(`${name} has ${pixels.length} values, but shape [${options.shape?.join(", ")}] holds ${rows * columns * channels}`);
  }
  const { scale = Math.max(1, Math.round(96 / columns)) } = options;
  if (!(Number.isInteger(scale) && scale > 0)) throw new RangeError(`scale ${scale}: give a whole number from 1 up`);
  const small = toBytes(pixels, channels, options.range ?? (isBytes(pixels) ? [0, 255] : [-1, 1]));
  const [width, height] = [columns * scale, rows * scale];
  const { channels: drawn } = small;
  const data = new Uint8Array(width * height * drawn);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / scale) * columns + Math.floor(x / scale)) * drawn;
      for (let c = 0; c < drawn; c++) data[(y * width + x) * drawn + c] = small.data[from + c] ?? 0;
    }
  }
  return { width, height, channels: drawn, data };
}

/** Copies an image into a larger one; a gray image into RGB where needed. */
export function blit(image: Raster, canvas: Raster, x: number, y: number): void {
  for (let row = 0; row < image.height; row++) {
    for (let column = 0; column < image.width; column++) {
      const from = (row * image.width + column) * image.channels;
      const to = ((y + row) * canvas.width + x + column) * canvas.channels;
      for (let c = 0; c < canvas.channels; c++) canvas.data[to + c] = image.data[from + Math.min(c, image.channels - 1)] ?? 0;
    }
  }
}

function toBytes(pixels: Pixels, channels: 1 | 3, [low, high]: readonly [number, number]): Pick<Raster, "channels" | "data"> {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low !== high))
    throw new RangeError(`range [${low}, ${high}]: give two finite values, for black and for white`);
  const count = pixels.length / channels;
  const holes = new Set<number>();
  for (let i = 0; i < pixels.length; i++) if (!Number.isFinite(pixels[i])) holes.add(Math.floor(i / channels));
  const drawn = holes.size > 0 ? 3 : channels;
  const data = new Uint8Array(count * drawn);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < drawn; c++) {
      const value = pixels[i * channels + Math.min(c, channels - 1)] ?? Number.NaN;
      data[i * drawn + c] = holes.has(i) ? (notFinite[c] ?? 0) : Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));
    }
  }
  return { channels: drawn, data };
}

function square(pixels: Pixels, name: string): readonly [number, number] {
  const side = Math.sqrt(pixels.length);
  if (Number.isInteger(side) && side > 0) return [side, side];
  throw new TypeError(`${name} has ${pixels.length} values, which make no square: give shape: [height, width] or [height, width, 3]`);
}

const isBytes = (pixels: Pixels): boolean => pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray;
