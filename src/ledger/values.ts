import { type Key, normal, split, uniform } from "../random/index.ts";
import { type Schedule, scheduleFromBetas } from "../schedule/index.ts";

/** The points of a Step: four coordinates each, free of each other unless a statement ties them together. */
interface Points {
  readonly x0: Float64Array;
  readonly xt: Float64Array;
  readonly xPrev: Float64Array;
  readonly xPrev2: Float64Array;
  readonly xPrev3: Float64Array;
  readonly eps: Float64Array;
  readonly epsPrev: Float64Array;
  readonly epsPrev2: Float64Array;
  /** What a network might predict for eps. */
  readonly epsTheta: Float64Array;
}

/**
 * A schedule, a timestep of it, and points. β_t, α_t and ᾱ_t are worked out here from the variances alone, as the seeds define them, so that
 * a transcription shares nothing with the core's own tables.
 */
export interface Step extends Points {
  readonly schedule: Schedule;
  readonly t: number;
  beta(t: number): number;
  alpha(t: number): number;
  bar(t: number): number;
}

const names = ["x0", "xt", "xPrev", "xPrev2", "xPrev3", "eps", "epsPrev", "epsPrev2", "epsTheta"] as const satisfies (keyof Points)[];

function step(schedule: Schedule, t: number, points: Points): Step {
  const beta = (s: number): number => schedule.beta[s]!;
  const alpha = (s: number): number => 1 - beta(s);
  const bar = (s: number): number => {
    let product = 1;
    for (let i = 1; i <= s; i++) product *= alpha(i);
    return product;
  };
  return { schedule, t, beta, alpha, bar, ...points };
}

/** Three to eight steps with β from 0.05 to 0.5, and a timestep from 3 up: nothing cancels, so that 1e-12 is a fair demand. */
export function drawStep(key: Key): Step {
  const [shape, noise] = split(key);
  const u = uniform(shape, 10);
  const T = 3 + Math.floor(6 * u[8]!);
  const schedule = scheduleFromBetas(u.subarray(0, T).map((share) => 0.05 + 0.45 * share));
  const z = normal(noise, [names.length, 4]);
  const points = Object.fromEntries(names.map((name, i) => [name, z.slice(4 * i, 4 * i + 4)])) as unknown as Points;
  return step(schedule, 3 + Math.floor((T - 2) * u[9]!), points);
}

/** A Step for a counterexample: one coordinate, with the given numbers; those not given are ½. */
export function stepAt(schedule: Schedule, t: number, numbers: Partial<Record<keyof Points, number>> = {}): Step {
  const points = Object.fromEntries(names.map((name) => [name, Float64Array.of(numbers[name] ?? 0.5)])) as unknown as Points;
  return step(schedule, t, points);
}

/** Four Gaussians' worth of parameters, and points within two and a half deviations of the first. */
export interface Parameters {
  readonly mu: number;
  readonly sigma: number;
  readonly mu2: number;
  readonly sigma2: number;
  /** Two factors of either sign, no nearer to 0 than 0.3. */
  readonly a: number;
  readonly b: number;
  readonly x: Float64Array;
  readonly eps: Float64Array;
}

export function drawParameters(key: Key): Parameters {
  const [first, second] = split(key);
  const u = uniform(first, 12);
  const [mu, sigma] = [4 * u[0]! - 2, 0.3 + 2 * u[1]!];
  return {
    mu,
    sigma,
    mu2: 4 * u[2]! - 2,
    sigma2: 0.3 + 2 * u[3]!,
    a: (u[4]! < 0.5 ? -1 : 1) * (0.3 + u[5]!),
    b: (u[6]! < 0.5 ? -1 : 1) * (0.3 + u[7]!),
    x: u.subarray(8).map((share) => mu + sigma * (5 * share - 2.5)),
    eps: normal(second, 4),
  };
}

/** Probabilities that add up to 1, in two rows of three columns. */
export interface Joint {
  readonly rows: readonly (readonly [number, number, number])[];
}

export function drawJoint(key: Key): Joint {
  const u = uniform(key, 6).map((share) => 0.1 + share);
  const total = u.reduce((sum, value) => sum + value);
  const [a, b, c, d, e, f] = u.map((value) => value / total) as unknown as [number, number, number, number, number, number];
  return { rows: [[a, b, c], [d, e, f]] };
}
