import { checkIndices, type Dataset, itemSize, labelled } from "../dataset.ts";

interface Stored extends Pick<Dataset, "name" | "size" | "shape" | "classes"> {
  readonly labels?: ArrayLike<number> | undefined;
  /** Puts one item's values into `out`. */
  fill(index: number, out: Float32Array): void;
}

/** Items that are in memory in a form of their own. */
export function storedDataset({ name, size, shape, classes, labels, fill }: Stored): Dataset {
  const length = itemSize({ shape });
  const dataset: Dataset = {
    name,
    size,
    shape,
    ...(classes && { classes }),
    read(indices) {
      checkIndices(dataset, indices);
      const out = new Float32Array(indices.length * length);
      for (let i = 0; i < indices.length; i++) fill(indices[i]!, out.subarray(i * length, (i + 1) * length));
      return out;
    },
    ...(labels && labelled(() => dataset, labels)),
  };
  return dataset;
}

/** The values of bytes: b/127.5 − 1 (Ho et al. 2020, section 3.3). */
export const byteValues = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);
