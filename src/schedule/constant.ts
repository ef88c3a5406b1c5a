import { checkEnds } from "./grid.ts";
import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

export interface ConstantOptions {
  /** Number of diffusion steps; 1000 unless told. */
  T?: number;
  /** The variance of every step, in (0, 1); 0.02 unless told. */
  beta?: number;
}

/** $\beta_t = \beta$: the "const" schedule of Ho et al. 2020's code. Throws a RangeError for a β outside (0, 1) or a T below 1. */
export function constantSchedule({ T = 1000, beta = 0.02 }: ConstantOptions = {}): Schedule {
  checkEnds("constant", { beta });
  return tabulate("constant", T, () => beta);
}
