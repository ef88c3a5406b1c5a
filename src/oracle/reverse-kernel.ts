import { type Schedule, checkTimestep } from "../schedule/index.ts";
import { type CovarianceMixture, type GaussianMixture } from "./gaussian-mixture.ts";

/**
 * $q(x_{t-1}\mid x_t)$ itself, for one point x_t and t = 1…T: what a reverse step ought to draw from. By Bayes it is
 * $q(x_t\mid x_{t-1})\,q(x_{t-1})/q(x_t)$, and of a mixture again a mixture: the responsibilities at x_t are its weights, and each component
 * has the variance $v\beta_t/(\alpha_t v + \beta_t)$, v being the component's own at t − 1. As β_t → 0 the components fall together and it
 * becomes a Gaussian; `relativeEntropy` and `totalVariation` say how near it is. RangeError for a t outside.
 */
export function reverseKernel(data: GaussianMixture, schedule: Schedule, t: number, xt: number | ArrayLike<number>): GaussianMixture;
export function reverseKernel(data: CovarianceMixture, schedule: Schedule, t: number, xt: number | ArrayLike<number>): CovarianceMixture;
export function reverseKernel(data: GaussianMixture | CovarianceMixture, schedule: Schedule, t: number, xt: number | ArrayLike<number>) {
  checkTimestep(schedule, t);
  return data.diffused(schedule, t - 1).given(Math.sqrt(schedule.alpha[t]!), schedule.beta[t]!, xt);
}
