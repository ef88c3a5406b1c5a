import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/**
 * $\beta_t = 1/(T - t + 1)$: each step destroys the same share of the signal's variance, $\bar\alpha_t = 1 - t/T$, until none is left:
 * ᾱ_T = 0. Sohl-Dickstein et al. 2015, and the "jsd" schedule of Ho et al. 2020's code. Throws a RangeError for a T below 1.
 */
export function jsdSchedule({ T = 1000 }: { T?: number } = {}): Schedule {
  return tabulate("JSD", T, (t) => 1 / (T - t + 1));
}
