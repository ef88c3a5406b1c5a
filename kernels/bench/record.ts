import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { BenchResult } from "./bench.ts";
import type { Quantity } from "./contests.ts";
import type { Measured } from "./statistics.ts";

/** What is kept of a bench: its numbers without their samples. */
export interface SpeedRecord extends Omit<BenchResult, "results"> {
  readonly results: readonly (Quantity & {
    readonly contest: string;
    readonly quantity: string;
    readonly measured: readonly (Omit<Measured, "samples"> & { readonly samples: number })[];
  })[];
}

export function recordOf(result: BenchResult): SpeedRecord {
  return {
    ...result,
    results: result.results.map(({ measured, ...rest }) => ({
      ...rest,
      measured: measured
        .filter(({ samples }) => samples.length > 0)
        .map(({ name, samples, median, p90, ratio }) => ({ name, samples: samples.length, median: rounded(median), p90: rounded(p90), ratio: rounded(ratio) })),
    })),
  };
}

/** Four digits are more than any of it can be trusted for. */
const rounded = (value: number): number => Number(value.toPrecision(4));

export function keep(file: string, result: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
}
