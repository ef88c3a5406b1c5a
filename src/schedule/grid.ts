/** What the schedules that run from one β to another are made from. */
export interface BetaRange {
  /** Number of diffusion steps; 1000 unless told. */
  T?: number;
  /** β_1, in (0, 1). */
  betaStart?: number;
  /** β_T, in (0, 1]. */
  betaEnd?: number;
}

/** The value at t of T evenly spaced values from `start` (t = 1) to `end` (t = T); `start` where T = 1. */
export function evenly(start: number, end: number, t: number, T: number): number {
  if (t === T && T > 1) return end;
  return start + (end - start) * ((t - 1) / Math.max(1, T - 1));
}

/** Requires variances at both ends, so that a schedule's own formula never meets √ of a negative number. */
export function checkEnds(name: string, ends: Readonly<Record<string, number>>): void {
  for (const [end, beta] of Object.entries(ends)) {
    if (!(beta > 0 && beta <= 1)) {
      throw new RangeError(`${end} ${beta} of schedule "${name}": a variance in (0, 1) is needed, such as 1e-4 or 0.02`);
    }
  }
}
