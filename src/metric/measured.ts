/** A number computed from samples, with the standard deviation that it would have over other samples of the same sizes. */
export interface Measured {
  readonly value: number;
  readonly standardError: number;
}

/** Two samples to be compared: points of `dimensions` coordinates (1 unless told), row by row. Their numbers may differ. */
export interface TwoSamples {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly dimensions?: number;
}

/** RangeError unless each of the named values is a whole number from 1 up. */
export function requireCounts(named: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(named)) {
    if (!(Number.isInteger(value) && value >= 1)) throw new RangeError(`${value} ${name}: a whole number from 1 up is needed`);
  }
}

/** How many points there are. TypeError for coordinates that are no whole number of points, RangeError for fewer than `least`. */
export function countPoints(points: Float64Array, dimensions: number, least: number): number {
  requireCounts({ dimensions });
  if (!(points instanceof Float64Array) || points.length % dimensions !== 0) {
    const given = points instanceof Float64Array ? `${points.length} numbers` : Object.prototype.toString.call(points);
    throw new TypeError(`${given} as points in ${dimensions} dimensions: give a Float64Array of n·${dimensions} numbers, row by row`);
  }
  const n = points.length / dimensions;
  if (n < least) throw new RangeError(`a sample of ${n} point${n === 1 ? "" : "s"}: at least ${least} are needed`);
  return n;
}

export function mean(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** With the divisor n − 1. */
export function variance(values: Float64Array): number {
  const centre = mean(values);
  let total = 0;
  for (const value of values) total += (value - centre) ** 2;
  return total / (values.length - 1);
}
