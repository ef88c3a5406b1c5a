/**
 * A variance schedule. Timesteps are the paper's, t = 1…T; every array has length T + 1, and index 0 is clean data
 * (beta[0] = 0, alpha[0] = alphaBar[0] = 1). All values are float64. The arrays are shared, never copied: read them, do not write them.
 */
export interface Schedule {
  readonly name: string;
  /** Number of diffusion steps. */
  readonly T: number;
  /** β_t, the variance of the noise that step t adds. In (0, 1); 1 is legal at t = T. */
  readonly beta: Float64Array;
  /** α_t = 1 − β_t */
  readonly alpha: Float64Array;
  /** ᾱ_t = ∏_{s ≤ t} α_s, the share of x_t's variance that is signal. May be 0 at t = T. */
  readonly alphaBar: Float64Array;
  /** 1 − ᾱ_t, the share that is noise, without the cancellation that `1 - alphaBar[t]` suffers near t = 0. */
  readonly oneMinusAlphaBar: Float64Array;
  /** √((1−ᾱ_t)/ᾱ_t), the noise-to-signal ratio in standard deviations, for t = 0…T; Infinity where ᾱ_t = 0. */
  sigma(t: number): number;
  /** ᾱ_t/(1−ᾱ_t), the signal-to-noise ratio in variances, for t = 0…T; Infinity at t = 0. */
  snr(t: number): number;
}

/**
 * Requires a whole timestep from `first` (1 unless told) to T.
 * Throws a RangeError such as `timestep 1001 outside 1…1000 of schedule "linear"`.
 */
export function checkTimestep(schedule: Pick<Schedule, "name" | "T">, t: number, first: 0 | 1 = 1): void {
  const range = `${first}…${schedule.T} of schedule "${schedule.name}"`;
  if (typeof t !== "number") throw new TypeError(`timestep ${String(t)} is no number: it is a whole number in ${range}`);
  if (!(t >= first && t <= schedule.T)) throw new RangeError(`timestep ${t} outside ${range}`);
  if (!Number.isInteger(t)) throw new RangeError(`timestep ${t} is not whole: take one of ${range}`);
}
