import { type Schedule, jump } from "../schedule/index.ts";
import { type LinearGaussian, linearGaussian } from "./linear-gaussian.ts";
import { checkPair } from "./pair.ts";

/**
 * One step of the forward chain, t = 1…T:
 * $q(x_t \mid x_{t-1}) = \mathcal N(x_t;\ \sqrt{\alpha_t}\,x_{t-1},\ \beta_t I)$.
 * Ho et al. 2020, equation 2; seed 002, equation 5; seed 004, equation 3.
 *
 * Given an s from 0 to t − 1 it is many steps at once, from x_s: $q(x_t \mid x_s) = \mathcal N\big(x_t;\ \sqrt{\bar\alpha_t/\bar\alpha_s}\,x_s,\
 * (1 - \bar\alpha_t/\bar\alpha_s) I\big)$; `xPrev` is then x_s. RangeError for a t or an s outside.
 */
export function transition(schedule: Schedule, t: number, s = t - 1): LinearGaussian<"xPrev"> {
  const from = checkPair(schedule, t, s);
  const { alpha, beta } = jump(schedule, s, t);
  return linearGaussian(`q(x_t | x_${from.name}) at ${from.place}`, { xPrev: Math.sqrt(alpha) }, beta);
}
