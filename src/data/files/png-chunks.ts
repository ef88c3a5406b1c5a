import { DamagedFileError } from "./damaged.ts";
import { LARGEST_RATIO } from "./raw.ts";

/** What a PNG file says of itself at its beginning. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** Samples of a pixel in the file: 1, 2 (grey, alpha), 3 or 4; 1 with a palette. */
  readonly samples: 1 | 2 | 3 | 4;
  /** Whether pixels are colours, be it by a palette. */
  readonly colour: boolean;
}

/** Bytes that parsePngHeader needs. */
export const HEADER_BYTES = 33;

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const remedy = "the file is damaged or no PNG: get it again, or take it out of the folder";

/** Colour types of PNG: samples a pixel, and the depths that they may have. */
const colourTypes: Readonly<Record<number, { samples: 1 | 2 | 3 | 4; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** Reads the beginning of a file of `size` bytes. DamagedFileError for what is no PNG, or claims more pixels than its bytes can hold. */
export function parsePngHeader(file: string, head: Uint8Array, size: number): PngHeader {
  const refuse = (offset: number, expected: string, found: string, way = remedy): never => {
    throw new DamagedFileError(file, offset, { expected, found, remedy: way });
  };
  const odd = signature.findIndex((byte, at) => head[at] !== byte);
  if (odd >= 0) refuse(odd, "the signature of a PNG file", odd < head.length ? "another byte" : "the file's end");
  if (head.length < HEADER_BYTES) refuse(head.length, `${HEADER_BYTES} bytes of header`, `${head.length}`);
  const view = new DataView(head.buffer, head.byteOffset);
  if (view.getUint32(8) !== 13 || chunkName(head, 12) !== "IHDR") refuse(8, "IHDR, of 13 bytes", `${chunkName(head, 12)}, of ${view.getUint32(8)}`);
  const [width, height, depth, type] = [view.getUint32(16), view.getUint32(20), view.getUint8(24), view.getUint8(25)];
  if (width === 0 || height === 0) refuse(16, "a width and a height from 1 up", `${width} × ${height}`);
  const known = colourTypes[type];
  if (!known?.depths.includes(depth)) return refuse(24, "a depth and a colour type that PNG has", `${depth} bits of type ${type}`);
  if (view.getUint8(28) !== 0) refuse(28, "no interlacing", "Adam7", "save the image without it");
  const header = { width, height, depth: depth as PngHeader["depth"], samples: known.samples, colour: type === 2 || type === 3 || type === 6 };
  const needed = scanBytes(header);
  if (needed > LARGEST_RATIO * size) refuse(16, `an image that ${size} bytes can hold`, `${width} × ${height}, of ${needed} bytes`);
  return header;
}

/** Bytes of all rows, each with its filter's number before it. */
export const scanBytes = ({ width, height, depth, samples }: PngHeader): number => height * (1 + Math.ceil((width * depth * samples) / 8));

/** A file with its essential chunks alone, each of which is whole, and the packed rows by themselves. DamagedFileError otherwise. */
export async function checkedPng(file: string, bytes: Uint8Array, header: PngHeader): Promise<Uint8Array> {
  const { crc32, inflateSync } = await import("node:zlib");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const packed: Uint8Array[] = [];
  let at = 8;
  for (let name = ""; name !== "IEND"; ) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : 0;
    const end = at + 12 + length;
    if (end > bytes.length) {
      const expected = at + 12 <= bytes.length ? `${length + 12} bytes of chunk ${chunkName(bytes, at + 4)}` : "another chunk, IEND being the last";
      throw new DamagedFileError(file, at, { expected, found: `${bytes.length - at} bytes`, remedy });
    }
    name = chunkName(bytes, at + 4);
    const sum = crc32(bytes.subarray(at + 4, end - 4));
    if (sum !== view.getUint32(end - 4)) {
      const words = { expected: `chunk ${name} with checksum ${view.getUint32(end - 4).toString(16)}`, found: sum.toString(16), remedy };
      throw new DamagedFileError(file, at, words);
    }
    if (["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].includes(name)) kept.push(bytes.subarray(at, end));
    if (name === "IDAT") packed.push(bytes.subarray(at + 8, end - 4));
    at = end;
  }
  const needed = scanBytes(header);
  const wrong = (found: string, cause?: unknown) =>
    new DamagedFileError(file, HEADER_BYTES, { expected: `pixels that unpack to ${needed} bytes`, found, remedy, cause });
  try {
    const { length } = inflateSync(Buffer.concat(packed), { maxOutputLength: needed });
    if (length !== needed) throw wrong(`${length}`);
  } catch (error) {
    throw error instanceof DamagedFileError ? error : wrong((error as Error).message, error);
  }
  return Buffer.concat(kept);
}

const chunkName = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + 4)).replace(/[^A-Za-z]/g, "?");
