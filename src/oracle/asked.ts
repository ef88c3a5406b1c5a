// What every law demands of what it is asked.

/** Throws a RangeError unless noise has a variance from 0 up. */
export function requireNoise(variance: number): void {
  if (!(variance >= 0)) throw new RangeError(`noise of variance ${variance}: at least 0 is needed`);
}

/** One point of a law in `dimensions`, a number being one in one dimension. TypeError for another count of coordinates. */
export function onePoint(y: number | ArrayLike<number>, dimensions: number): Float64Array {
  const point = typeof y === "number" ? Float64Array.of(y) : Float64Array.from(y);
  if (point.length !== dimensions) {
    throw new TypeError(`${point.length} coordinates given to a law in ${dimensions} dimensions: give one point of ${dimensions}`);
  }
  return point;
}
