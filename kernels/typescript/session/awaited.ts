/** What each unfinished cell awaits, under its script's address: see `kernels/typescript/cell/awaits.ts`. */
export class Awaited {
  readonly #values = new Map<string, unknown>();

  held = <T>(url: string, value: T): T => {
    this.#values.set(url, value);
    return value;
  };

  /** The same iterable, each of whose promises is held. */
  heldEach = <T>(url: string, iterable: AsyncIterable<T> | Iterable<T>): AsyncIterable<T> | Iterable<T> => {
    const open = (iterable as Partial<AsyncIterable<T>> | null | undefined)?.[Symbol.asyncIterator];
    if (typeof open !== "function") return iterable;
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = open.call(iterable) as AsyncIterator<T>;
        const close = iterator.return;
        return {
          next: () => this.held(url, iterator.next()),
          ...(close && { return: () => this.held(url, close.call(iterator)) }),
        };
      },
    };
  };

  finished(url: string): void {
    this.#values.delete(url);
  }

  clear(): void {
    this.#values.clear();
  }
}
