import { type Dataset, type Indices } from "./dataset.ts";

/**
 * Images in the middle of a frame of another size: smaller ones get a border of `fill` (−1, black, unless told), larger ones lose theirs.
 * Where a border has an odd number of pixels, the smaller half is above and on the left. So MNIST's 28 × 28 become 32 × 32 with `[32, 32]`.
 * TypeError where items are no images of [height, width, channels].
 */
export function framed(dataset: Dataset, [height, width]: readonly [height: number, width: number], { fill = -1 } = {}): Dataset {
  const { name, size, shape, classes } = dataset;
  const [rows, columns, channels] = shape;
  if (shape.length !== 3) throw new TypeError(`items of ${name} have shape [${shape.join(", ")}]: images of [height, width, channels] are needed`);
  for (const axis of [height, width]) {
    if (!(Number.isInteger(axis) && axis > 0)) throw new RangeError(`a frame of ${height} × ${width}: whole numbers from 1 up are needed`);
  }
  const down = Math.trunc((height - rows!) / 2);
  const right = Math.trunc((width - columns!) / 2);
  const [firstRow, endRow] = [Math.max(0, -down), Math.min(rows!, height - down)];
  const [first, end] = [Math.max(0, -right), Math.min(columns!, width - right)];

  function frame(images: Float32Array, n: number): Float32Array {
    const out = new Float32Array(n * height * width * channels!).fill(fill);
    for (let image = 0; image < n; image++) {
      for (let row = firstRow; row < endRow; row++) {
        const from = (image * rows! + row) * columns!;
        const to = (image * height + row + down) * width + right;
        out.set(images.subarray((from + first) * channels!, (from + end) * channels!), (to + first) * channels!);
      }
    }
    return out;
  }

  return {
    name,
    size,
    shape: [height, width, channels!],
    ...(classes && { classes }),
    read(indices) {
      const images = dataset.read(indices);
      return images instanceof Promise ? images.then((read) => frame(read, indices.length)) : frame(images, indices.length);
    },
    ...(dataset.labels && { labels: (indices: Indices) => dataset.labels!(indices) }),
  };
}
