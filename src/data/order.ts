import { type Key, foldIn, permutation, split, uniform } from "../random/index.ts";
import { type Dataset } from "./dataset.ts";

/** A place in a loader's data: the batch of this number, of this time round the data; both count from 0. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
}

/** Which items each batch has. It depends on the key and the place alone, so it can be taken up at any place. */
export interface Order {
  /** Infinity where items are drawn without end: then there is one epoch. */
  readonly batchesPerEpoch: number;
  indices(position: Position): Uint32Array<ArrayBuffer>;
  /** Of each image of the batch, whether it is to be mirrored. */
  flips(position: Position): boolean[];
  next(position: Position): Position;
}

export interface OrderOptions {
  readonly batch: number;
  readonly key: Key;
  readonly shuffle: boolean;
  readonly drop: boolean;
}

export function orderOf({ name, size }: Pick<Dataset, "name" | "size">, { batch, key, shuffle, drop }: OrderOptions): Order {
  if (!(Number.isInteger(batch) && batch >= 1)) throw new RangeError(`batches of ${batch}: a whole number from 1 up is needed`);
  if (size === 0) throw new RangeError(`${name} has no items`);
  if (drop && batch > size) {
    throw new RangeError(`batches of ${batch} from the ${size} items of ${name}: none is whole; take ${size} or fewer, or let a loader keep what is left over (drop: false)`);
  }
  const [orderKey, flipKey] = split(key);
  const batchesPerEpoch = drop ? Math.floor(size / batch) : Math.ceil(size / batch);
  let shuffled: { epoch: number; order: Int32Array } | undefined;

  function sizeAt(at: number): number {
    return Math.min(batch, size - at * batch);
  }

  function indices({ epoch, batch: at }: Position): Uint32Array<ArrayBuffer> {
    const first = at * batch;
    const n = sizeAt(at);
    if (first + n > 2 ** 32) throw new RangeError(`batch ${at} of ${name}: its items would go beyond the 2^32 that a key can number`);
    if (!shuffle || size === Infinity) return Uint32Array.from({ length: n }, (_, i) => first + i);
    if (shuffled?.epoch !== epoch) shuffled = { epoch, order: permutation(foldIn(orderKey, epoch), size) };
    return Uint32Array.from(shuffled.order.subarray(first, first + n));
  }

  return {
    batchesPerEpoch,
    indices,
    flips: ({ epoch, batch: at }) => Array.from(uniform(foldIn(foldIn(flipKey, epoch), at), sizeAt(at)), (u) => u < 0.5),
    next: ({ epoch, batch: at }) => (at + 1 < batchesPerEpoch ? { epoch, batch: at + 1 } : { epoch: epoch + 1, batch: 0 }),
  };
}

/** Throws a RangeError for a place that these data do not have. */
export function checkPosition({ epoch, batch }: Position, { batchesPerEpoch }: Order, name: string): void {
  if (!(Number.isInteger(epoch) && epoch >= 0 && Number.isInteger(batch) && batch >= 0 && batch < batchesPerEpoch)) {
    throw new RangeError(
      `batch ${batch} of epoch ${epoch} of ${name}: its epochs have batches 0…${batchesPerEpoch - 1}; are data and batch size as they were saved?`,
    );
  }
}
