import { type Sampler } from "./sampler.ts";

/**
 * Algorithm 1 of Karras et al. 2022 without churn: an Euler step, and the same step again with the mean of the slopes at both ends. In
 * $\bar\sigma = \sigma/\alpha$: $\bar x' = \bar x'_{Euler} + \tfrac12(\bar\sigma' - \bar\sigma)(\hat\epsilon' - \hat\epsilon)$. Two
 * evaluations a step; one, Euler's alone, where a level has no noise or no signal.
 */
export function heun(): Sampler {
  return {
    name: "Heun",
    order: 2,
    stochastic: false,
    memory: 0,
    async step({ from, to, here, algebra, estimate }) {
      const euler = algebra.combine([to.alpha, to.sigma], [here.x0, here.eps]);
      if (to.sigma === 0 || from.alpha === 0) return { x: euler };
      const there = await estimate(euler, to);
      const half = (to.sigma - to.alpha * (from.sigma / from.alpha)) / 2;
      return { x: algebra.combine([1, half, -half], [euler, there.eps, here.eps]) };
    },
  };
}
