const quiet = new WeakSet<object>();

/** Marks what a call gives back for further use: a cell that ends with the call is not meant to show it. */
export function quietly<T extends object>(value: T): T {
  quiet.add(value);
  return value;
}

/** Whether a value is nothing to show as a cell's result. */
export const isQuiet = (value: unknown): boolean => value === undefined || (typeof value === "object" && value !== null && quiet.has(value));
