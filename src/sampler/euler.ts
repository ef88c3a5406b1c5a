import { type Sampler } from "./sampler.ts";

/**
 * Euler's method on the probability-flow ODE $d\bar x/d\bar\sigma = \hat\epsilon$, with $\bar x = x/\alpha$ and $\bar\sigma = \sigma/\alpha$
 * (Karras et al. 2022, equation 4 with σ for t): $\bar x' = \bar x + (\bar\sigma' - \bar\sigma)\hat\epsilon$. Since $\bar x = \hat x_0 +
 * \bar\sigma\hat\epsilon$, that is $x' = \alpha'\hat x_0 + \sigma'\hat\epsilon$: DDIM, and legal where alpha = 0.
 */
export function euler(): Sampler {
  return {
    name: "Euler",
    order: 1,
    stochastic: false,
    memory: 0,
    step: ({ to, here, algebra }) => ({ x: algebra.combine([to.alpha, to.sigma], [here.x0, here.eps]) }),
  };
}
