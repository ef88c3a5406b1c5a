import { inspect, types } from "node:util";
import { tensorHead as headOf } from "../../../../src/tensor/head.ts";
import { dataProperty, isObject } from "./safe.ts";

/** What is asked of a tensor, of whatever build of TensorFlow.js. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly dataId: object;
}

/** By its own data: no getter is invoked, no copy of TensorFlow.js named. */
export function isTensor(value: unknown): value is TensorLike {
  if (!isObject(value) || types.isProxy(value)) return false;
  const own = (key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;
  return Array.isArray(own("shape")) && typeof own("dtype") === "string" && isObject(own("dataId")) && typeof dataProperty(value, "dataSync") === "function";
}

export function tensorHead(tensor: TensorLike): string {
  return headOf(tensor, { variable: dataProperty(tensor, "trainable") !== undefined, disposed: dataProperty(tensor, "isDisposedInternal") === true });
}

const wholeUpTo = 1000;
/** Of large tensors: so many along the last axis, the one before it, and all others. */
const corner = [8, 8, 2] as const;

/** Type, shape and values; of large tensors the first values along each axis, which are all that is fetched. */
export function tensorText(tensor: TensorLike): string {
  const head = tensorHead(tensor);
  const size = tensor.shape.reduce((product, each) => product * each, 1);
  if (size === 0 || head.endsWith("(disposed)")) return head;
  try {
    const block = size <= wholeUpTo ? tensor.shape : tensor.shape.map((each, axis) => Math.min(each, corner[Math.min(tensor.shape.length - 1 - axis, 2)]));
    return `${head}\n${nested(fetched(tensor, block), tensor.shape, block)}`;
  } catch (error) {
    return `${head} whose values cannot be fetched: ${(error as Error).message}`;
  }
}

interface Operations {
  dataSync(): ArrayLike<number | string | boolean>;
  slice(begin: number[], size: number[]): Operations;
  dispose(): void;
}

function fetched(tensor: TensorLike, block: readonly number[]): string[] {
  const whole = tensor as unknown as Operations;
  const part = block === tensor.shape ? undefined : whole.slice(block.map(() => 0), [...block]);
  const data = (part ?? whole).dataSync();
  part?.dispose();
  const values = Array.from(data as ArrayLike<number>);
  if (tensor.dtype === "string") return values.map((each) => JSON.stringify(String(each)));
  if (tensor.dtype === "bool") return values.map((each) => String(Boolean(each)));
  // Five digits: float32 has seven, the last of which are noise.
  const short = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5))));
  if (tensor.dtype !== "complex64") return values.map(short);
  return Array.from({ length: values.length / 2 }, (_, n) => `${short(values[2 * n])}${values[2 * n + 1] < 0 ? "-" : "+"}${short(Math.abs(values[2 * n + 1]))}i`);
}

function nested(values: readonly string[], shape: readonly number[], block: readonly number[]): string {
  if (shape.length === 0) return values[0];
  const width = shape.length > 1 ? Math.max(...values.map((each) => each.length)) : 0;
  const part = (axis: number, at: number): string => {
    const more = block[axis] < shape[axis];
    if (axis === shape.length - 1) {
      const cells = values.slice(at, at + block[axis]).map((each) => each.padStart(width));
      return `[${[...cells, ...(more ? ["…"] : [])].join(", ")}]`;
    }
    const stride = block.slice(axis + 1).reduce((product, each) => product * each, 1);
    const parts = Array.from({ length: block[axis] }, (_, n) => part(axis + 1, at + n * stride));
    const indent = " ".repeat(axis + 1);
    const blank = "\n".repeat(shape.length - 2 - axis);
    return `[${[...parts, ...(more ? ["…"] : [])].join(`,\n${blank}${indent}`)}]`;
  };
  return part(0, 0);
}

/** Lets tensors inside other values, and in console.log, print as type and shape: their internals tell nobody anything. */
export function teachInspect(tensor: TensorLike): void {
  let owner: object = tensor;
  while (!Object.hasOwn(owner, "dataSync")) owner = Object.getPrototypeOf(owner) as object;
  if (owner === tensor || Object.hasOwn(owner, inspect.custom)) return;
  Object.defineProperty(owner, inspect.custom, {
    configurable: true,
    writable: true,
    value(this: unknown) {
      return isTensor(this) ? tensorHead(this) : this;
    },
  });
}
