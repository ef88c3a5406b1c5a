import { type Tensor, tensorOps } from "../tensor/index.ts";

/** Values of a tensor on their way to it: float32, or int32 where they are. */
export interface HostTensor {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** The rows from `first` to before `end` of tensors of equally many rows: views of the same values. */
export function rowsOf<T extends Readonly<Record<string, HostTensor>>>(tensors: T, first: number, end: number): T {
  const cut = ({ data, shape: [rows, ...rest] }: HostTensor): HostTensor => {
    const size = data.length / rows!;
    return { data: data.subarray(first * size, end * size), shape: [end - first, ...rest] };
  };
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, cut(tensor)])) as T;
}

/** The tensors of these values: the caller's to dispose of. */
export function upload<T extends Readonly<Record<string, HostTensor>>>(tensors: T): { [K in keyof T]: Tensor } {
  const tf = tensorOps();
  const made = Object.entries(tensors).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape], data instanceof Int32Array ? "int32" : "float32")]);
  return Object.fromEntries(made) as { [K in keyof T]: Tensor };
}
