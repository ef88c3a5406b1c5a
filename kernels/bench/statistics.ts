/** The q-quantile of some samples, linear between neighbours; NaN of none. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  return low === undefined ? NaN : low + (at % 1) * ((sorted[Math.ceil(at)] ?? low) - low);
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** What was measured of one contestant, in the unit of its quantity. */
export interface Measured {
  readonly name: string;
  readonly samples: readonly number[];
  readonly median: number;
  readonly p90: number;
  /** Its median over that of the first contestant: above 1 it takes more. NaN if the first has none. */
  readonly ratio: number;
}

/** Sums up the contestants' samples, each beside the first. */
export function sumUp(samples: ReadonlyMap<string, readonly number[]>): Measured[] {
  const [first] = samples.values();
  const reference = median(first ?? []);
  return [...samples].map(([name, values]) => ({ name, samples: values, median: median(values), p90: quantile(values, 0.9), ratio: median(values) / reference }));
}
