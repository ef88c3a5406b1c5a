/** A duration as a person says it: three digits, with the unit that fits. */
export function duration(seconds: number): string {
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${(seconds % 60).toFixed(1)} s`;
  const units = [["s", 1], ["ms", 1e-3], ["µs", 1e-6], ["ns", 1e-9]] as const;
  const [unit, size] = units.find(([, each]) => seconds >= each * 0.9995) ?? units[3];
  return `${Number((seconds / size).toPrecision(3))} ${unit}`;
}

/** Wall and processor time since a start. */
export class Stopwatch {
  readonly #start = process.hrtime.bigint();
  readonly #cpu = process.cpuUsage();

  toString(): string {
    const wall = Number(process.hrtime.bigint() - this.#start) / 1e9;
    const { user, system } = process.cpuUsage(this.#cpu);
    return `wall ${duration(wall)}, CPU ${duration((user + system) / 1e6)} (user ${duration(user / 1e6)}, system ${duration(system / 1e6)})`;
  }
}

export interface Timeit {
  readonly loops: number;
  /** Seconds a loop, one for each run. */
  readonly runs: readonly number[];
}

const leastRunSeconds = 0.2;
const mostLoops = 1e9;

/**
 * Runs a function again and again: so many loops that a run takes at least 0.2 s (1, 2, 5, 10, 20 …), seven runs.
 * Results are looked at, so that no optimizer finds them unused.
 */
export async function timeit(body: () => unknown, { loops, runs = 7 }: { loops?: number; runs?: number }): Promise<Timeit & { readonly sample: unknown }> {
  let sample: unknown;
  const run = async (count: number): Promise<number> => {
    const start = process.hrtime.bigint();
    if (isAsync(body)) for (let n = 0; n < count; n++) sample = await body();
    else for (let n = 0; n < count; n++) sample = body();
    return Number(process.hrtime.bigint() - start) / 1e9;
  };
  let count = loops ?? 1;
  if (loops === undefined) {
    for (let step = 0; (await run(count)) < leastRunSeconds && count < mostLoops; step++) count *= step % 3 === 1 ? 2.5 : 2;
  }
  const seconds: number[] = [];
  for (let n = 0; n < runs; n++) seconds.push((await run(count)) / count);
  return { loops: count, runs: seconds, sample };
}

const isAsync = (body: () => unknown): boolean => body.constructor.name === "AsyncFunction";

export function timeitText({ loops, runs }: Timeit): string {
  const mean = runs.reduce((sum, each) => sum + each, 0) / runs.length;
  const deviation = Math.sqrt(runs.reduce((sum, each) => sum + (each - mean) ** 2, 0) / runs.length);
  const many = (count: number, word: string): string => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const best = duration(Math.min(...runs));
  return `${duration(mean)} ± ${duration(deviation)} per loop (mean ± standard deviation of ${many(runs.length, "run")}, ${many(loops, "loop")} each), best ${best}`;
}
