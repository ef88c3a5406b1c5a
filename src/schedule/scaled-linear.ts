import { type BetaRange, checkEnds, evenly } from "./grid.ts";
import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/**
 * $\sqrt{\beta_t}$ evenly spaced from √betaStart (betaStart 8.5e-4) to √betaEnd (0.012): Stable Diffusion, after Rombach et al. 2022.
 * The formula of `quadraticSchedule` under the name and with the range that latent models know; its ᾱ_T of .0047 leaves signal in x_T.
 * Throws a RangeError for a β outside (0, 1) or a T below 1.
 */
export function scaledLinearSchedule({ T = 1000, betaStart = 8.5e-4, betaEnd = 0.012 }: BetaRange = {}): Schedule {
  checkEnds("scaled linear", { betaStart, betaEnd });
  return tabulate("scaled linear", T, (t) => evenly(Math.sqrt(betaStart), Math.sqrt(betaEnd), t, T) ** 2);
}
