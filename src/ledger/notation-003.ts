import { type Schedule, checkTimestep } from "../schedule/index.ts";

/** One name of seed 003 in our words. */
export interface Notation003 {
  /** How the seed writes it. */
  readonly symbol: string;
  /** The same in the notation of the paper, which is ours. */
  readonly latex: string;
  /** Where the core has it. */
  readonly core: string;
  /** Its value at t = 0…T, from the core's tables. RangeError for a t outside. */
  at(schedule: Schedule, t: number): number;
}

function name(symbol: string, latex: string, core: string, square: (schedule: Schedule) => Float64Array): Notation003 {
  return {
    symbol,
    latex,
    core,
    at(schedule, t) {
      checkTimestep(schedule, t, 0);
      return Math.sqrt(square(schedule)[t]!);
    },
  };
}

/**
 * Seed 003 writes standard deviations where the paper and this core write variances: its α_t, β_t, ᾱ_t, β̄_t are the square roots of our
 * α_t, β_t, ᾱ_t, 1 − ᾱ_t, so that α_t² + β_t² = 1 and x_t = ᾱ_t x_0 + β̄_t ε. A dictionary, not a second core: every value is read from the
 * schedule. Its μ̂(x_t) is our prediction of kind "x0", its ε_θ that of kind "eps".
 */
export const notation003 = {
  alpha: name("α_t", String.raw`\sqrt{\alpha_t}`, "Math.sqrt(schedule.alpha[t])", ({ alpha }) => alpha),
  beta: name("β_t", String.raw`\sqrt{\beta_t}`, "Math.sqrt(schedule.beta[t])", ({ beta }) => beta),
  alphaBar: name("ᾱ_t", String.raw`\sqrt{\bar\alpha_t}`, "Math.sqrt(schedule.alphaBar[t])", ({ alphaBar }) => alphaBar),
  betaBar: name("β̄_t", String.raw`\sqrt{1-\bar\alpha_t}`, "Math.sqrt(schedule.oneMinusAlphaBar[t])", ({ oneMinusAlphaBar }) => oneMinusAlphaBar),
} as const satisfies Record<string, Notation003>;
