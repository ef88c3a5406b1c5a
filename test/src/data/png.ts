import { crc32, deflateSync } from "node:zlib";

export interface TestPng {
  width: number;
  height: number;
  depth?: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  type?: number;
  /** Samples, pixel by pixel. */
  samples: readonly number[];
  palette?: readonly number[];
  transparency?: readonly number[];
  interlace?: number;
  /** Chunks before the pixels. */
  before?: readonly Buffer[];
}

export function chunk(name: string, data: Uint8Array = new Uint8Array(0)): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A PNG file by the words of its standard, its rows not filtered. */
export function png({ width, height, depth = 8, type = 0, samples, palette, transparency, interlace = 0, before = [] }: TestPng): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, interlace], 8);
  const perRow = width * samplesOf[type]!;
  const rows = Array.from({ length: height }, (_, y) => {
    const bits = samples.slice(y * perRow, (y + 1) * perRow).map((sample) => sample.toString(2).padStart(depth, "0")).join("");
    const bytes = bits.match(/.{1,8}/g)!.map((byte) => parseInt(byte.padEnd(8, "0"), 2));
    return Buffer.from([0, ...bytes]);
  });
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    ...before,
    ...(palette ? [chunk("PLTE", Buffer.from(palette))] : []),
    ...(transparency ? [chunk("tRNS", Buffer.from(transparency))] : []),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND"),
  ]);
}
