import { multistep } from "./dpm-solver-multistep.ts";
import { type InnerLevel, singlestep } from "./dpm-solver-singlestep.ts";
import { type Sampler } from "./sampler.ts";

export interface DpmSolverOptions {
  /** 1, 2 (unless told) or 3. */
  order?: 1 | 2 | 3;
  /** Use the estimates of past steps (unless told), one evaluation a step; or `order` evaluations within each step, and no past. */
  multistep?: boolean;
  /**
   * The second difference of the third-order multistep method. The published one is half of what Taylor's formula asks for, which makes the
   * method one of order 2; it is here to reproduce other codes.
   */
  secondDifference?: "exact" | "published";
  /** Where 2S asks the model within a step: halfway in λ unless told. Other codes take a timestep between the two. */
  inner?: InnerLevel;
}

/**
 * DPM-Solver++ of Lu et al. 2022: an exponential integrator of the probability-flow ODE in $\lambda = \log(\alpha/\sigma)$, with x0 predicted,
 * $x_t = \frac{\sigma_t}{\sigma_s}x_s + \sigma_t\int_{\lambda_s}^{\lambda_t} e^\lambda\hat x_0(\lambda)\,d\lambda$ (equation 8 there).
 * Order 1 is DDIM. The step to clean data, or from noise alone, is of order 1, having no end in λ.
 * RangeError for an order that is not 1, 2 or 3, and for an inner level of any method but 2S.
 */
export function dpmSolverPP(options: DpmSolverOptions = {}): Sampler {
  const { order = 2, multistep: uses = true, secondDifference = "exact", inner } = options;
  if (![1, 2, 3].includes(order)) throw new RangeError(`order ${order} of DPM-Solver++: 1, 2 or 3 is needed`);
  if (inner && (uses || order !== 2)) throw new RangeError(`an inner level for order ${order}${uses ? "M" : "S"}: that is for 2S alone`);
  return uses ? multistep(order, secondDifference) : singlestep(order, inner);
}
