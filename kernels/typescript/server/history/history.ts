import { globMatcher } from "./glob.ts";
import type { HistoryStore } from "./store.ts";

export interface HistoryEntry {
  /** Number of the kernel start, from 1; this start's is the greatest. */
  readonly session: number;
  /** The cell's execution count. */
  readonly line: number;
  readonly input: string;
  /** The result's plain text, of this start's cells only. */
  readonly result?: string;
}

const longestResult = 10_000;

/** What was executed, now and in earlier starts of the kernel, as IPython's history is asked for. */
export class History {
  readonly #store: HistoryStore;
  readonly #own: HistoryEntry[] = [];

  constructor(store: HistoryStore) {
    this.#store = store;
  }

  /** Keeps a cell, before it runs. A later cell with the same number (the counter of a client's own) stands beside it. */
  add(line: number, input: string): void {
    this.#own.push({ session: this.#store.session, line, input });
    this.#store.append(line, input);
  }

  /** Adds the last cell's result. */
  result(text: string): void {
    const last = this.#own.pop();
    if (last) this.#own.push({ ...last, result: text.slice(0, longestResult) });
  }

  /** The last `n` cells of all starts, oldest first. */
  tail(n: number): readonly HistoryEntry[] {
    return n <= 0 ? [] : this.#latest(n, () => true);
  }

  /**
   * The cells of one start from `start` up to, not including, `stop`.
   * @param session 0 for this start, -1 for the one before it, a number from 1 for that one
   */
  range(session: number, start: number, stop?: number): readonly HistoryEntry[] {
    const number = session > 0 ? session : this.#store.session + session;
    const entries = number === this.#store.session ? this.#own : this.#store.entries(number);
    const past = (entries.at(-1)?.line ?? 0) + 1;
    const from = start < 0 ? past + start : start;
    const to = stop === undefined || stop === 0 ? past : stop < 0 ? past + stop : stop;
    return entries.filter(({ line }) => line >= from && line < to);
  }

  /** The last `n` cells whose whole text matches a glob pattern (`*`, `?`, `[…]`), oldest first; with `unique` each text once. */
  search(pattern: string, options: { n?: number; unique?: boolean } = {}): readonly HistoryEntry[] {
    const matches = globMatcher(pattern);
    const seen = new Set<string>();
    return this.#latest(options.n ?? Infinity, ({ input }) => {
      if (!matches(input) || (options.unique && seen.has(input))) return false;
      seen.add(input);
      return true;
    });
  }

  #latest(n: number, wanted: (entry: HistoryEntry) => boolean): HistoryEntry[] {
    const found: HistoryEntry[] = [];
    const take = (entries: readonly HistoryEntry[]): void => {
      for (let at = entries.length - 1; at >= 0 && found.length < n; at--) if (wanted(entries[at])) found.push(entries[at]);
    };
    take(this.#own);
    for (const session of this.#store.earlier()) {
      if (found.length >= n) break;
      take(this.#store.entries(session));
    }
    return found.reverse();
  }
}
