import { learnedVariance } from "../objective/learned-variance.ts";
import { type Level } from "../schedule/index.ts";
import { type Sampler } from "./sampler.ts";

export interface AncestralOptions {
  /** σ_t² of the step: β_t, the posterior's β̃_t (unless told), or what the model says in its `varianceShare`. */
  variance?: "beta" | "posterior" | "learned";
}

/**
 * The posterior $q(x_s\mid x_t, x_0)$ between any two levels s < t, neighbours on a schedule or not. With
 * $\beta = \sigma_t^2 - (\alpha_t/\alpha_s)^2\sigma_s^2$: mean $\alpha_s\frac{\beta}{\sigma_t^2}x_0 +
 * \frac{\alpha_t}{\alpha_s}\frac{\sigma_s^2}{\sigma_t^2}x_t$, variance $\tilde\beta = \beta\,\sigma_s^2/\sigma_t^2$.
 */
export function posteriorBetween(from: Level, to: Level): { x0: number; xt: number; beta: number; betaTilde: number } {
  const scale = from.alpha / to.alpha;
  const beta = (from.sigma - scale * to.sigma) * (from.sigma + scale * to.sigma);
  const kept = (to.sigma / from.sigma) ** 2;
  return { x0: to.alpha * (beta / from.sigma ** 2), xt: scale * kept, beta, betaTilde: beta * kept };
}

/**
 * Algorithm 2 of Ho et al. 2020: $x_{t-1} = \tilde\mu_t(x_t, \hat x_0) + \sigma_t z$, with no noise in the step to clean data. On timesteps
 * that skip some, β_t and β̃_t are those of the jump. Weak order 1.
 * With `variance: "learned"` a model without a `varianceShare` throws a TypeError.
 */
export function ancestral({ variance = "posterior" }: AncestralOptions = {}): Sampler {
  return {
    name: `ancestral, ${variance}`,
    order: 1,
    stochastic: true,
    memory: 0,
    step({ from, to, x, here, algebra, noise }) {
      const { x0, xt, beta, betaTilde } = posteriorBetween(from, to);
      const mean = algebra.combine([x0, xt], [here.x0, x]);
      if (to.sigma === 0) return { x: mean };
      if (variance !== "learned") return { x: algebra.combine([1, Math.sqrt(variance === "beta" ? beta : betaTilde)], [mean, noise()]) };
      const share = here.output.varianceShare;
      if (share === undefined) throw new TypeError("a learned variance: the model has to return a varianceShare beside its value");
      return { x: algebra.add(mean, algebra.mul(algebra.sqrt(learnedVariance(share, beta, betaTilde, algebra)), noise())) };
    },
  };
}
