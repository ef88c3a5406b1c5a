import { type BetaRange, checkEnds, evenly } from "./grid.ts";
import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/**
 * $\beta_t$ evenly spaced from betaStart (1e-4) to betaEnd (0.02): Ho et al. 2020, section 4; seeds 001 and 004.
 * The usual range is meant for T = 1000; for another T scale both ends by 1000/T to end at the same noise level.
 * Throws a RangeError for a β outside (0, 1) or a T below 1.
 */
export function linearSchedule({ T = 1000, betaStart = 1e-4, betaEnd = 0.02 }: BetaRange = {}): Schedule {
  checkEnds("linear", { betaStart, betaEnd });
  return tabulate("linear", T, (t) => evenly(betaStart, betaEnd, t, T));
}
