/** A length, or the lengths of several axes; draws fill them row by row into one flat array. */
export type Shape = number | readonly number[];

/** The number of values of a shape; a RangeError for a length that is not a whole number from 0 up. */
export function sizeOf(shape: Shape): number {
  const axes = typeof shape === "number" ? [shape] : shape;
  for (const axis of axes) {
    if (!(Number.isInteger(axis) && axis >= 0)) throw new RangeError(`shape [${axes.join(", ")}]: each axis is a whole number from 0 up`);
  }
  return axes.reduce((size, axis) => size * axis, 1);
}
