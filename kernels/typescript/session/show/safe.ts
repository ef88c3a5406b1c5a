/** A property's value where it is plain data, here or on the prototype chain; getters are not invoked. */
export function dataProperty(value: object, key: PropertyKey): unknown {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(at, key);
    if (descriptor) return descriptor.value;
  }
  return undefined;
}

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

export function isPlain(value: unknown): value is object {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export const clip = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
