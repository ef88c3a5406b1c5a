import { decode } from "fast-png";
import { expect, it } from "vitest";
import { imageGrid, imageUrl } from "../../../src/plot/index.ts";
import { show } from "./lab.ts";

const pixelsOf = async (grid: object) => {
  const { data, width, height, channels } = decode(Buffer.from((await show(grid))["image/png"] ?? "", "base64"));
  return {
    width,
    height,
    channels,
    at: (x: number, y: number) => [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)],
  };
};

it("draws each pixel as an exact square, with thin white gaps", async () => {
  const { width, height, channels, at } = await pixelsOf(
    imageGrid(
      [
        [-1, 1, 0, 0.5],
        [1, 1, 1, -1],
      ],
      { columns: 2, scale: 3, gap: 2 },
    ),
  );
  expect([width, height, channels]).toEqual([14, 6, 1]);
  expect([at(0, 0), at(2, 2), at(3, 0), at(0, 3), at(3, 3), at(5, 5)]).toEqual([[0], [0], [255], [128], [191], [191]]);
  expect([at(6, 0), at(7, 5)]).toEqual([[255], [255]]);
  expect([at(8, 0), at(11, 3), at(13, 5)]).toEqual([[255], [0], [0]]);
});

it("takes RGB, bytes and a whole batch in one array", async () => {
  const { channels, at } = await pixelsOf(
    imageGrid(Uint8Array.of(255, 0, 10, 0, 128, 0), { shape: [1, 1, 3], scale: 2, columns: 2, gap: 0 }),
  );
  expect(channels).toBe(3);
  expect([at(0, 0), at(1, 1), at(2, 0)]).toEqual([
    [255, 0, 10],
    [255, 0, 10],
    [0, 128, 0],
  ]);
});

it("clamps to the range and shows what is not finite in red", async () => {
  const { at } = await pixelsOf(imageGrid([Float32Array.of(-7, 9, Number.NaN, 0)], { scale: 1, range: [0, 1] }));
  expect([at(0, 0), at(1, 0), at(0, 1), at(1, 1)]).toEqual([
    [0, 0, 0],
    [255, 255, 255],
    [214, 39, 40],
    [0, 0, 0],
  ]);
});

it("puts labels and a title around the images and leaves the pixels exact", async () => {
  const image = Float64Array.of(-1, 1, 1, -1);
  const plain = await pixelsOf(imageGrid([image, image], { columns: 2, scale: 20, gap: 4 }));
  const labelled = await pixelsOf(
    imageGrid([image, image], { columnLabels: ["t = 0", "t = 1"], rowLabels: ["linear"], title: "ᾱₜ <&>", scale: 20 }),
  );
  const { width, height, at } = labelled;
  expect(width).toBeGreaterThan(plain.width);
  const left = width - 12 - plain.width;
  const top = height - 12 - plain.height;
  for (const [x, y] of [
    [0, 0],
    [19, 19],
    [20, 0],
    [39, 39],
    [44, 0],
    [83, 39],
  ] as const)
    expect(at(left + x, top + y)).toEqual(plain.at(x, y));
  const dark = (x0: number, x1: number, y0: number, y1: number) => {
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if ((at(x, y)[0] ?? 255) < 100) return true;
    return false;
  };
  expect(dark(12, left - 8, top, top + 40)).toBe(true);
  expect(dark(left, left + 40, top - 24, top - 4)).toBe(true);
  expect(dark(12, 60, 10, 32)).toBe(true);
});

it("makes a picture's address", async () => {
  const [head, body] = (await imageUrl([-1, 1, 1, -1], { scale: 2 })).split(",");
  expect(head).toBe("data:image/png;base64");
  expect(decode(Buffer.from(body ?? "", "base64"))).toMatchObject({ width: 4, height: 4, channels: 1 });
});

it("says what is wrong", () => {
  expect(() => imageGrid([])).toThrow(/no images/);
  expect(() => imageGrid([[1, 2, 3]])).toThrow(/image 0 has 3 values, which make no square/);
  expect(() => imageGrid([[1, 2, 3]], { shape: [2, 2] })).toThrow("image 0 has 3 values, but shape [2, 2] holds 4");
  expect(() => imageGrid([[1], [1, 2, 3, 4]], { scale: 2 })).toThrow(/image 1 is not of the size/);
  expect(() => imageGrid(new Float64Array(4))).toThrow(/needs shape/);
  expect(() => imageGrid(new Float64Array(5), { shape: [2, 2] })).toThrow(/5 values are no whole number of images/);
  expect(() => imageGrid([[1]], { scale: 0.5 })).toThrow(/scale 0.5/);
  expect(() => imageGrid([[1]], { range: [1, 1] })).toThrow(/range \[1, 1\]/);
  expect(() => imageGrid([[1], [1]], { columnLabels: ["a", "b"], rowLabels: ["a", "b"] })).toThrow("2 row labels for 1 rows");
  expect(() => imageGrid([[1]], { columns: 0 })).toThrow(/0 columns/);
});
