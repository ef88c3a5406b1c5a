import { convertAt } from "../process/index.ts";
import { posteriorBetween } from "./ancestral.ts";
import { type Sampler } from "./sampler.ts";

export interface DdimOptions {
  /** How much noise: 0 (unless told) for none, 1 for as much as ancestral sampling has. */
  eta?: number;
  /** The ε that points to x_t: made to agree with a thresholded x0 (unless told), or as the model said it, as some codes do. */
  eps?: "consistent" | "predicted";
}

/**
 * Equation 12 of Song, Meng & Ermon 2021, in terms of levels: $x_s = \alpha_s\hat x_0 + \sqrt{\sigma_s^2 - \tau^2}\,\hat\epsilon + \tau z$ with
 * $\tau = \eta\sqrt{\tilde\beta}$ of the jump (their equation 16). η = 0 solves the probability-flow ODE by Euler's method in sigma/alpha;
 * η = 1 is `ancestral`. RangeError for an η outside [0, 1].
 */
export function ddim({ eta = 0, eps = "consistent" }: DdimOptions = {}): Sampler {
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`eta ${eta} of DDIM: a number of 0…1 is needed`);
  return {
    name: eta === 0 ? "DDIM" : `DDIM, eta ${eta}`,
    order: 1,
    stochastic: eta > 0,
    memory: 0,
    step({ from, to, x, here, algebra, noise }) {
      const variance = eta ** 2 * posteriorBetween(from, to).betaTilde;
      const direction = eps === "consistent" ? here.eps : convertAt(from, x, here.output, "eps", algebra);
      const mean = algebra.combine([to.alpha, Math.sqrt(Math.max(0, to.sigma ** 2 - variance))], [here.x0, direction]);
      return { x: variance > 0 ? algebra.combine([1, Math.sqrt(variance)], [mean, noise()]) : mean };
    },
  };
}
