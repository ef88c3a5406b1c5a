import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/**
 * The schedule with the given variances β_1…β_T (`betas[0]` is β_1, so T = betas.length).
 * Throws a RangeError for a β outside (0, 1) (1 is legal at t = T alone) and for an empty list.
 */
export function scheduleFromBetas(betas: ArrayLike<number>, name = "custom"): Schedule {
  return tabulate(name, betas.length, (t) => betas[t - 1]!);
}
