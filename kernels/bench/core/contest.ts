import type { Quantity } from "../contests.ts";
import type { Contestant } from "../rounds.ts";

/** One thing that the core is measured at: a file of this folder, and a line in registry.ts. */
export interface CoreContest {
  readonly name: string;
  readonly quantities: Readonly<Record<string, Quantity>>;
  /** Ours first. Peers are found before the first round; one that is not here throws, and is told as missing. */
  readonly contestants: readonly { readonly name: string; start(): Promise<Contestant> }[];
}

/** Seconds of each of `steps` things done one after another; the first `warmUp` do not count. */
export async function eachStep(steps: number, warmUp: number, run: (done: () => void) => Promise<void>): Promise<number[]> {
  const seconds: number[] = [];
  let last = performance.now();
  await run(() => {
    const now = performance.now();
    seconds.push((now - last) / 1000);
    last = now;
  });
  if (seconds.length !== steps) throw new Error(`${seconds.length} steps done of ${steps}`);
  return seconds.slice(warmUp);
}
