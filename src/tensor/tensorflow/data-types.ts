/** TensorFlow's numbers of the element types that reach JavaScript. */
export const dataType = {
  float: 1, double: 2, int32: 3, uint8: 4, string: 7, complex64: 8, int64: 9, bool: 10, bfloat16: 14, half: 19, resource: 20, uint64: 23,
} as const;

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array | BigInt64Array | BigUint64Array;
/** A tensor's elements in JavaScript; strings are arrays of bytes. complex64 is pairs of floats, bfloat16 and half are their bits. */
export type TensorData = TypedArray | Uint8Array[];

type ArrayType = { new (buffer: ArrayBuffer): TypedArray; from(values: ArrayLike<never>): TypedArray };

const arrays: Readonly<Record<number, ArrayType>> = {
  [dataType.float]: Float32Array,
  [dataType.double]: Float64Array,
  [dataType.int32]: Int32Array,
  [dataType.uint8]: Uint8Array,
  [dataType.complex64]: Float32Array,
  [dataType.int64]: BigInt64Array,
  [dataType.bool]: Uint8Array,
  [dataType.bfloat16]: Uint16Array,
  [dataType.half]: Uint16Array,
  [dataType.resource]: Uint8Array,
  [dataType.uint64]: BigUint64Array,
} as unknown as Record<number, ArrayType>;

/** @throws TypeError for a type that has no array in JavaScript */
export function arrayOf(type: number): ArrayType {
  const array = arrays[type];
  if (!array) throw new TypeError(`tensors of TensorFlow's type ${type} cannot be read: cast them to float32 or int32 first`);
  return array;
}
