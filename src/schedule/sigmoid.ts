import { type BetaRange, checkEnds, evenly } from "./grid.ts";
import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/** `spread`: the logistic function is read from −spread to spread. */
export interface SigmoidOptions extends BetaRange {
  spread?: number;
}

/**
 * $\beta_t = \beta_{start} + (\beta_{end} - \beta_{start})\,/\,(1 + e^{-z_t})$, z_t evenly spaced over ±spread (6): the "sigmoid" schedule of
 * Song, Meng & Ermon 2021 (DDIM). betaStart (1e-4) and betaEnd (0.02) are approached, not reached.
 * Not to be taken for the schedule of Jabri et al. 2022, in which ᾱ rather than β is a sigmoid.
 * Throws a RangeError for a β outside (0, 1), a T below 1, or a spread that is not positive.
 */
export function sigmoidSchedule({ T = 1000, betaStart = 1e-4, betaEnd = 0.02, spread = 6 }: SigmoidOptions = {}): Schedule {
  checkEnds("sigmoid", { betaStart, betaEnd });
  if (!(spread > 0 && Number.isFinite(spread))) {
    throw new RangeError(`spread ${spread} of schedule "sigmoid": a positive number is needed, such as 6`);
  }
  return tabulate("sigmoid", T, (t) => betaStart + (betaEnd - betaStart) / (1 + Math.exp(-evenly(-spread, spread, t, T))));
}
