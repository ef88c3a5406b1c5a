import { Holding } from "../algebra/holding.ts";
import { algebraOf } from "../algebra/index.ts";
import { type PathPoint } from "./euler-maruyama.ts";
import { type Field } from "./reverse.ts";

/** An explicit Runge–Kutta method: stage i is at t + c_i h, from the slopes before it; the step adds Σ b_i k_i h. */
export interface RungeKuttaMethod {
  readonly name: string;
  /** The p of a global error O(h^p). */
  readonly order: number;
  readonly c: readonly number[];
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
}

/** The named methods: Euler's, Heun's, and the classical fourth-order one (Hairer, Nørsett & Wanner 1993, section II.1). */
export const rungeKuttaMethods = {
  euler: { name: "Euler", order: 1, c: [0], a: [[]], b: [1] },
  heun: { name: "Heun", order: 2, c: [0, 1], a: [[], [1]], b: [1 / 2, 1 / 2] },
  rk4: { name: "RK4", order: 4, c: [0, 1 / 2, 1 / 2, 1], a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]], b: [1 / 6, 1 / 3, 1 / 3, 1 / 6] },
} as const satisfies Record<string, RungeKuttaMethod>;

export interface RungeKuttaOptions<V> {
  field: Field<V>;
  /** The state at the first of the times. */
  x: V;
  /** Those to step through, rising or falling. */
  times: ArrayLike<number>;
  /** `rungeKuttaMethods.rk4` unless told. */
  method?: RungeKuttaMethod;
}

/**
 * An ODE in steps of a given grid, one moment a step, the start not among them; for values of any kind. Tensors are freed as by
 * `eulerMaruyama`.
 */
export function* rungeKutta<V>({ field, x, times, method = rungeKuttaMethods.rk4 }: RungeKuttaOptions<V>): Generator<PathPoint<V>, void, void> {
  const holding = new Holding(algebraOf(x), 0);
  const start = x;
  const held: Field<V> = (at, t) => holding.answer(field(holding.answer(at, start), t), at);
  let last: V | undefined;
  try {
    for (let i = 1; i < times.length; i++) {
      const [t, next] = [times[i - 1]!, times[i]!];
      const k = slopes(held, x, t, next - t, method);
      last = x = holding.own(advance(x, k, method.b, next - t));
      holding.next();
      yield { t: next, x };
      if (i < times.length - 1) last = undefined;
    }
  } finally {
    holding.end(last);
  }
}

/** The slopes k_i of one step. `first` spares the first, where it is known. */
export function slopes<V>(field: Field<V>, x: V, t: number, h: number, { c, a }: Pick<RungeKuttaMethod, "a" | "c">, first?: V): V[] {
  const k: V[] = [];
  c.forEach((share, i) => {
    k.push(i === 0 ? (first ?? field(x, t)) : field(advance(x, k, a[i]!, h), share === 1 ? t + h : t + share * h));
  });
  return k;
}

export function advance<V>(x: V, k: readonly V[], weights: readonly number[], h: number): V {
  const used = weights.flatMap((weight, i) => (weight === 0 ? [] : [{ weight: h * weight, slope: k[i]! }]));
  return algebraOf(x).combine([1, ...used.map(({ weight }) => weight)], [x, ...used.map(({ slope }) => slope)]);
}
