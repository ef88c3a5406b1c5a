import type { DecodedPng } from "fast-png";

/** A picture as 8-bit RGBA, row by row: 4 · width · height bytes. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Decodes a PNG of any kind. @throws whatever the decoder says of a damaged one */
export async function decodePixels(png: Uint8Array): Promise<Pixels> {
  const { decode } = await import("fast-png");
  const image = decode(png);
  return { width: image.width, height: image.height, data: toRgba(image) };
}

/** Encodes a picture as PNG. */
export async function encodePixels({ width, height, data }: Pixels): Promise<Uint8Array> {
  const { encode } = await import("fast-png");
  return encode({ width, height, data, channels: 4, depth: 8 });
}

function toRgba(image: DecodedPng): Uint8Array {
  const { width, height, data, depth, channels, palette } = image;
  const rgba = new Uint8Array(width * height * 4);
  if (palette) {
    const bits = depth as number;
    const rowBytes = Math.ceil((width * bits) / 8);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const byte = data[y * rowBytes + Math.floor((x * bits) / 8)];
        const index = (byte >> (8 - bits - ((x * bits) % 8))) & (2 ** bits - 1);
        const [r, g, b, a = 255] = palette[index] ?? [0, 0, 0];
        rgba.set([r, g, b, a], (y * width + x) * 4);
      }
    }
    return rgba;
  }
  const scale = 255 / (2 ** depth - 1);
  const packed = depth < 8;
  const rowBytes = Math.ceil((width * depth) / 8);
  const sample = (x: number, y: number, channel: number): number => {
    if (!packed) return Math.round(data[(y * width + x) * channels + channel] * scale);
    return Math.round(((data[y * rowBytes + Math.floor((x * depth) / 8)] >> (8 - depth - ((x * depth) % 8))) & (2 ** depth - 1)) * scale);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const grey = channels < 3;
      rgba[at] = sample(x, y, 0);
      rgba[at + 1] = grey ? rgba[at] : sample(x, y, 1);
      rgba[at + 2] = grey ? rgba[at] : sample(x, y, 2);
      rgba[at + 3] = channels === 2 || channels === 4 ? sample(x, y, channels - 1) : 255;
    }
  }
  return rgba;
}
