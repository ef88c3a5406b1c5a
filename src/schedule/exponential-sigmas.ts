import { type KarrasOptions, checkSigmas } from "./karras.ts";

/**
 * n noise levels from sigmaMax down to sigmaMin, evenly spaced in log σ: `polyexponentialSigmas` with rho 1, and what Karras's grid tends to
 * for a large rho. Throws as `karrasSigmas` does.
 */
export function exponentialSigmas({ n, sigmaMin, sigmaMax }: Omit<KarrasOptions, "rho">): Float64Array<ArrayBuffer> {
  return polyexponentialSigmas({ n, sigmaMin, sigmaMax, rho: 1 });
}

/**
 * n noise levels from sigmaMax (80) down to sigmaMin (0.002), $\log\sigma_i = \log\sigma_{min} + u_i^{\rho}\log(\sigma_{max}/\sigma_{min})$
 * with u_i evenly spaced from 1 to 0: polynomial in log σ, as in k-diffusion; rho 1 unless told. Throws as `karrasSigmas` does.
 */
export function polyexponentialSigmas({ n, sigmaMin = 0.002, sigmaMax = 80, rho = 1 }: KarrasOptions): Float64Array<ArrayBuffer> {
  checkSigmas({ n, sigmaMin, sigmaMax, rho });
  return Float64Array.from({ length: n }, (_, i) => {
    if (i === 0) return sigmaMax;
    return i === n - 1 ? sigmaMin : sigmaMin * (sigmaMax / sigmaMin) ** ((1 - i / (n - 1)) ** rho);
  });
}
