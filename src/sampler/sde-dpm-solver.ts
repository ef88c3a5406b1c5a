import { lambda } from "../schedule/index.ts";
import { type Sampler } from "./sampler.ts";

/**
 * SDE-DPM-Solver++ of order 1 or 2M (unless told), Lu et al. 2022, section 6: $x_t = \frac{\sigma_t}{\sigma_s}e^{-h}x_s +
 * \alpha_t(1 - e^{-2h})D + \sigma_t\sqrt{1 - e^{-2h}}\,z$, D being x̂_0 for order 1 (which is `ancestral`) and x̂_0 continued to the middle of
 * the step for 2M. The noise of the last step, which the past x̂_0 lacks, is what the moments of this one ought to have of their own: the weak
 * order is 2, as of Adams–Bashforth's method where noise is additive. RangeError for an order that is neither 1 nor 2.
 */
export function sdeDpmSolverPP({ order = 2 }: { order?: 1 | 2 } = {}): Sampler {
  if (order !== 1 && order !== 2) throw new RangeError(`order ${order} of SDE-DPM-Solver++: 1 or 2 is needed`);
  return {
    name: `SDE-DPM-Solver++ ${order}M`,
    order,
    stochastic: true,
    memory: order - 1,
    step({ from, to, x, here, past, algebra, noise }) {
      const h = lambda(to) - lambda(from);
      const fresh = -Math.expm1(-2 * h);
      const drift = algebra.combine([(to.sigma / from.sigma) * Math.exp(-h), to.alpha * fresh], [x, here.x0]);
      if (to.sigma === 0) return { x: drift };
      const noised = algebra.combine([1, to.sigma * Math.sqrt(fresh)], [drift, noise()]);
      const [one] = past.filter(({ level }) => level.alpha > 0);
      if (one === undefined || h === Infinity) return { x: noised };
      const slope = (to.alpha * fresh * h) / (2 * (lambda(from) - lambda(one.level)));
      return { x: algebra.combine([1, slope, -slope], [noised, here.x0, one.x0]) };
    },
  };
}
