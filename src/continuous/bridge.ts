import { type Schedule, levelAt, scheduleFromBetas } from "../schedule/index.ts";
import { checkTime } from "./sde.ts";
import { type BetaSde } from "./variance-preserving.ts";

/**
 * The variance-preserving diffusion through the laws of a schedule: time runs in timesteps, 0 ≤ t ≤ T, and at each whole t the level is the
 * schedule's own. In between log ᾱ falls evenly: β(t) = −log α_k, one rate for each step k − 1 < t ≤ k. A model trained on the schedule is
 * told the t it knows. At a whole t the rate is that of the step which ends there, and integrators see its jumps: on a schedule of many
 * steps they are small. RangeError where ᾱ_T = 0, which takes an infinite rate.
 */
export function sdeOfSchedule(schedule: Schedule): BetaSde {
  const { name, T, alpha, beta, alphaBar } = schedule;
  if (!(alphaBar[T]! > 0)) throw new RangeError(`alphaBar is 0 at t = ${T} of schedule "${name}": no finite rate reaches it`);
  const law = { name: `variance-preserving (schedule "${name}")`, end: T, priorVariance: 1 };
  const rates = Float64Array.from(alpha, (value, t) => (value < 0.5 ? -Math.log(value) : -Math.log1p(-beta[t]!)));
  const sums = new Float64Array(T + 1);
  for (let t = 1; t <= T; t++) sums[t] = sums[t - 1]! + rates[t]!;
  const rate = (t: number): number => {
    checkTime(law, t);
    return rates[Math.max(1, Math.ceil(t))]!;
  };
  const integral = (t: number): number => {
    checkTime(law, t);
    const below = Math.floor(t);
    return below === t ? sums[t]! : sums[below]! + (t - below) * rates[below + 1]!;
  };
  return {
    ...law,
    beta: rate,
    integral,
    drift: (t) => -rate(t) / 2,
    diffusion: (t) => Math.sqrt(rate(t)),
    level(t) {
      checkTime(law, t);
      if (Number.isInteger(t)) return levelAt(schedule, t);
      return { alpha: Math.exp(-integral(t) / 2), sigma: Math.sqrt(-Math.expm1(-integral(t))), t };
    },
  };
}

export interface DiscretizeOptions {
  /** Number of steps, each of the time end/T. */
  T: number;
  /**
   * "exact" (unless told): β_t = 1 − exp(−∫β) over the step, which has the diffusion's own laws at its ends. "euler": β_t =
   * β(t·end/T)·end/T, the DDPM chain whose limit the diffusion is; its laws differ by O(1/T).
   */
  rule?: "exact" | "euler";
}

/** The chain of T steps in the place of a variance-preserving diffusion. RangeError for a β_t that is 1 or more: take more steps. */
export function discretize(sde: BetaSde, { T, rule = "exact" }: DiscretizeOptions): Schedule {
  if (!(Number.isInteger(T) && T >= 1)) throw new RangeError(`T = ${T}: the number of steps is a whole number from 1 up`);
  const time = (t: number): number => (t === T ? sde.end : (t * sde.end) / T);
  const betas = Float64Array.from({ length: T }, (_, i) =>
    rule === "exact" ? -Math.expm1(sde.integral(time(i)) - sde.integral(time(i + 1))) : (sde.beta(time(i + 1)) * sde.end) / T);
  return scheduleFromBetas(betas, `${sde.name}, ${T} steps, ${rule}`);
}
