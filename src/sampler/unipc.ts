import { type Algebra } from "../algebra/index.ts";
import { type Level, lambda } from "../schedule/index.ts";
import { moved } from "./estimate.ts";
import { type Estimate, type Sampler } from "./sampler.ts";

export interface UnipcOptions {
  /** p, the order of the predictor: 1, 2 (unless told) or 3. The corrector adds one to it. */
  order?: 1 | 2 | 3;
  /** B(h) = h ("bh1") or e^h − 1 ("bh2", unless told). */
  variant?: "bh1" | "bh2";
  /** Let the order fall to 1 towards the last step, which other codes do where steps are few. */
  lowerOrderFinal?: boolean;
}

/**
 * UniPC-p of Zhao, Bai, Rao, Zhou & Lu 2023, x0 predicted: each step first corrects the x it starts from with the estimate that was made
 * there (UniC-p, their algorithm 1), then predicts the next (UniP-p, algorithm 2); one evaluation a step. Order p + 1. The step to clean
 * data is of order 1. RangeError for an order that is not 1, 2 or 3.
 */
export function unipc({ order = 2, variant = "bh2", lowerOrderFinal = false }: UnipcOptions = {}): Sampler {
  if (![1, 2, 3].includes(order)) throw new RangeError(`order ${order} of UniPC: 1, 2 or 3 is needed`);
  return {
    name: `UniPC-${order}, ${variant}`,
    order: order + 1,
    stochastic: false,
    memory: order,
    step({ to, x, here, past, algebra, index, steps }) {
      const [base, ...older] = past.filter(({ level }) => level.alpha > 0);
      const corrected = base === undefined ? x : unified(algebra, variant, base, older, here.level, here.x0);
      const start = moved(here, corrected, algebra);
      const allowed = lowerOrderFinal ? Math.min(order, steps - index) : order;
      return { x: unified(algebra, variant, start, past.filter(({ level }) => level.alpha > 0).slice(0, allowed - 1), to), here: start };
    },
  };
}

/**
 * $x_t = \frac{\sigma_t}{\sigma_s}x_s - \alpha_t(e^{-h} - 1)m_0 - \alpha_t B(h)\sum_k \rho_k D_k/r_k$: a step from `base`, with the estimates
 * at older levels and, in the corrector, `there` at its end. The ρ solve $\sum_k \rho_k r_k^{i-1} = b_i$; where there is one unknown it is ½.
 */
function unified<V>(
  algebra: Algebra<V>, variant: "bh1" | "bh2", base: Estimate<V>, older: readonly Estimate<V>[], to: Level, there?: V,
): V {
  const { level: from, x, x0 } = base;
  const h = lambda(to) - lambda(from);
  const first = algebra.combine([to.sigma / from.sigma, -to.alpha * Math.expm1(-h)], [x, x0]);
  if (!Number.isFinite(h)) return first;

  const places = older.map(({ level }) => (lambda(level) - lambda(from)) / h);
  const values = older.map((estimate) => estimate.x0);
  if (there !== undefined) {
    places.push(1);
    values.push(there);
  }
  if (places.length === 0) return first;
  const B = variant === "bh1" ? -h : Math.expm1(-h);
  const rho = places.length === 1 ? [0.5] : solve(places.map((_, i) => places.map((r) => r ** i)), rightSide(places.length, h, B));
  const weights = rho.map((value, k) => (-to.alpha * B * value) / places[k]!);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return algebra.combine([1, -total, ...weights], [first, x0, ...values]);
}

/** b_i = i! φ_{i+1}(−h) (−h)/B(h), where φ are the exponential integrator's functions. */
function rightSide(n: number, h: number, B: number): number[] {
  let term = Math.expm1(-h) / -h - 1;
  let factorial = 1;
  return Array.from({ length: n }, (_, i) => {
    const b = (term * factorial) / B;
    factorial *= i + 2;
    term = term / -h - 1 / factorial;
    return b;
  });
}

/** The solution of A x = b by elimination with pivots; A and b are small and used up. */
function solve(A: number[][], b: number[]): number[] {
  const n = b.length;
  for (let column = 0; column < n; column++) {
    const rest = A.slice(column).map((row) => Math.abs(row[column]!));
    const pivot = column + rest.indexOf(Math.max(...rest));
    [A[column], A[pivot]] = [A[pivot]!, A[column]!];
    [b[column], b[pivot]] = [b[pivot]!, b[column]!];
    for (let row = column + 1; row < n; row++) {
      const factor = A[row]![column]! / A[column]![column]!;
      for (let k = column; k < n; k++) A[row]![k]! -= factor * A[column]![k]!;
      b[row]! -= factor * b[column]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) b[row]! -= A[row]![k]! * b[k]!;
    b[row]! /= A[row]![row]!;
  }
  return b;
}
