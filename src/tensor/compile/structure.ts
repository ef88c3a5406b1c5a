import type { Tensor, Variable } from "../ops.ts";

/** What a step takes or returns, taken apart. */
export interface Structure {
  /** The tensors, in the order in which they are met. */
  readonly tensors: readonly Tensor[];
  /** All but the tensors' elements: how it is nested, types, shapes, plain values, which variables. */
  readonly key: string;
  /** The same with other tensors. */
  rebuild(tensors: readonly Tensor[]): unknown;
}

type Rebuild = (tensors: readonly Tensor[]) => unknown;

/**
 * Takes apart tensors within arrays and plain objects, beside numbers, strings, booleans, bigints, null and undefined. Variables stay what
 * they are, unless `outputs` are taken apart.
 *
 * @param name how errors call the whole, such as "inputs"
 * @throws TypeError naming the part that is something else
 */
export function takeApart(whole: unknown, name: string, typeOf: (tensor: Tensor) => string, outputs = false): Structure {
  const tensors: Tensor[] = [];
  const keys: string[] = [];
  const within = new Set<unknown>();

  const visit = (part: unknown, path: string): Rebuild => {
    if (typeof part !== "object" || part === null) {
      if (typeof part === "function" || typeof part === "symbol") throw refuse(path, `a ${typeof part}`);
      keys.push(plainKey(part));
      return () => part;
    }
    if (isTensor(part)) {
      if (part.isDisposed) throw new ReferenceError(`${path} was disposed`);
      if (!outputs && isVariable(part)) {
        keys.push(`variable ${part.id}`);
        return () => part;
      }
      keys.push(`${typeOf(part)}[${part.shape.join()}]`);
      const index = tensors.push(part) - 1;
      return (given) => given[index];
    }
    if (within.has(part)) throw refuse(path, "an object that contains itself");
    within.add(part);
    const rebuild = Array.isArray(part) ? visitArray(part, path) : visitObject(part, path);
    within.delete(part);
    return rebuild;
  };
  const visitArray = (part: readonly unknown[], path: string): Rebuild => {
    keys.push("[");
    const elements = part.map((each, i) => visit(each, `${path}[${i}]`));
    keys.push("]");
    return (given) => elements.map((rebuild) => rebuild(given));
  };
  const visitObject = (part: object, path: string): Rebuild => {
    const prototype: unknown = Object.getPrototypeOf(part);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw refuse(path, `a ${part.constructor.name}`);
    keys.push("{");
    const entries = Object.entries(part).map(([key, each]) => {
      keys.push(JSON.stringify(key));
      return [key, visit(each, `${path}.${key}`)] as const;
    });
    keys.push("}");
    return (given) => Object.fromEntries(entries.map(([key, rebuild]) => [key, rebuild(given)]));
  };

  const rebuild = visit(whole, name);
  return { tensors, key: keys.join(" "), rebuild };
}

function plainKey(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

const refuse = (path: string, what: string): TypeError => {
  const rule = "a compiled step's inputs and outputs are tensors, numbers, strings, booleans and null, in arrays and plain objects";
  return new TypeError(`${path} is ${what}: ${rule}`);
};

/** By what it has, for there may be several copies of TensorFlow.js. */
export function isTensor(value: object): value is Tensor {
  const { dataId, dtype, shape } = value as Partial<Tensor>;
  return typeof dataId === "object" && typeof dtype === "string" && Array.isArray(shape);
}

export const isVariable = (tensor: Tensor): tensor is Variable => typeof (tensor as Partial<Variable>).assign === "function";
