import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/**
 * The schedule with the given $\bar\alpha_1\dots\bar\alpha_T$ (`alphaBars[0]` is ᾱ_1): $\beta_t = 1 - \bar\alpha_t/\bar\alpha_{t-1}$. They
 * fall within (0, 1); the last may be 0. Throws a RangeError where they do not, and for an empty list. Near 1 the digits of 1 − ᾱ are those
 * that the given ᾱ have.
 */
export function scheduleFromAlphaBars(alphaBars: ArrayLike<number>, name = "custom"): Schedule {
  const T = alphaBars.length;
  return tabulate(name, T, (t) => {
    const [before, after] = [t === 1 ? 1 : alphaBars[t - 2]!, alphaBars[t - 1]!];
    if (!(after < before && (after > 0 || (after === 0 && t === T)))) {
      throw new RangeError(`alphaBar ${after} at t = ${t} of schedule "${name}", after ${before}: they fall within (0, 1), or to 0 at t = T`);
    }
    return (before - after) / before;
  });
}
