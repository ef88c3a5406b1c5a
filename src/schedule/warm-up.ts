import { type BetaRange, checkEnds, evenly } from "./grid.ts";
import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/** `share`: how much of 1…T the rise takes, in [0, 1]; 0.1 unless told. */
export interface WarmUpOptions extends BetaRange {
  share?: number;
}

/**
 * $\beta_t$ evenly spaced from betaStart (1e-4) to betaEnd (0.02) over the first `share` of the steps, and betaEnd from there on: the
 * "warmup10" (share 0.1) and "warmup50" schedules of Ho et al. 2020's code.
 * Throws a RangeError for a β outside (0, 1), a share outside [0, 1] or a T below 1.
 */
export function warmUpSchedule({ T = 1000, betaStart = 1e-4, betaEnd = 0.02, share = 0.1 }: WarmUpOptions = {}): Schedule {
  checkEnds("warm-up", { betaStart, betaEnd });
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share ${share} of schedule "warm-up": a number of 0…1 is needed, such as 0.1`);
  const rise = Math.floor(T * share);
  return tabulate("warm-up", T, (t) => (t <= rise ? evenly(betaStart, betaEnd, t, rise) : betaEnd));
}
