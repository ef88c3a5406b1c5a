import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Which cell the running code belongs to. Node 24 follows it through every await; on earlier versions an interrupt of a
 * microtask loop would abort Node while AsyncLocalStorage is in use, so there it is followed through timers only.
 */
export interface CellContext {
  /** The cell that started the running code, or the last one that started. */
  current(): number;
  /** The cell that an error which nobody caught comes from, where that is known. */
  origin(error: unknown): number | undefined;
  run<T>(cell: number, body: () => T): T;
  /** The cell that code of unknown origin is attributed to. */
  setLatest(cell: number): void;
}

export function createCellContext(): CellContext {
  let latest = 0;
  const setLatest = (cell: number): void => void (latest = cell);
  let thrown: { readonly error: unknown; readonly cell: number } | undefined;
  const originOf = (error: unknown): number | undefined => (thrown?.error === error ? thrown?.cell : undefined);
  const noted = <T>(cell: number, body: () => T): T => {
    try {
      return body();
    } catch (error) {
      thrown = { error, cell };
      throw error;
    }
  };
  if (Number(process.versions.node.split(".")[0]) >= 24) {
    const storage = new AsyncLocalStorage<number>();
    return { current: () => storage.getStore() ?? latest, origin: (error) => originOf(error) ?? storage.getStore(), run: (cell, body) => storage.run(cell, () => noted(cell, body)), setLatest };
  }
  let stacked: number | undefined;
  const start = (cell: number): void => {
    // An interrupt ends `run` without its finally.
    stacked = undefined;
    setLatest(cell);
  };
  return {
    current: () => stacked ?? latest,
    origin: originOf,
    run(cell, body) {
      const outer = stacked;
      stacked = cell;
      try {
        return noted(cell, body);
      } finally {
        stacked = outer;
      }
    },
    setLatest: start,
  };
}
