import { type Schedule } from "./schedule.ts";
import { tabulate } from "./table.ts";

/**
 * The schedule moved so that x_T holds no signal at all: with $a_t = \sqrt{\bar\alpha_t}$, $a'_t = (a_t - a_T)\,\frac{a_1}{a_1 - a_T}$ for t ≥ 1,
 * which keeps a_1 and makes a_T zero. Lin et al. 2024, algorithm 1. Throws a RangeError for a schedule of a single step.
 */
export function zeroTerminalSnr(schedule: Schedule): Schedule {
  const { name, T, alpha, beta, alphaBar } = schedule;
  if (T < 2) throw new RangeError(`schedule "${name}" has T = ${T}: its first step is kept and its last emptied, so at least 2 are needed`);
  const a = alphaBar.map(Math.sqrt);
  const stretch = a[1]! / (a[1]! - a[T]!);
  const moved = a.map((value) => (value - a[T]!) * stretch);
  return tabulate(`${name}, zero terminal SNR`, T, (t) => {
    if (t === 1) return beta[1]!;
    // 1 − a'_t²/a'_{t−1}², with a_{t−1} − a_t = a_{t−1} β_t/(1 + √α_t), so that nothing cancels.
    const fall = (a[t - 1]! * beta[t]! * stretch) / (1 + Math.sqrt(alpha[t]!));
    return t === T ? 1 : (fall * (moved[t - 1]! + moved[t]!)) / moved[t - 1]! ** 2;
  });
}
