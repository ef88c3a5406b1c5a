const PER_UNIT = 32;
const END = 700;
const table = Float64Array.from({ length: END * PER_UNIT + 2 }, (_, i) => Math.exp(-i / PER_UNIT));

/**
 * e^{−u} for u ≥ 0, to a relative error below 1e-14, and 0 from u = 700 on: a table and six terms of the series, a third of what `Math.exp`
 * costs where it is called a thousand million times.
 */
export function exponentialOfMinus(u: number): number {
  if (!(u < END)) return u >= END ? 0 : NaN;
  const i = (u * PER_UNIT + 0.5) | 0;
  const r = i / PER_UNIT - u;
  return table[i]! * (1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r / 720))))));
}
