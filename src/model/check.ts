/** @throws RangeError unless the value is a whole number from `least` up */
export function checkWhole(what: string, value: unknown, least: number): void {
  if (!(Number.isInteger(value) && (value as number) >= least)) {
    throw new RangeError(`${what} ${JSON.stringify(value)}: a whole number from ${least} up is needed`);
  }
}

/** @throws RangeError for keys that are none of the known, such as misspelt ones */
export function checkKeys(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw new RangeError(`"${name}" in ${what}: it has ${known.join(", ")}`);
  }
}

/** @throws RangeError unless the value is a share that can be dropped */
export function checkDropout(value: unknown): void {
  if (!(typeof value === "number" && value >= 0 && value < 1)) {
    throw new RangeError(`dropout ${JSON.stringify(value)}: a share from 0 up to, not including, 1 is needed`);
  }
}

/** @throws RangeError unless the value is true or false */
export function checkFlag(what: string, value: unknown): void {
  if (typeof value !== "boolean") throw new RangeError(`${what} ${JSON.stringify(value)}: true or false is needed`);
}
