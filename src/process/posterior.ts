import { type Schedule, jump } from "../schedule/index.ts";
import { type LinearGaussian, linearGaussian } from "./linear-gaussian.ts";
import { checkPair } from "./pair.ts";

/**
 * Where x_{t−1} was, given both ends, t = 1…T: $q(x_{t-1} \mid x_t, x_0) = \mathcal N(x_{t-1};\ \tilde\mu_t(x_t, x_0),\ \tilde\beta_t I)$ with
 * $\tilde\mu_t = \frac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1-\bar\alpha_t}\,x_0 + \frac{\sqrt{\alpha_t}\,(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}\,x_t$
 * and $\tilde\beta_t = \frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\,\beta_t$.
 * Ho et al. 2020, equations 6 and 7; seed 002, equation 30; seed 004, equation 7.
 *
 * Given an s from 0 to t − 1 it says where x_s was: $q(x_s \mid x_t, x_0)$, the same formulas with ᾱ_s in the place of ᾱ_{t−1} and
 * $\bar\alpha_t/\bar\alpha_s$ in that of α_t. At s = 0 (t = 1) the variance is 0 and the mean x_0: `mean` and `sample` work, `logDensity`
 * throws a RangeError, as does a t or an s outside.
 */
export function posterior(schedule: Schedule, t: number, s = t - 1): LinearGaussian<"x0" | "xt"> {
  const from = checkPair(schedule, t, s);
  const { alpha, beta } = jump(schedule, s, t);
  const { alphaBar, oneMinusAlphaBar } = schedule;
  const total = oneMinusAlphaBar[t]!;
  return linearGaussian(
    `q(x_${from.name} | x_t, x_0) at ${from.place}`,
    {
      x0: Math.sqrt(alphaBar[s]!) * (beta / total),
      xt: Math.sqrt(alpha) * (oneMinusAlphaBar[s]! / total),
    },
    (oneMinusAlphaBar[s]! / total) * beta,
  );
}
