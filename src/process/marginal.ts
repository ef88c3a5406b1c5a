import { type Schedule, checkTimestep } from "../schedule/index.ts";
import { type LinearGaussian, linearGaussian } from "./linear-gaussian.ts";

/**
 * The jump from clean data to t, for t = 0…T (at 0 a point mass at x_0):
 * $q(x_t \mid x_0) = \mathcal N(x_t;\ \sqrt{\bar\alpha_t}\,x_0,\ (1-\bar\alpha_t) I)$.
 * Ho et al. 2020, equation 4; seed 002, equation 16; seed 004, equation 4 with x_0 for its x_{t−1}. RangeError for a t outside.
 */
export function marginal(schedule: Schedule, t: number): LinearGaussian<"x0"> {
  checkTimestep(schedule, t, 0);
  return linearGaussian(
    `q(x_t | x_0) at t = ${t} of schedule "${schedule.name}"`,
    { x0: Math.sqrt(schedule.alphaBar[t]!) },
    schedule.oneMinusAlphaBar[t]!,
  );
}
