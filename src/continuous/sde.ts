import { type Level } from "../schedule/index.ts";

/**
 * A forward diffusion in continuous time, $dx = f(t)\,x\,dt + g(t)\,dw$ for 0 ≤ t ≤ `end`, with data at t = 0. Linear in x, so that given
 * x_0 the law of x_t is the Gaussian $\mathcal N(\alpha(t)\,x_0,\ \sigma(t)^2I)$ with $\dot\alpha = f\alpha$ and
 * $\tfrac{d}{dt}\sigma^2 = 2f\sigma^2 + g^2$ (Song et al. 2021, section 3; Särkkä & Solin 2019, chapter 6).
 */
export interface Sde {
  readonly name: string;
  /** The last time, where noise has drowned the data. */
  readonly end: number;
  /** The variance of the Gaussian, of mean 0, from which samples start at `end`. */
  readonly priorVariance: number;
  /** f(t), the factor of x in the drift. RangeError for a t outside 0…end, as in all below. */
  drift(t: number): number;
  /** g(t) */
  diffusion(t: number): number;
  /** α(t) and σ(t), with t: what samplers and `convertAt` take. */
  level(t: number): Level;
}

/** Throws a RangeError for a time outside 0…end. */
export function checkTime({ name, end }: Pick<Sde, "name" | "end">, t: number): void {
  if (!(t >= 0 && t <= end)) throw new RangeError(`time ${t} outside 0…${end} of the ${name} diffusion`);
}

/** `n` + 1 times from one to another, evenly spaced, both ends included. RangeError for fewer than 1 step. */
export function evenTimes(from: number, to: number, n: number): Float64Array<ArrayBuffer> {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`${n} steps: a whole number from 1 up is needed`);
  return Float64Array.from({ length: n + 1 }, (_, i) => (i === n ? to : from + ((to - from) * i) / n));
}

/** The levels of an SDE at times, for `sample({ levels, … })`. */
export function sdeLevels(sde: Sde, times: ArrayLike<number>): Level[] {
  return Array.from(times, (t) => sde.level(t));
}
