/** Numbers of items: 0…size − 1, or 0…2^32 − 1 where items are drawn without end. */
export type Indices = ArrayLike<number>;

/** Items of one shape, each had by its number. The same number gives the same item, so an order of numbers is an order of data. */
export interface Dataset {
  /** For messages: a title, or the file. */
  readonly name: string;
  /** How many items there are; Infinity where they are drawn without end. */
  readonly size: number;
  /** Of one item: [height, width, channels] for images, [d] for points. */
  readonly shape: readonly number[];
  /** What the labels 0, 1, … stand for. */
  readonly classes?: readonly string[];
  /**
   * The items one after the other, row by row; images from −1 (black) to 1 (white). The array is the caller's to change.
   * RangeError for a number that no item has.
   */
  read(indices: Indices): Float32Array | Promise<Float32Array>;
  /** Their classes. */
  labels?(indices: Indices): Int32Array;
}

/** The number of values of one item. */
export const itemSize = ({ shape }: Pick<Dataset, "shape">): number => shape.reduce((size, axis) => size * axis, 1);

export function checkIndices({ name, size }: Pick<Dataset, "name" | "size">, indices: Indices): void {
  const end = Math.min(size, 2 ** 32);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < end)) throw new RangeError(`item ${index} of ${name}: 0…${end - 1} are there`);
  }
}

export interface ArrayDatasetOptions {
  /** Of one item. */
  readonly shape: readonly number[];
  readonly name?: string;
  /** One an item. */
  readonly labels?: ArrayLike<number>;
  readonly classes?: readonly string[];
}

/** What is in memory already: items one after the other, row by row, taken as they are. TypeError where the lengths do not fit. */
export function arrayDataset(values: ArrayLike<number>, { shape, name = "an array", labels, classes }: ArrayDatasetOptions): Dataset {
  const length = itemSize({ shape });
  if (!(length > 0 && values.length % length === 0)) {
    throw new TypeError(`${values.length} values of ${name} are no whole number of items of shape [${shape.join(", ")}] (${length} values)`);
  }
  const size = values.length / length;
  if (labels && labels.length !== size) throw new TypeError(`${labels.length} labels for ${size} items of ${name}: give each item one`);
  const data = Float32Array.from(values);
  const dataset: Dataset = {
    name,
    size,
    shape: [...shape],
    ...(classes && { classes }),
    read(indices) {
      checkIndices(dataset, indices);
      const out = new Float32Array(indices.length * length);
      for (let i = 0; i < indices.length; i++) out.set(data.subarray(indices[i]! * length, (indices[i]! + 1) * length), i * length);
      return out;
    },
    ...(labels && labelled(() => dataset, Int32Array.from(labels))),
  };
  return dataset;
}

/** Labels that are known as an array. */
export function labelled(dataset: () => Dataset, labels: ArrayLike<number>): Required<Pick<Dataset, "labels">> {
  return {
    labels(indices) {
      checkIndices(dataset(), indices);
      return Int32Array.from(indices, (index) => labels[index]!);
    },
  };
}

/**
 * Items start…end − 1 of a dataset as one of their own, so that some can be held out. Without `end`, all from `start` on. RangeError unless
 * 0 ≤ start < end ≤ size.
 */
export function part(dataset: Dataset, start: number, end = dataset.size): Dataset {
  if (!(Number.isInteger(start) && (Number.isInteger(end) || end === Infinity) && 0 <= start && start < end && end <= dataset.size)) {
    throw new RangeError(`items ${start}…${end - 1} of ${dataset.name}: whole numbers with 0 ≤ start < end ≤ ${dataset.size} are needed`);
  }
  const { shape, classes } = dataset;
  const moved = (indices: Indices): Indices => {
    checkIndices(selection, indices);
    return Float64Array.from(indices, (index) => index + start);
  };
  const selection: Dataset = {
    name: `${dataset.name} from ${start}`,
    size: end - start,
    shape,
    ...(classes && { classes }),
    read: (indices) => dataset.read(moved(indices)),
    ...(dataset.labels && { labels: (indices: Indices) => dataset.labels!(moved(indices)) }),
  };
  return selection;
}
