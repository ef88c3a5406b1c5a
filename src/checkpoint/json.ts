/** What JSON can say and give back. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** Throws a TypeError for what JSON would drop or change in silence: functions, NaN, Infinity, bigints, typed arrays, class instances. */
export function checkJson(value: unknown, place = "state"): void {
  if (value === null || typeof value === "boolean" || typeof value === "string") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) return value.forEach((item, i) => checkJson(item, `${place}[${i}]`));
  if (typeof value === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)) {
    for (const [key, item] of Object.entries(value)) if (item !== undefined) checkJson(item, `${place}.${key}`);
    return;
  }
  const what = typeof value === "object" ? `a ${value.constructor.name}` : String(value);
  throw new TypeError(`${place} is ${what}, which JSON does not hold: keep plain data, and numbers by the array among the tensors`);
}
