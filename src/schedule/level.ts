import { type Schedule, checkTimestep } from "./schedule.ts";

/**
 * A level of noise: $x = \alpha\,x_0 + \sigma\,\epsilon$. On a schedule alpha = √ᾱ_t and sigma = √(1−ᾱ_t); where variance explodes alpha is 1.
 * `t` is what the model is told: a timestep, perhaps between two whole ones, or sigma itself where no schedule is meant.
 */
export interface Level {
  readonly alpha: number;
  readonly sigma: number;
  readonly t: number;
}

/** Clean data. */
export const cleanLevel: Level = { alpha: 1, sigma: 0, t: 0 };

/** Whether alpha² + sigma² = 1, as on a schedule, to 1e-9. */
export function preservesVariance({ alpha, sigma }: Level): boolean {
  return Math.abs(Math.hypot(alpha, sigma) - 1) < 1e-9;
}

/** $\lambda = \log(\alpha/\sigma)$, half the log signal-to-noise ratio: Infinity for clean data, −Infinity for noise alone. */
export function lambda({ alpha, sigma }: Level): number {
  return Math.log(alpha / sigma);
}

/**
 * The level of timestep t = 0…T of a schedule. Between two whole timesteps the angle arctan(sigma/alpha) runs evenly, so that variance is
 * preserved and both ends, clean data and noise alone, are met. RangeError for a t outside.
 */
export function levelAt(schedule: Schedule, t: number): Level {
  const below = Math.floor(t);
  checkTimestep(schedule, Number.isInteger(t) ? t : Math.ceil(t), 0);
  checkTimestep(schedule, below, 0);
  if (below === t) return { alpha: Math.sqrt(schedule.alphaBar[t]!), sigma: Math.sqrt(schedule.oneMinusAlphaBar[t]!), t };
  const angle = angleAt(schedule, below) + (t - below) * (angleAt(schedule, below + 1) - angleAt(schedule, below));
  return { alpha: Math.cos(angle), sigma: Math.sin(angle), t };
}

/** The levels of the given timesteps, in the order given. RangeError for one outside 0…T. */
export function timestepLevels(schedule: Schedule, timesteps: ArrayLike<number>): Level[] {
  return Array.from(timesteps, (t) => levelAt(schedule, t));
}

/**
 * Levels with the given noise-to-signal ratios sigma/alpha, such as `karrasSigmas({ n })`, in the order given. With a schedule they are its
 * own (alpha² + sigma² = 1), each t being the place, seldom a whole one, at which the schedule has that ratio; ratios beyond its last are at
 * t = T. Without one variance explodes: alpha = 1 and t = sigma. RangeError for a negative sigma.
 */
export function sigmaLevels(sigmas: ArrayLike<number>, schedule?: Schedule): Level[] {
  return Array.from(sigmas, (sigma) => {
    if (!(sigma >= 0)) throw new RangeError(`sigma ${sigma}: a noise-to-signal ratio is a number from 0 up`);
    if (schedule === undefined) return { alpha: 1, sigma, t: sigma };
    const angle = Math.atan(sigma);
    return { alpha: Math.cos(angle), sigma: Math.sin(angle), t: timestepOf(schedule, angle) };
  });
}

/** The level at the given share of the way from one to another in λ; both must have a finite λ, and be of the same kind. */
export function levelBetween(from: Level, to: Level, share: number, schedule?: Schedule): Level {
  const ratio = Math.exp((share - 1) * lambda(from) - share * lambda(to));
  const alpha = from.alpha === to.alpha ? from.alpha : Math.hypot(from.alpha, from.sigma) / Math.hypot(1, ratio);
  const t = schedule === undefined ? from.t ** (1 - share) * to.t ** share : timestepOf(schedule, Math.atan(ratio));
  return { alpha, sigma: ratio * alpha, t };
}

/**
 * `steps` timesteps of `until` + 1…T, descending, evenly spaced from T on, so that pure noise is where sampling starts; a further step of
 * the same length would reach `until`, 0 unless told. RangeError for more steps than there are timesteps, or fewer than 1.
 */
export function spacedTimesteps(schedule: Schedule, steps: number, until = 0): number[] {
  const { T, name } = schedule;
  const most = Math.floor(T - until);
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= most)) {
    throw new RangeError(`${steps} steps through schedule "${name}": a whole number of 1…${most} is needed`);
  }
  return Array.from({ length: steps }, (_, i) => Math.round(until + ((T - until) * (steps - i)) / steps));
}

function angleAt(schedule: Schedule, t: number): number {
  return Math.atan2(Math.sqrt(schedule.oneMinusAlphaBar[t]!), Math.sqrt(schedule.alphaBar[t]!));
}

/** Where, between 0 and T, the schedule has the given angle. */
function timestepOf(schedule: Schedule, angle: number): number {
  let [low, high] = [0, schedule.T];
  if (angle >= angleAt(schedule, high)) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (angleAt(schedule, middle) <= angle) low = middle;
    else high = middle;
  }
  const [start, end] = [angleAt(schedule, low), angleAt(schedule, high)];
  return low + (angle - start) / (end - start);
}
