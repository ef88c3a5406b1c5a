type Iterator<T> = AsyncIterableIterator<T, undefined, undefined> & { return(): Promise<IteratorReturnResult<undefined>> };

/**
 * What `begin` begins, in its order, with up to `ahead` under way before they are asked for; undefined is the end. Work starts when the
 * first is asked for, and after that once the consumer has let go of the thread, so that what it does comes first.
 */
export function prefetched<T>(begin: () => Promise<T> | undefined, ahead: number): Iterator<T> {
  const underWay: Promise<T>[] = [];
  let ended = false;
  let filling = false;
  const end = { done: true, value: undefined } as const;

  function start(): Promise<T> | undefined {
    const begun = begin();
    // Its error is told when it is asked for; until then it is nobody's.
    begun?.catch(() => undefined);
    return begun;
  }

  function fill(): void {
    filling = false;
    if (ended || underWay.length >= ahead) return;
    const begun = start();
    if (begun === undefined) return;
    underWay.push(begun);
    fillSoon();
  }

  function fillSoon(): void {
    if (filling || ended || underWay.length >= ahead) return;
    filling = true;
    setTimeout(fill, 0);
  }

  return {
    async next() {
      if (ended) return end;
      // What was to fill is late, or a notebook's interrupt has ended it with the timers of its cell.
      if (underWay.length === 0) filling = false;
      const begun = underWay.shift() ?? start();
      if (begun === undefined) {
        ended = true;
        return end;
      }
      fillSoon();
      try {
        return { done: false, value: await begun };
      } catch (error) {
        ended = true;
        underWay.length = 0;
        throw error;
      }
    },
    return() {
      ended = true;
      underWay.length = 0;
      return Promise.resolve(end);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
