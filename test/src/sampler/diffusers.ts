import { type Model, type PredictionKind, type Schedule, float32Tables, linearSchedule } from "noisebook";

/*
 * What the scheduler tests of Hugging Face's diffusers share: a model x·t/(t + 1) on values in a row, on the linear schedule in float32,
 * whose sums of sizes they publish. Their t is ours minus 1.
 */
export const schedule = float32Tables(linearSchedule());

/** Their arange(n)/n, laid out as [3, 8, 8, 4] (or [3, 8, 4]) and permuted to [4, 3, 8, 8] ([4, 3, 8]). */
export const picture = (n = 768): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => ((i % (n / 4)) * 4 + Math.floor(i / (n / 4))) / n);
export const start = picture();

/** Their picture with noise added, which is the same numbers in the opposite order. */
export const noised = ({ alpha, sigma }: { alpha: number; sigma: number }, x = start): Float64Array =>
  x.map((value) => alpha * value + sigma * ((x.length - 1) / x.length - value));

export const model = (kind: PredictionKind): Model<Float64Array> => (x, t) => ({ kind, value: x.map((value) => (value * (t - 1)) / t) });

export const sumOfSizes = (x: Float64Array): number => x.reduce((total, value) => total + Math.abs(value), 0);
export const meanSize = (x: Float64Array): number => sumOfSizes(x) / x.length;

/** Their "leading" ten timesteps. */
export const leading: readonly number[] = Array.from({ length: 10 }, (_, i) => 901 - 100 * i);
/** Theirs by "linspace" over 0…999 in n + 1 points, without the 0. */
export const linspace = (n: number): number[] => Array.from({ length: n }, (_, i) => 1 + Math.round((999 * (n - i)) / n));

/** Their t of a σ̄, counted as ours: between two timesteps evenly in the logarithm. */
export function timestepOf(sigma: number, table: Schedule = schedule): number {
  const log = Math.log(sigma);
  const logs = Float64Array.from({ length: table.T }, (_, t) => Math.log(table.sigma(t + 1)));
  const below = Math.min(Math.max(logs.findLastIndex((value) => value <= log), 0), table.T - 2);
  return 1 + below + Math.min(1, Math.max(0, (log - logs[below]!) / (logs[below + 1]! - logs[below]!)));
}
