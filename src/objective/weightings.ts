import { posterior } from "../process/index.ts";
import { type Schedule, checkTimestep } from "../schedule/index.ts";

/** How much the squared error in x0 counts at timestep t. The error in ε or v counts accordingly less: see `lossWeights`. */
export interface Weighting {
  readonly name: string;
  ofX0(schedule: Schedule, t: number): number;
}

/** 1 for the error in ε: what L_simple does (Ho et al. 2020, equation 14). SNR_t for that in x0. */
export const simpleWeighting: Weighting = { name: "simple", ofX0: (schedule, t) => schedule.snr(t) };

/**
 * What the variational bound itself asks for, σ_t² being β_t or β̃_t: $\frac{c_t^2}{2\sigma_t^2}$ with c_t the coefficient of x0 in μ̃_t. For
 * the error in ε that is $\frac{\beta_t^2}{2\sigma_t^2\alpha_t(1-\bar\alpha_t)}$ (Ho et al. 2020, equation 12); with β̃_t it is
 * $\tfrac12(SNR_{t-1} - SNR_t)$ for the error in x0 (Kingma et al. 2021, equation 13), and Infinity at t = 1, where β̃ is 0.
 */
export function boundWeighting({ variance = "beta" }: { variance?: "beta" | "posterior" } = {}): Weighting {
  return {
    name: `bound, ${variance}`,
    ofX0(schedule, t) {
      const law = posterior(schedule, t);
      return law.coefficients.x0 ** 2 / (2 * (variance === "beta" ? schedule.beta[t]! : law.variance));
    },
  };
}

/** min(SNR_t, γ) (Hang et al. 2023; γ 5 unless told). RangeError unless γ is positive. */
export function minSnr({ gamma = 5 }: { gamma?: number } = {}): Weighting {
  checkPositive("gamma", gamma);
  return { name: `min-SNR ${gamma}`, ofX0: (schedule, t) => Math.min(schedule.snr(t), gamma) };
}

/** $\frac{\gamma\,SNR_t}{\gamma + SNR_t}$, min-SNR without its corner (Crowson et al. 2024; γ 4 unless told). RangeError unless γ is positive. */
export function softMinSnr({ gamma = 4 }: { gamma?: number } = {}): Weighting {
  checkPositive("gamma", gamma);
  return {
    name: `soft min-SNR ${gamma}`,
    // In this form an infinite SNR, and one of 0, have their limits.
    ofX0: (schedule, t) => 1 / (1 / schedule.snr(t) + 1 / gamma),
  };
}

/** $(k + SNR_t)^{-\gamma}$ for the error in ε: "P2" of Choi et al. 2022, equation 8 (k and γ 1 unless told). RangeError unless k is positive. */
export function p2({ k = 1, gamma = 1 }: { k?: number; gamma?: number } = {}): Weighting {
  checkPositive("k", k);
  return { name: `P2 ${k}, ${gamma}`, ofX0: (schedule, t) => schedule.snr(t) / (k + schedule.snr(t)) ** gamma };
}

/** $\frac{\sigma^2 + \sigma_{data}^2}{(\sigma\,\sigma_{data})^2}$ with σ² = 1/SNR_t (Karras et al. 2022, table 1; σ_data 0.5 unless told). */
export function edmWeighting({ sigmaData = 0.5 }: { sigmaData?: number } = {}): Weighting {
  checkPositive("sigmaData", sigmaData);
  return { name: `EDM ${sigmaData}`, ofX0: (schedule, t) => 1 / sigmaData ** 2 + schedule.snr(t) };
}

/**
 * What a squared error counts at each timestep, for a model that predicts `kind`: a table of length T + 1, 0 at 0. With δ the error in x0, that
 * in ε has the square SNR_t δ², that in v (1 + SNR_t) δ². Where ᾱ_T = 0 an error in ε says nothing of x0, and its weight is taken from the
 * limit: of `simpleWeighting` 1, of others what the division gives.
 */
export function lossWeights(schedule: Schedule, weighting: Weighting, kind: "eps" | "x0" | "v"): Float64Array<ArrayBuffer> {
  return Float64Array.from(schedule.alphaBar, (_, t) => (t === 0 ? 0 : weightAt(schedule, t, weighting, kind)));
}

function weightAt(schedule: Schedule, t: number, weighting: Weighting, kind: "eps" | "x0" | "v"): number {
  checkTimestep(schedule, t);
  const weight = weighting.ofX0(schedule, t);
  const snr = schedule.snr(t);
  if (kind === "x0") return weight;
  if (kind === "v") return weight / (1 + snr);
  if (snr > 0) return weight / snr;
  return weighting === simpleWeighting ? 1 : Infinity;
}

function checkPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} ${value} of a weighting: a positive number is needed`);
}
