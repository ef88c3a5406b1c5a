import { type Schedule, checkTimestep } from "../schedule/index.ts";
import { type LinearGaussian, linearGaussian } from "./linear-gaussian.ts";

/**
 * Where x_{t−1} was, given both ends, t = 1…T: $q(x_{t-1} \mid x_t, x_0) = \mathcal N(x_{t-1};\ \tilde\mu_t(x_t, x_0),\ \tilde\beta_t I)$ with
 * $\tilde\mu_t = \frac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1-\bar\alpha_t}\,x_0 + \frac{\sqrt{\alpha_t}\,(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}\,x_t$
 * and $\tilde\beta_t = \frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\,\beta_t$.
 * Ho et al. 2020, equations 6 and 7; seed 002, equation 30; seed 004, equation 7. At t = 1 the variance is 0 and the mean x_0: `mean` and
 * `sample` work, `logDensity` throws a RangeError, as does a t outside.
 */
export function posterior(schedule: Schedule, t: number): LinearGaussian<"x0" | "xt"> {
  checkTimestep(schedule, t);
  const { alpha, beta, alphaBar, oneMinusAlphaBar } = schedule;
  const total = oneMinusAlphaBar[t]!;
  return linearGaussian(
    `q(x_{t-1} | x_t, x_0) at t = ${t} of schedule "${schedule.name}"`,
    {
      x0: Math.sqrt(alphaBar[t - 1]!) * (beta[t]! / total),
      xt: Math.sqrt(alpha[t]!) * (oneMinusAlphaBar[t - 1]! / total),
    },
    (oneMinusAlphaBar[t - 1]! / total) * beta[t]!,
  );
}
