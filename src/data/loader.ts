import { type Key } from "../random/index.ts";
import { type Dataset, itemSize } from "./dataset.ts";
import { flipImages } from "./flip.ts";
import { checkPosition, orderOf, type Position } from "./order.ts";
import { prefetched } from "./prefetch.ts";

export interface LoaderOptions {
  /** Items in a batch. */
  readonly batch: number;
  /** Of the order and of what is flipped; a drawn dataset has a key of its own. */
  readonly key: Key;
  /** Batches read ahead; 2 unless told, 0 reads each when it is asked for. */
  readonly prefetch?: number;
  /** Each epoch in an order of its own, by key: so unless told otherwise. Items drawn without end come by their number. */
  readonly shuffle?: boolean;
  /** Whether an epoch's last batch is left out where it is not whole: so unless told otherwise. */
  readonly drop?: boolean;
  /** Mirrors each image, by key, with probability ½: not unless told. */
  readonly flip?: boolean;
  /** Where to begin: the `next` of the last batch that was used. The batches from there on are what they would have been. */
  readonly from?: Position;
  /** How many times round; without end unless told. */
  readonly epochs?: number;
}

/** Plain numbers of n items; whoever trains puts them into tensors. */
export interface Batch {
  /** n items, row by row. */
  readonly data: Float32Array;
  /** [n, …shape of an item] */
  readonly shape: readonly number[];
  readonly labels?: Int32Array;
  /** The items' numbers in the dataset. */
  readonly indices: Uint32Array;
  /** This batch's own place. */
  readonly position: Position;
  /** The place of the batch after it: what a checkpoint keeps, to be given as `from`. */
  readonly next: Position;
}

/** Batches, once through; `return()` ends it, and nothing is read any more. */
export interface Loader extends AsyncIterableIterator<Batch, undefined, undefined> {
  /** Infinity where items are drawn without end. */
  readonly batchesPerEpoch: number;
  return(): Promise<IteratorReturnResult<undefined>>;
}

/**
 * Batches of a dataset, read ahead while the consumer is at work. An error of the source is thrown where its batch would have come, and ends
 * the loader.
 *
 *     for await (const { data, shape } of loader(dataset, { batch: 64, key: key(0), epochs: 3 })) …
 *
 * Throws a RangeError for options out of range, a TypeError where flip is asked for what is no image, or a source breaks its own shape.
 */
export function loader(dataset: Dataset, options: LoaderOptions): Loader {
  const { batch, key, prefetch = 2, shuffle = true, drop = true, flip = false, from = { epoch: 0, batch: 0 }, epochs = Infinity } = options;
  const { name, shape } = dataset;
  if (!(Number.isInteger(prefetch) && prefetch >= 0)) throw new RangeError(`${prefetch} batches ahead: a whole number from 0 up is needed`);
  if (!(epochs >= 0)) throw new RangeError(`${epochs} epochs: a number from 0 up is needed`);
  if (flip && shape.length !== 3) throw new TypeError(`flip with items of shape [${shape.join(", ")}]: only images can be mirrored`);
  const order = orderOf(dataset, { batch, key, shuffle, drop });
  checkPosition(from, order, name);

  async function read(position: Position): Promise<Batch> {
    const indices = order.indices(position);
    const data = await dataset.read(indices);
    const length = indices.length * itemSize(dataset);
    if (data.length !== length) {
      throw new TypeError(`${name} gave ${data.length} values for ${indices.length} items of shape [${shape.join(", ")}]: ${length} are needed`);
    }
    if (flip) flipImages(data, shape, order.flips(position));
    const labels = dataset.labels?.(indices);
    return { data, shape: [indices.length, ...shape], ...(labels && { labels }), indices, position, next: order.next(position) };
  }

  let place = from;
  function begin(): Promise<Batch> | undefined {
    if (place.epoch >= epochs) return undefined;
    const position = place;
    place = order.next(position);
    return read(position);
  }

  return Object.assign(prefetched(begin, prefetch), { batchesPerEpoch: order.batchesPerEpoch });
}
