import { ancestral } from "./ancestral.ts";
import { type Sampler } from "./sampler.ts";

export interface PredictorCorrectorOptions {
  /** What goes from level to level; `ancestral()` unless told. */
  predictor?: Sampler;
  /** Langevin steps at each level; 1 unless told. */
  corrections?: number;
  /** r: each Langevin step has the size δ = (2rσ)²; 0.16 unless told. */
  snr?: number;
}

/**
 * Predictor–corrector sampling of Song et al. 2021 (algorithm 1, corrector of algorithms 4 and 5): after each step, Langevin steps
 * $x \leftarrow x + \tfrac\delta2\,\hat s(x) + \sqrt\delta\,z$ at the level reached. Their step $2\alpha(r\|z\|/\|s\|)^2$ takes the norms of a
 * whole batch; here those are put at their expected ratio σ, so that points do not depend on each other.
 *
 * Order 0: δ does not shrink with the grid, and each correction has the bias of its step (see `ula`), so the law at the end is near the right
 * one and stays there. RangeError for corrections or an snr that are not positive.
 */
export function predictorCorrector(options: PredictorCorrectorOptions = {}): Sampler {
  const { predictor = ancestral(), corrections = 1, snr = 0.16 } = options;
  if (!(Number.isInteger(corrections) && corrections >= 1)) throw new RangeError(`${corrections} corrections: a whole number from 1 up is needed`);
  if (!(snr > 0 && snr < 1)) throw new RangeError(`snr ${snr} of the corrector: a number in (0, 1) is needed, such as 0.16`);
  return {
    ...predictor,
    name: `${predictor.name}, ${corrections} correction${corrections === 1 ? "" : "s"}`,
    order: 0,
    stochastic: true,
    async step(step) {
      const { to, algebra, estimate, noise } = step;
      const stepped = await predictor.step(step);
      if (to.sigma === 0) return stepped;
      let x = stepped.x;
      const delta = (2 * snr * to.sigma) ** 2;
      for (let i = 0; i < corrections; i++) {
        const { eps } = await estimate(x, to);
        x = algebra.combine([1, -delta / (2 * to.sigma), Math.sqrt(delta)], [x, eps, noise()]);
      }
      return { ...stepped, x };
    },
  };
}
