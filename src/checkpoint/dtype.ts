/** Bits of a value of each type, in the order in which tensors lie in a file: what needs the widest alignment first. */
const bits = {
  U64: 64, I64: 64, F64: 64, C64: 64, F32: 32, U32: 32, I32: 32, BF16: 16, F16: 16, U16: 16, I16: 16,
  F8_E8M0: 8, F8_E4M3: 8, F8_E5M2: 8, I8: 8, U8: 8, F6_E3M2: 6, F6_E2M3: 6, F4: 4, BOOL: 8,
} as const;

/** A type of values that a safetensors file may have, by the format's own names. */
export type Dtype = keyof typeof bits;

const order = Object.keys(bits) as Dtype[];

const arrays = {
  F64: Float64Array, F32: Float32Array, U64: BigUint64Array, I64: BigInt64Array, U32: Uint32Array, I32: Int32Array,
  U16: Uint16Array, I16: Int16Array, U8: Uint8Array, I8: Int8Array,
} as const;

export type TensorData =
  | Float64Array | Float32Array | BigUint64Array | BigInt64Array | Uint32Array | Int32Array | Uint16Array | Int16Array | Uint8Array | Int8Array;

export const isDtype = (name: unknown): name is Dtype => typeof name === "string" && Object.hasOwn(bits, name);
export const dtypes: readonly Dtype[] = order;
export const dtypeOrder = (dtype: Dtype): number => order.indexOf(dtype);

/** Bytes of n values; of types under a byte, not whole where they do not fill their last one. */
export const bytesOf = (dtype: Dtype, n: number): number => (n * bits[dtype]) / 8;

/** The type of an array's values. TypeError for what is no typed array that a file can hold. */
export function dtypeOf(name: string, data: TensorData): Dtype {
  const found = Object.entries(arrays).find(([, type]) => data instanceof type);
  if (!found) throw new TypeError(`tensor "${name}": a typed array is needed, of ${Object.values(arrays).map((type) => type.name).join(", ")}`);
  return found[0] as Dtype;
}

/** Whether an array holds the very bytes of a type: half floats and booleans come as their bits. */
export function holds(dtype: Dtype, data: TensorData): boolean {
  if (dtype === "F16" || dtype === "BF16") return data instanceof Uint16Array;
  if (dtype === "BOOL") return data instanceof Uint8Array;
  return dtype in arrays && data instanceof arrays[dtype as keyof typeof arrays];
}

/**
 * Values from their little-endian bytes, which become theirs; half floats as float32, which has all of them. Undefined for what JavaScript has
 * no array for.
 */
export function fromBytes(dtype: Dtype, bytes: ArrayBuffer): TensorData | undefined {
  if (dtype === "BF16") return new Float32Array(Uint32Array.from(new Uint16Array(bytes), (half) => half << 16).buffer);
  if (dtype === "F16") return Float32Array.from(new Uint16Array(bytes), float16);
  if (dtype === "BOOL") return new Uint8Array(bytes);
  return dtype in arrays ? new arrays[dtype as keyof typeof arrays](bytes) : undefined;
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function float16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
}
