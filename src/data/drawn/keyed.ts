import { type Key, foldIn } from "../../random/index.ts";
import { checkIndices, type Dataset, itemSize } from "../dataset.ts";

export interface KeyedOptions {
  /** Item i is drawn by foldIn(key, i). */
  readonly key: Key;
  /** How many items there are; without end unless told. */
  readonly count?: number;
}

interface Drawing {
  readonly name: string;
  readonly shape: readonly number[];
  readonly classes?: readonly string[];
  draw(key: Key, out: Float32Array): void;
  label?(key: Key): number;
}

/** Items that are drawn when they are read, each by a key of its own. */
export function keyedDataset({ key, count = Infinity }: KeyedOptions, { name, shape, classes, draw, label }: Drawing): Dataset {
  if (!(count === Infinity || (Number.isInteger(count) && count >= 1 && count <= 2 ** 32))) {
    throw new RangeError(`${count} items of ${name}: a whole number of 1…2^32 is needed, or Infinity`);
  }
  const length = itemSize({ shape });
  const dataset: Dataset = {
    name,
    size: count,
    shape,
    ...(classes && { classes }),
    read(indices) {
      checkIndices(dataset, indices);
      const out = new Float32Array(indices.length * length);
      for (let i = 0; i < indices.length; i++) draw(foldIn(key, indices[i]!), out.subarray(i * length, (i + 1) * length));
      return out;
    },
    ...(label && {
      labels(indices) {
        checkIndices(dataset, indices);
        return Int32Array.from(indices, (index) => label(foldIn(key, index)));
      },
    }),
  };
  return dataset;
}
