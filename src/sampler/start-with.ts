import { type Sampler } from "./sampler.ts";

/**
 * A sampler whose first `count` steps are another's: a multistep method started by a one-step method, so that its order holds wherever the
 * grid begins: `startWith(dpmSolverPP({ order: 3, multistep: false }), 3, lms())`. The starter's errors, being made `count` times rather
 * than at every step, may be of one order less. RangeError for a count that is not a whole number from 0 up.
 */
export function startWith(starter: Sampler, count: number, sampler: Sampler): Sampler {
  if (!(Number.isInteger(count) && count >= 0)) throw new RangeError(`${count} steps to start with: a whole number from 0 up is needed`);
  return {
    name: `${sampler.name}, started by ${starter.name}`,
    order: Math.min(sampler.order, starter.order + 1),
    stochastic: sampler.stochastic || starter.stochastic,
    memory: Math.max(sampler.memory, starter.memory),
    step: (step) => (step.index < count ? starter : sampler).step(step),
  };
}
