import { type Sampler } from "./sampler.ts";

/**
 * Euler's method down to a level below the next, and noise back up to it (Katherine Crowson's "Euler a"), in $\bar\sigma = \sigma/\alpha$:
 * $\bar\sigma_{up}^2 = \eta^2\,\bar\sigma'^2(\bar\sigma^2 - \bar\sigma'^2)/\bar\sigma^2$, $\bar\sigma_{down}^2 = \bar\sigma'^2 -
 * \bar\sigma_{up}^2$, $x' = \alpha'(\hat x_0 + \bar\sigma_{down}\hat\epsilon + \bar\sigma_{up}z)$. The same law as DDIM's with the same η.
 * RangeError for an η outside [0, 1].
 */
export function eulerAncestral({ eta = 1 }: { eta?: number } = {}): Sampler {
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`eta ${eta} of ancestral Euler: a number of 0…1 is needed`);
  return {
    name: eta === 1 ? "Euler ancestral" : `Euler ancestral, eta ${eta}`,
    order: 1,
    stochastic: eta > 0,
    memory: 0,
    step({ from, to, here, algebra, noise }) {
      const next = to.sigma / to.alpha;
      const shrink = (next * from.alpha) / from.sigma;
      const up = eta * next * Math.sqrt(1 - shrink ** 2);
      const down = Math.sqrt(Math.max(0, next ** 2 - up ** 2));
      const drift = algebra.combine([to.alpha, to.alpha * down], [here.x0, here.eps]);
      return { x: up > 0 ? algebra.combine([1, to.alpha * up], [drift, noise()]) : drift };
    },
  };
}
