import { quantile } from "../statistics.ts";

/** Times between two turns of the event loop, in seconds. */
export interface Gaps {
  readonly turns: number;
  readonly longest: number;
  readonly p99: number;
}

/** Runs `work` and watches meanwhile how long the event loop, and with it bars, interrupts and replies, has to wait for its next turn. */
export async function watchEventLoop<T>(work: () => Promise<T>): Promise<{ result: T; gaps: Gaps }> {
  const gaps: number[] = [];
  let last = performance.now();
  let timer = setTimeout(turn, 1);
  function turn(): void {
    const now = performance.now();
    gaps.push((now - last) / 1000);
    last = now;
    timer = setTimeout(turn, 1);
  }
  try {
    const result = await work();
    return { result, gaps: { turns: gaps.length, longest: Math.max(0, ...gaps), p99: quantile(gaps, 0.99) } };
  } finally {
    clearTimeout(timer);
  }
}
