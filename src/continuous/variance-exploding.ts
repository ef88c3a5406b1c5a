import { type Sde, checkTime } from "./sde.ts";

export interface VeOptions {
  /** 0 < sigmaMin < sigmaMax; 0.01 and 50 unless told. */
  sigmaMin?: number;
  sigmaMax?: number;
}

/**
 * Variance exploding: $dx = g(t)\,dw$ with $g = s(t)\sqrt{2\log(\sigma_{max}/\sigma_{min})}$,
 * $s(t) = \sigma_{min}(\sigma_{max}/\sigma_{min})^t$, 0 ≤ t ≤ 1, so that α = 1 and $\sigma^2 = s(t)^2 - \sigma_{min}^2$, nothing at t = 0
 * (Song et al. 2021, equation 9 and appendix C; codes that write σ = s(t) take the data to be noised by σ_min already). The prior's
 * variance is σ(1)²; that the data are spread too it leaves out. RangeError for sigmas out of range.
 */
export function veSde({ sigmaMin = 0.01, sigmaMax = 50 }: VeOptions = {}): Sde {
  if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax < Infinity)) {
    throw new RangeError(`sigmas from ${sigmaMin} to ${sigmaMax}: 0 < sigmaMin < sigmaMax is needed, such as 0.01 and 50`);
  }
  const law = { name: "variance-exploding", end: 1 };
  const rate = Math.log(sigmaMax / sigmaMin);
  const variance = (t: number): number => sigmaMin ** 2 * Math.expm1(2 * rate * t);
  return {
    ...law,
    priorVariance: variance(1),
    drift(t) {
      checkTime(law, t);
      return 0;
    },
    diffusion(t) {
      checkTime(law, t);
      return sigmaMin * Math.exp(rate * t) * Math.sqrt(2 * rate);
    },
    level(t) {
      checkTime(law, t);
      return { alpha: 1, sigma: Math.sqrt(variance(t)), t };
    },
  };
}
