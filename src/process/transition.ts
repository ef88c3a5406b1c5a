import { type Schedule, checkTimestep } from "../schedule/index.ts";
import { type LinearGaussian, linearGaussian } from "./linear-gaussian.ts";

/**
 * One step of the forward chain, t = 1…T:
 * $q(x_t \mid x_{t-1}) = \mathcal N(x_t;\ \sqrt{\alpha_t}\,x_{t-1},\ \beta_t I)$.
 * Ho et al. 2020, equation 2; seed 002, equation 5; seed 004, equation 3. RangeError for a t outside.
 */
export function transition(schedule: Schedule, t: number): LinearGaussian<"xPrev"> {
  checkTimestep(schedule, t);
  return linearGaussian(
    `q(x_t | x_{t-1}) at t = ${t} of schedule "${schedule.name}"`,
    { xPrev: Math.sqrt(schedule.alpha[t]!) },
    schedule.beta[t]!,
  );
}
