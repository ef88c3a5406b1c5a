import { type Schedule } from "./schedule.ts";
import { TableSchedule } from "./table.ts";

/**
 * The schedule with the tables that a library computing in float32 has: β rounded, α = 1 − β rounded, ᾱ the product of those α carried in
 * float64 and rounded at each step, 1 − ᾱ subtracted and rounded. For parity with PyTorch codes; arithmetic on the tables stays float64.
 */
export function float32Tables(schedule: Schedule): Schedule {
  const beta = schedule.beta.map(Math.fround);
  const alpha = beta.map((value) => Math.fround(1 - value));
  let product = 1;
  const alphaBar = alpha.map((value) => Math.fround((product *= value)));
  const oneMinusAlphaBar = alphaBar.map((value) => Math.fround(1 - value));
  return new TableSchedule({ name: `${schedule.name}, float32`, beta, alpha, alphaBar, oneMinusAlphaBar });
}
