import type { TensorData } from "../tensorflow/data-types.ts";

/** Elements that came from JavaScript while a step was traced, and are the same in each run of it. */
export interface Constant {
  readonly shape: readonly number[];
  readonly type: number;
  /** A copy; one element only, where all are the same. */
  readonly data: TensorData | readonly number[];
  readonly uniform: boolean;
  /** Where it was made: the step's own line, such as "step.ts:12:5". Known of those that differ. */
  made?: string;
}

/** From this size on, elements that are all the same are not kept one by one. Gradients make large arrays of ones. */
const manyElements = 32;

export function constantOf(shape: readonly number[], type: number, data: TensorData | readonly number[]): Constant {
  const uniform = ArrayBuffer.isView(data) && data.length >= manyElements && data.length === sizeOf(shape) && allEqual(data as Float32Array);
  return { shape: [...shape], type, data: uniform ? data.slice(0, 1) : copyOf(data), uniform };
}

function copyOf(data: TensorData | readonly number[]): TensorData | readonly number[] {
  if (!Array.isArray(data)) return (data as Float32Array).slice();
  return data.map((each: number | Uint8Array) => (typeof each === "number" ? each : each.slice())) as number[] | Uint8Array[];
}

/** A name that only equal constants have; undefined for those that are too large to compare so. */
export function constantKey({ shape, type, data, uniform }: Constant): string | undefined {
  if (data.length > manyElements || (data.length > 0 && typeof data[0] === "object")) return undefined;
  const elements = Array.from(data as ArrayLike<number>, (each) => (Object.is(each, -0) ? "-0" : String(each)));
  return `${type} [${shape.join()}] ${uniform} ${elements.join()}`;
}

/** How the second run's constant differs from the first's; undefined where it does not. */
export function sameConstant(first: Constant, second: Constant): string | undefined {
  const way = "pass it to the step as an input (noise: draw it by graphNormal from a seed that is an input)";
  const made = second.made ? ` made at ${second.made}` : "";
  if (first.type !== second.type || first.shape.join() !== second.shape.join()) {
    return `a constant of shape [${first.shape.join(", ")}], then one of shape [${second.shape.join(", ")}]${made}: what is inside a step has one shape`;
  }
  const at = firstDifference(first, second);
  if (at < 0) return undefined;
  const kind = first.shape.length > 0 ? ` of shape [${first.shape.join(", ")}]` : "";
  return `a constant${made}${kind} that was ${show(first, at)} and then ${show(second, at)}: ${way}`;
}

function firstDifference(first: Constant, second: Constant): number {
  const length = Math.max(first.data.length, second.data.length);
  for (let i = 0; i < length; i++) if (!same(elementOf(first, i), elementOf(second, i))) return i;
  return -1;
}

const elementOf = ({ data, uniform }: Constant, index: number): unknown => data[uniform ? 0 : index];

function same(a: unknown, b: unknown): boolean {
  if (typeof a === "object" && typeof b === "object") return String(a) === String(b);
  return Object.is(a, b);
}

function show(constant: Constant, index: number): string {
  const element = String(elementOf(constant, index));
  return constant.shape.length > 0 ? `${element} at element ${index}` : element;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

function allEqual(data: ArrayLike<number>): boolean {
  const first = data[0];
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return false;
  return true;
}
