export interface KarrasOptions {
  /** Number of noise levels, from 1 up. */
  n: number;
  /** The lowest and the highest σ, 0 < sigmaMin < sigmaMax; 0.002 and 80 unless told. */
  sigmaMin?: number;
  sigmaMax?: number;
  /** How much the levels crowd towards sigmaMin, above 0; 7 unless told (of the polyexponential grid 1). */
  rho?: number;
}

/**
 * n noise levels from sigmaMax down to sigmaMin, evenly spaced in $\sigma^{1/\rho}$: Karras et al. 2022, equation 5 without its final 0.
 * Throws a RangeError for an n that is not a whole number from 1 up, and for sigmas or a rho out of range.
 */
export function karrasSigmas({ n, sigmaMin = 0.002, sigmaMax = 80, rho = 7 }: KarrasOptions): Float64Array<ArrayBuffer> {
  checkSigmas({ n, sigmaMin, sigmaMax, rho });
  const [high, low] = [sigmaMax ** (1 / rho), sigmaMin ** (1 / rho)];
  return Float64Array.from({ length: n }, (_, i) => {
    if (i === 0) return sigmaMax;
    return i === n - 1 ? sigmaMin : (high + (i / (n - 1)) * (low - high)) ** rho;
  });
}

export function checkSigmas({ n, sigmaMin, sigmaMax, rho }: Required<KarrasOptions>): void {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`n = ${n} noise levels: a whole number from 1 up is needed`);
  if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax < Infinity)) {
    throw new RangeError(`sigmas from ${sigmaMax} down to ${sigmaMin}: 0 < sigmaMin < sigmaMax is needed, such as 0.002 and 80`);
  }
  if (!(rho > 0 && rho < Infinity)) throw new RangeError(`rho ${rho}: a positive number is needed, such as 7`);
}
