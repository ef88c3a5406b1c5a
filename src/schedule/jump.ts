import { type Schedule, checkTimestep } from "./schedule.ts";

/**
 * ᾱ_t/ᾱ_s and 1 − ᾱ_t/ᾱ_s for 0 ≤ s ≤ t, gathered step by step so that neither loses digits to the other; of a single step they are α_t and
 * β_t themselves. What respacing calls α' and β'. RangeError for timesteps outside 0…T, or an s above t.
 */
export function jump(schedule: Schedule, s: number, t: number): { alpha: number; beta: number } {
  checkTimestep(schedule, t, 0);
  checkTimestep(schedule, s, 0);
  if (s > t) throw new RangeError(`from s = ${s} up to t = ${t} of schedule "${schedule.name}": s ≤ t is needed`);
  let [alpha, beta] = [1, 0];
  for (let step = s + 1; step <= t; step++) {
    alpha *= schedule.alpha[step]!;
    beta = schedule.alpha[step]! * beta + schedule.beta[step]!;
  }
  return { alpha, beta };
}
