import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { cifar10, DamagedFileError, type Dataset, foldIn, idxImages, key, loader, mnist, pngFolder, randint } from "noisebook";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunk, png } from "./png.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "noisebook-data-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

/** What is refused: file, byte and words. */
async function damage(reading: Promise<unknown>): Promise<{ file: string; offset: number; message: string }> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DamagedFileError);
  return error as DamagedFileError;
}

/** Bytes to which the values of a dataset's items belong. */
async function bytesOf(dataset: Dataset, ...indices: number[]): Promise<number[]> {
  const values = await dataset.read(indices);
  return Array.from(values, (value) => {
    const byte = Math.round((value + 1) * 127.5);
    expect(value).toBe(Math.fround(byte / 127.5 - 1));
    return byte;
  });
}

const random = (seed: number, n: number): number[] => [...randint(key(seed), n, 0, 256)];

function idx(sizes: readonly number[], values: readonly number[], magic: readonly number[] = [0, 0, 8, sizes.length]): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.set(magic);
  sizes.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([head, Buffer.from(values)]);
}

describe("IDX", () => {
  const pixels = random(1, 3 * 4 * 5);

  it.each([["plain", (bytes: Buffer) => bytes], ["gzip", (bytes: Buffer) => gzipSync(bytes)]])("%s", async (_, pack) => {
    const images = put("images", pack(idx([3, 4, 5], pixels)));
    const labels = put("labels", pack(idx([3], [7, 0, 9])));
    const dataset = await idxImages(images, { labels });
    expect([dataset.size, dataset.shape]).toEqual([3, [4, 5, 1]]);
    expect(await bytesOf(dataset, 2, 0)).toEqual([...pixels.slice(40), ...pixels.slice(0, 20)]);
    expect([...dataset.labels!([2, 0])]).toEqual([9, 7]);
    expect(() => dataset.read([3])).toThrow(RangeError);
    const wide = await idxImages(images, { labels, frame: [6, 7] });
    expect(wide.shape).toEqual([6, 7, 1]);
    expect((await bytesOf(wide, 1)).filter((byte) => byte > 0)).toEqual(pixels.slice(20, 40).filter((byte) => byte > 0));
    expect([...wide.labels!([1])]).toEqual([0]);
  });

  it("finds MNIST's files under their names", async () => {
    put("train-images-idx3-ubyte.gz", gzipSync(idx([2, 28, 28], random(2, 2 * 784))));
    put("train-labels-idx1-ubyte.gz", gzipSync(idx([2], [4, 2])));
    put("t10k-images.idx3-ubyte", idx([1, 28, 28], random(3, 784)));
    put("t10k-labels.idx1-ubyte", idx([1], [1]));
    const train = await mnist(folder, { frame: [32, 32] });
    expect([train.size, train.shape, train.classes?.length, [...train.labels!([1])]]).toEqual([2, [32, 32, 1], 10, [2]]);
    expect((await mnist(folder, { test: true })).size).toBe(1);
    rmSync(path.join(folder, "t10k-labels.idx1-ubyte"));
    await expect(mnist(folder, { test: true })).rejects.toThrow("has no t10k-labels-idx1-ubyte");
  });

  it.each<[string, Buffer, number, string]>([
    ["labels for images", idx([3], [1, 2, 3]), 3, "expected an IDX file of bytes with 3 axes (00 00 08 03), found 00 00 08 01"],
    ["floats", idx([1, 1, 1], [0, 0, 0, 0], [0, 0, 13, 3]), 2, "found 00 00 0d 03"],
    ["something else", Buffer.from("hello"), 0, "found 68 65 6c 6c"],
    ["nothing", Buffer.alloc(0), 0, "found nothing"],
    ["half a header", idx([3, 4, 5], []).subarray(0, 9), 9, "expected 16 bytes of header, found 9"],
    ["no images", idx([0, 4, 5], []), 4, "expected a length from 1 up, found 0"],
    ["too few pixels", idx([3, 4, 5], pixels.slice(1)), 75, "expected 76 bytes in all, as its header says, found 75"],
    ["too many pixels", idx([3, 4, 5], [...pixels, 0]), 76, "found 77"],
    ["a header of terabytes", idx([2 ** 32 - 1, 2 ** 16, 2 ** 16], pixels), 76, "found 76"],
    ["a packed header of terabytes", gzipSync(idx([2 ** 32 - 1, 2 ** 16, 2 ** 16], pixels)), 108, "at most what a gzip file can hold in"],
    ["too few packed pixels", gzipSync(idx([3, 4, 5], pixels.slice(1))), 75, "found unpacked 75"],
    ["too many packed pixels", gzipSync(idx([3, 4, 5], [...pixels, 0])), 76, "found more when unpacked, at least 77"],
    ["a packed file cut short", gzipSync(idx([3, 4, 5], pixels)).subarray(0, 60), 60, "unexpected end of file"],
  ])("refuses %s", async (_, bytes, offset, message) => {
    const file = put("images", bytes);
    const error = await damage(idxImages(file));
    expect(error.message).toContain(message);
    expect(error.file).toBe(file);
    if (!message.includes("at most")) expect(error.offset).toBe(offset);
  });

  it("finds damage of packed files near its place", async () => {
    const packed = gzipSync(idx([1000, 28, 28], random(4, 784_000)), { level: 1 });
    packed[400_000]! ^= 255;
    const error = await damage(idxImages(put("images", packed)));
    expect(error.message).toMatch(/expected more of a whole gzip file, found damage from about there on/);
    expect(error.offset).toBeGreaterThan(300_000);
  });

  it("refuses labels of another number", async () => {
    const [images, labels] = [put("images", idx([3, 4, 5], pixels)), put("labels", idx([2], [1, 2]))];
    await expect(idxImages(images, { labels })).rejects.toThrow(new TypeError(`${labels} has 2 labels, ${images} 3 images: take those of one set`));
  });
});

describe("CIFAR-10", () => {
  const record = (label: number, seed: number): number[] => [label, ...random(seed, 3072)];
  const pixel = (bytes: readonly number[], at: number): number[] => [bytes[1 + at]!, bytes[1025 + at]!, bytes[2049 + at]!];

  it("reads planes as pixels, from a folder and from files", async () => {
    const records = [1, 2, 3, 4, 5, 6].map((i) => record(i, i));
    records.slice(0, 5).forEach((bytes, i) => put(`data_batch_${i + 1}.bin`, Buffer.from(i === 0 ? [...bytes, ...records[5]!] : bytes)));
    const test = put("test_batch.bin", Buffer.from(record(9, 9)));
    const dataset = await cifar10(folder);
    expect([dataset.size, dataset.shape, [...dataset.labels!([0, 1, 2])]]).toEqual([6, [32, 32, 3], [1, 6, 2]]);
    expect(dataset.classes![6]).toBe("frog");
    const bytes = await bytesOf(dataset, 1, 5);
    for (const at of [0, 33, 1023]) {
      expect(bytes.slice(3 * at, 3 * at + 3)).toEqual(pixel(records[5]!, at));
      expect(bytes.slice(3072 + 3 * at, 3072 + 3 * at + 3)).toEqual(pixel(records[4]!, at));
    }
    expect((await cifar10(folder, { test: true })).labels!([0])[0]).toBe(9);
    expect((await cifar10([test, test])).size).toBe(2);
  });

  it.each<[string, number[], number, string]>([
    ["a file cut short", [...record(1, 1), ...record(2, 2)].slice(0, 5000), 3073, "expected whole records of 3073 bytes, found 1927 of them at the end"],
    ["nothing", [], 0, "found 0 of them"],
    ["labels that are none", [...record(1, 1), ...record(10, 2)], 3073, "expected a label of 0…9, found 10"],
  ])("refuses %s", async (_, bytes, offset, message) => {
    const error = await damage(cifar10([put("data_batch_1.bin", Buffer.from(bytes))]));
    expect(error.offset).toBe(offset);
    expect(error.message).toContain(message);
  });

  it("says what is not there", async () => {
    await expect(cifar10(folder)).rejects.toThrow(/data_batch_1\.bin is not there: .* should have data_batch_1\.bin, .*data_batch_5\.bin/);
  });
});

describe("a folder of PNG files", () => {
  const grey = (...samples: number[]): Buffer => png({ width: 2, height: 1, samples });
  const rgb = (...samples: number[]): Buffer => png({ width: 2, height: 1, type: 2, samples });

  it("comes in the order of names, grey as it is and beside colours as they are", async () => {
    put("b.png", grey(1, 2));
    put("a.PNG", grey(3, 4));
    put("._a.png", Buffer.from("not one"));
    put("notes.txt", Buffer.from("nor this"));
    const dataset = await pngFolder(folder);
    expect([dataset.size, dataset.shape, dataset.labels]).toEqual([2, [1, 2, 1], undefined]);
    expect(await bytesOf(dataset, 0, 1, 0)).toEqual([3, 4, 1, 2, 3, 4]);
    put("c.png", rgb(1, 2, 3, 4, 5, 6));
    const coloured = await pngFolder(folder, { memory: 0 });
    expect(await bytesOf(coloured, 2, 1)).toEqual([1, 2, 3, 4, 5, 6, 1, 1, 1, 2, 2, 2]);
    const { data } = (await loader(coloured, { batch: 3, key: key(0) }).next()).value!;
    expect(data.length).toBe(18);
    await expect(pngFolder(folder, { channels: 1 })).rejects.toThrow(`${path.join(folder, "c.png")} is in colour: take channels: 3`);
  });

  it("has classes where it has folders", async () => {
    put("dogs/1.png", grey(1, 1));
    put("cats/9.png", grey(2, 2));
    put("dogs/2.png", grey(3, 3));
    put("empty/notes.txt", Buffer.alloc(1));
    const dataset = await pngFolder(folder, { channels: 3 });
    expect([dataset.classes, [...dataset.labels!([0, 1, 2])], dataset.shape]).toEqual([["cats", "dogs"], [0, 1, 1], [1, 2, 3]]);
    expect(await bytesOf(dataset, 0, 2)).toEqual([2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]);
  });

  it("gives copies of what it keeps", async () => {
    put("a.png", grey(5, 6));
    const dataset = await pngFolder(folder);
    (await dataset.read([0])).fill(0);
    expect(await bytesOf(dataset, 0)).toEqual([5, 6]);
  });

  it.each([1, 2, 4])("reads grey of %s bits, of which rows begin with a byte each", async (depth) => {
    const top = 2 ** depth - 1;
    const samples = Array.from({ length: 11 * 3 }, (_, i) => (i * 7) % (top + 1));
    put("a.png", png({ width: 11, height: 3, depth, samples }));
    expect(await bytesOf(await pngFolder(folder), 0)).toEqual(samples.map((sample) => (255 * sample) / top));
  });

  it.each([1, 2, 4, 8])("reads palettes of %s bits", async (depth) => {
    const palette = random(1, 3 * 2 ** depth);
    const samples = Array.from({ length: 11 * 3 }, (_, i) => (i * 7) % 2 ** depth);
    put("a.png", png({ width: 11, height: 3, depth, type: 3, samples, palette }));
    expect(await bytesOf(await pngFolder(folder), 0)).toEqual(samples.flatMap((sample) => palette.slice(3 * sample, 3 * sample + 3)));
  });

  it("reads 16 bits", async () => {
    put("a.png", png({ width: 3, height: 1, depth: 16, samples: [0, 65535, 256] }));
    expect([...(await (await pngFolder(folder)).read([0]))]).toEqual([-1, 1, Math.fround(256 / 32767.5 - 1)]);
  });

  it("reads what a usual encoder writes", async () => {
    const data = Uint8Array.from(random(8, 20 * 30 * 3));
    put("a.png", encode({ width: 20, height: 30, data, channels: 3, depth: 8 }));
    expect(await bytesOf(await pngFolder(folder), 0)).toEqual([...data]);
  });

  it.each<[string, Buffer, number[]]>([
    ["grey and alpha", png({ width: 2, height: 1, type: 4, samples: [10, 255, 200, 51] }), [10, 0.2 * 200 + 0.8 * 255]],
    ["RGB and alpha", png({ width: 1, height: 1, type: 6, samples: [10, 20, 30, 0] }), [255, 255, 255]],
    ["a transparent grey", png({ width: 2, height: 1, samples: [9, 7], transparency: [0, 7] }), [9, 255]],
    ["a transparent RGB", png({ width: 1, height: 3, type: 2, samples: [1, 2, 3, 1, 2, 4, 0, 2, 3], transparency: [0, 1, 0, 2, 0, 3] }), [255, 255, 255, 1, 2, 4, 0, 2, 3]],
    ["a palette with alpha", png({ width: 2, height: 1, type: 3, samples: [1, 0], palette: [9, 8, 7, 6, 5, 4], transparency: [0] }), [6, 5, 4, 255, 255, 255]],
  ])("lets a background through %s, or refuses it", async (_, bytes, expected) => {
    const file = put("a.png", bytes);
    const values = await (await pngFolder(folder, { background: 1 })).read([0]);
    expected.forEach((byte, i) => expect(values[i]).toBeCloseTo(byte / 127.5 - 1, 6));
    expect(values.length).toBe(expected.length);
    await expect((await pngFolder(folder)).read([0])).rejects.toThrow(`${file} is transparent at pixel`);
  });

  it("takes what is opaque without a background", async () => {
    put("a.png", png({ width: 1, height: 1, type: 6, samples: [10, 20, 30, 255] }));
    expect(await bytesOf(await pngFolder(folder), 0)).toEqual([10, 20, 30]);
  });

  it("refuses sizes that differ, also of files that changed since", async () => {
    const [a, b] = [put("a.png", grey(1, 2)), put("b.png", png({ width: 1, height: 2, samples: [1, 2] }))];
    await expect(pngFolder(folder)).rejects.toThrow(new TypeError(`${b} is 1 × 2, ${a} is 2 × 1: images of one dataset are of one size`));
    put("b.png", grey(1, 2));
    const dataset = await pngFolder(folder);
    put("b.png", png({ width: 1, height: 1, samples: [1] }));
    await expect(dataset.read([0, 1])).rejects.toThrow(`${b} is 1 × 1`);
  });

  it("refuses an empty folder", async () => {
    await expect(pngFolder(folder)).rejects.toThrow(`no PNG files in ${folder}, nor in its folders`);
  });

  const whole = grey(1, 2);
  const changed = (at: number): Buffer => Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 1 : byte)));
  const header = (width: number, height: number, ...rest: number[]): Buffer => {
    const data = Buffer.alloc(13);
    data.writeUInt32BE(width, 0);
    data.writeUInt32BE(height, 4);
    data.set(rest, 8);
    return Buffer.concat([whole.subarray(0, 8), chunk("IHDR", data), whole.subarray(33)]);
  };

  it.each<[string, Buffer, number, string]>([
    ["what is no PNG", Buffer.from("GIF89a"), 0, "the signature of a PNG file"],
    ["a signature cut short", whole.subarray(0, 5), 5, "found the file's end"],
    ["a header cut short", whole.subarray(0, 20), 20, "expected 33 bytes of header, found 20"],
    ["a size of 0", header(0, 1, 8, 0, 0, 0, 0), 16, "found 0 × 1"],
    ["a header of gigabytes", header(2 ** 31 - 1, 2 ** 31 - 1, 8, 6, 0, 0, 0), 16, "expected an image that"],
    ["a colour type that is none", header(2, 1, 8, 5, 0, 0, 0), 24, "found 8 bits of type 5"],
    ["a depth that is none", header(2, 1, 4, 2, 0, 0, 0), 24, "found 4 bits of type 2"],
    ["interlacing", header(2, 1, 8, 0, 0, 0, 1), 28, "save the image without it"],
    ["a file cut short among its chunks", whole.subarray(0, 40), 33, "expected another chunk, IEND being the last, found 7 bytes"],
    ["a file cut short in a chunk", whole.subarray(0, 50), 33, "bytes of chunk IDAT, found 17 bytes"],
    ["a file without its end", whole.subarray(0, -12), whole.length - 12, "IEND being the last, found 0 bytes"],
    ["a damaged header", changed(19), 8, "chunk IHDR with checksum"],
    ["damaged pixels", changed(45), 33, "chunk IDAT with checksum"],
    ["too many pixels", header(1, 1, 8, 0, 0, 0, 0), 33, "pixels that unpack to 2 bytes, found"],
    ["too few pixels", header(3, 1, 8, 0, 0, 0, 0), 33, "pixels that unpack to 4 bytes, found 3"],
    ["a colour beyond the palette", png({ width: 1, height: 1, type: 3, samples: [2], palette: [1, 2, 3] }), 33, "found 2 at pixel 0"],
  ])("refuses %s", async (_, bytes, offset, message) => {
    const file = put("a.png", bytes);
    const error = await damage(pngFolder(folder).then((dataset) => dataset.read([0])));
    expect(error.message).toContain(message);
    expect([error.file, error.offset]).toEqual([file, offset]);
  });

  it("refuses whatever else becomes of a file's bytes, with the file and a place in it", async () => {
    const samples = random(5, 40);
    const bytes = png({ width: 8, height: 5, type: 3, depth: 4, samples: samples.map((byte) => byte % 9), palette: random(6, 27) });
    let refused = 0;
    for (let round = 0; round < 150; round++) {
      const [place, value] = randint(foldIn(key(2), round), 2, 0, 2 ** 31);
      const file = put("a.png", bytes.with(place! % bytes.length, value! % 256));
      const outcome: unknown = await pngFolder(folder).then((dataset) => dataset.read([0])).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome === undefined) continue;
      expect(outcome).toBeInstanceOf(DamagedFileError);
      expect((outcome as DamagedFileError).file).toBe(file);
      refused++;
    }
    // But for bytes that stay what they are: one in 256.
    expect(refused).toBeGreaterThan(140);
  });

  it("needs none of the chunks that say nothing of pixels, and refuses a bomb", async () => {
    put("a.png", png({ width: 1, height: 1, samples: [3], before: [chunk("iCCP", Buffer.from("x")), chunk("tEXt", Buffer.alloc(3))] }));
    expect(await bytesOf(await pngFolder(folder), 0)).toEqual([3]);
    const bomb = Buffer.concat([whole.subarray(0, 33), chunk("IDAT", deflateSync(Buffer.alloc(10_000_000))), chunk("IEND")]);
    put("a.png", bomb);
    expect((await damage(pngFolder(folder).then((dataset) => dataset.read([0])))).message).toContain("pixels that unpack to 3 bytes");
  });
});
