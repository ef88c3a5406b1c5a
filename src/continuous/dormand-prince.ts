import { type PathPoint } from "./euler-maruyama.ts";
import { type Field } from "./reverse.ts";
import { advance, slopes } from "./runge-kutta.ts";

/** The pair 5(4) of Dormand & Prince 1980: the fifth-order step, whose last slope is the next one's first, and the difference to the fourth. */
const c = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const a = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const b = a[6]!;
const difference = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

export interface DormandPrinceOptions {
  field: Field<Float64Array>;
  x: Float64Array;
  from: number;
  to: number;
  /** How far a step may err in any coordinate, tolerance·(1 + |x_i|); 1e-6 unless told. */
  tolerance?: number;
  /** How many steps are too many; 10,000 unless told. */
  most?: number;
}

/** A step taken, with the evaluations of the field in all so far. */
export interface AdaptivePoint extends PathPoint<Float64Array> {
  readonly evaluations: number;
}

/**
 * An ODE in steps that adapt themselves: one moment a step taken, the last at `to`. A step whose error estimate is too large in the worst
 * coordinate is refused and made shorter. Of order 5 in what it keeps. All points of one array share their steps, so a point's own result
 * depends on its companions, within the tolerance. RangeError for a tolerance that is not positive, an Error where `most` steps do not
 * arrive or the field has a value that is not finite.
 */
export function* dormandPrince(options: DormandPrinceOptions): Generator<AdaptivePoint, void, void> {
  const { field, from, to, tolerance = 1e-6, most = 10_000 } = options;
  if (!(tolerance > 0)) throw new RangeError(`tolerance ${tolerance}: a positive number is needed, such as 1e-6`);
  let { x } = options;
  let t = from;
  let h = (to - from) / 100;
  let first = field(x, t);
  let evaluations = 1;
  for (let step = 0; t !== to; step++) {
    if (step >= most) throw new Error(`${most} steps from ${from} have come to ${t} of ${to}: allow a larger tolerance, or more steps`);
    const last = Math.abs(to - t) <= Math.abs(h) * (1 + 1e-10);
    const length = last ? to - t : h;
    const k = slopes(field, x, t, length, { a, c }, first);
    evaluations += 6;
    const next = advance(x, k, b, length);
    const error = worst(advance(new Float64Array(x.length), k, difference, length), x, next, tolerance);
    if (Number.isNaN(error)) throw new Error(`the field has a value that is not finite near time ${t}`);
    if (error <= 1) {
      [t, x, first] = [last ? to : t + length, next, k[6]!];
      yield { t, x, evaluations };
    }
    h = length * Math.min(5, Math.max(0.2, 0.9 * error ** -0.2));
  }
}
dormandPrince.order = 5;

function worst(error: Float64Array, x: Float64Array, next: Float64Array, tolerance: number): number {
  let largest = 1e-10;
  for (let i = 0; i < error.length; i++) {
    const share = Math.abs(error[i]!) / (tolerance * (1 + Math.max(Math.abs(x[i]!), Math.abs(next[i]!))));
    if (!(share <= largest)) largest = share;
    if (Number.isNaN(largest)) return NaN;
  }
  return largest;
}
