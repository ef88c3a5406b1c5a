import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

export interface CosineOptions {
  /** Number of diffusion steps; 1000 unless told. */
  T?: number;
  /** Offset that keeps β_1 from vanishing; 0.008 unless told, at least 0. */
  s?: number;
  /** Cap on β, 0.999 unless told; 1 makes ᾱ_T = 0, as f(T) = 0. Other codes cap at 0.9999. */
  maxBeta?: number;
}

/**
 * $\bar\alpha_t = f(t)/f(0)$ with $f(t) = \cos^2\!\big(\tfrac{t/T + s}{1 + s}\cdot\tfrac{\pi}{2}\big)$, and
 * $\beta_t = \min(1 - \bar\alpha_t/\bar\alpha_{t-1}, \beta_{max})$: Nichol & Dhariwal 2021, equation 17.
 * alphaBar is the product of the capped steps. Throws a RangeError for a T below 1, a negative s, or a maxBeta outside (0, 1].
 */
export function cosineSchedule({ T = 1000, s = 0.008, maxBeta = 0.999 }: CosineOptions = {}): Schedule {
  if (!(s >= 0 && Number.isFinite(s))) {
    throw new RangeError(`s = ${s} of schedule "cosine": an offset of at least 0 is needed, such as 0.008`);
  }
  if (!(maxBeta > 0 && maxBeta <= 1)) {
    throw new RangeError(`maxBeta ${maxBeta} of schedule "cosine": a cap in (0, 1] is needed, such as 0.999`);
  }
  const angle = (t: number): number => ((t / T + s) / (1 + s)) * (Math.PI / 2);
  const step = Math.PI / (2 * T * (1 + s));
  // cos² a − cos² b = sin(b − a) sin(b + a): β without subtracting two numbers that are almost equal.
  return tabulate("cosine", T, (t) => {
    if (t === T) return maxBeta;
    const beta = (Math.sin(step) * Math.sin(angle(t) + angle(t - 1))) / Math.cos(angle(t - 1)) ** 2;
    return Math.min(beta, maxBeta);
  });
}
