import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Which cell the running code belongs to. Node 24 follows it through every await; on earlier versions an interrupt of a
 * microtask loop would abort Node while AsyncLocalStorage is in use, so there it is followed through timers only.
 */
export interface CellContext {
  /** The cell that started the running code, or the last one that started. */
  current(): number;
  /** The cell that started the running code, where that is known. */
  known(): number | undefined;
  run<T>(cell: number, body: () => T): T;
  /** The cell that code of unknown origin is attributed to. */
  setLatest(cell: number): void;
}

export function createCellContext(): CellContext {
  let latest = 0;
  const setLatest = (cell: number): void => void (latest = cell);
  if (Number(process.versions.node.split(".")[0]) >= 24) {
    const storage = new AsyncLocalStorage<number>();
    return { current: () => storage.getStore() ?? latest, known: () => storage.getStore(), run: (cell, body) => storage.run(cell, body), setLatest };
  }
  let stacked: number | undefined;
  const start = (cell: number): void => {
    // An interrupt ends `run` without its finally.
    stacked = undefined;
    setLatest(cell);
  };
  return {
    current: () => stacked ?? latest,
    known: () => stacked,
    run(cell, body) {
      const outer = stacked;
      stacked = cell;
      try {
        return body();
      } finally {
        stacked = outer;
      }
    },
    setLatest: start,
  };
}
