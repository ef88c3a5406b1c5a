import { type BetaRange, checkEnds, evenly } from "./grid.ts";
import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/**
 * $\sqrt{\beta_t}$ evenly spaced from √betaStart (betaStart 1e-4) to √betaEnd (0.02): the "quad" schedule of Song, Meng & Ermon 2021 (DDIM).
 * Throws a RangeError for a β outside (0, 1) or a T below 1.
 */
export function quadraticSchedule({ T = 1000, betaStart = 1e-4, betaEnd = 0.02 }: BetaRange = {}): Schedule {
  checkEnds("quadratic", { betaStart, betaEnd });
  return tabulate("quadratic", T, (t) => evenly(Math.sqrt(betaStart), Math.sqrt(betaEnd), t, T) ** 2);
}
