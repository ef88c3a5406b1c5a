import { type Sde, checkTime } from "./sde.ts";

export interface BetaRampOptions {
  /** β(0); 0.1 unless told. */
  betaMin?: number;
  /** β(1); 20 unless told. */
  betaMax?: number;
}

/** A diffusion driven by a rate β(t) of which the integral is known. */
export interface BetaSde extends Sde {
  /** β(t), per unit of time. */
  beta(t: number): number;
  /** $B(t) = \int_0^t\beta$, so that α(t)² = e^{−B}. */
  integral(t: number): number;
}

/**
 * Variance preserving: $dx = -\tfrac12\beta(t)\,x\,dt + \sqrt{\beta(t)}\,dw$, with $\alpha^2 = e^{-B}$ and $\sigma^2 = 1 - e^{-B}$. The
 * limit of the DDPM chain with β_t = β(t/T)/T (Song et al. 2021, equation 11): the usual 0.1 and 20 are the linear schedule's 10⁻⁴
 * and 0.02 times its 1000 steps. β(t) is even in t from betaMin to betaMax, 0 ≤ t ≤ 1. RangeError for a betaMin below 0, or a betaMax not
 * above 0.
 */
export function vpSde(options: BetaRampOptions = {}): BetaSde {
  const ramp = betaRamp("variance-preserving", options);
  return {
    ...ramp,
    drift: (t) => -ramp.beta(t) / 2,
    diffusion: (t) => Math.sqrt(ramp.beta(t)),
    level: (t) => ({ alpha: Math.exp(-ramp.integral(t) / 2), sigma: Math.sqrt(-Math.expm1(-ramp.integral(t))), t }),
  };
}

/**
 * Sub-VP: $dx = -\tfrac12\beta(t)\,x\,dt + \sqrt{\beta(t)(1-e^{-2B(t)})}\,dw$, with $\alpha^2 = e^{-B}$ as before and
 * $\sigma = 1 - e^{-B}$: at every time less noise than `vpSde`, and as much in the end (Song et al. 2021, equation 12). RangeErrors as
 * there.
 */
export function subVpSde(options: BetaRampOptions = {}): BetaSde {
  const ramp = betaRamp("sub-VP", options);
  return {
    ...ramp,
    drift: (t) => -ramp.beta(t) / 2,
    diffusion: (t) => Math.sqrt(ramp.beta(t) * -Math.expm1(-2 * ramp.integral(t))),
    level: (t) => ({ alpha: Math.exp(-ramp.integral(t) / 2), sigma: -Math.expm1(-ramp.integral(t)), t }),
  };
}

function betaRamp(name: string, { betaMin = 0.1, betaMax = 20 }: BetaRampOptions) {
  if (!(betaMin >= 0 && betaMax > 0 && betaMin + betaMax < Infinity)) {
    throw new RangeError(`beta from ${betaMin} to ${betaMax} of the ${name} diffusion: rates are at least 0, such as 0.1 and 20`);
  }
  const law = { name, end: 1, priorVariance: 1 };
  return {
    ...law,
    beta(t: number): number {
      checkTime(law, t);
      return betaMin + t * (betaMax - betaMin);
    },
    integral(t: number): number {
      checkTime(law, t);
      return t * (betaMin + (t / 2) * (betaMax - betaMin));
    },
  };
}
