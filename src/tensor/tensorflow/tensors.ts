import { type Pointer, memoryAt } from "./c-api.ts";
import { type TensorData, arrayOf, dataType } from "./data-types.ts";
import type { Context } from "./context.ts";
import type { Native } from "./native.ts";

/** Size of a TF_TString in memory. What is inside is TensorFlow's business. */
const stringBytes = 24;

/** Moves elements between JavaScript and TensorFlow's memory. */
export class Tensors {
  readonly #native: Native;
  readonly #context: Context;

  constructor(native: Native, context: Context) {
    this.#native = native;
    this.#context = context;
  }

  /**
   * A new TF_Tensor with a copy of `data`, for the caller to delete.
   *
   * @throws TypeError where the data do not fill the shape
   */
  allocate(shape: readonly number[], type: number, data: TensorData | readonly number[]): Pointer {
    const size = shape.reduce((product, length) => product * length, 1);
    this.#native.setDimensions(shape);
    if (type === dataType.string) return this.#allocateStrings(shape, size, data as readonly Uint8Array[]);
    const { c, memory, dimensions } = this.#native;
    const values = elements(type, data);
    const bytes = size * c.TF_DataTypeSize(type);
    if (values.byteLength !== bytes) throw new TypeError(`shape [${shape.join(", ")}] holds ${bytes} bytes, the data are ${values.byteLength}`);
    const tensor = c.TF_AllocateTensor(type, dimensions, shape.length, bytes);
    if (bytes > 0) memory.upload(c.TF_TensorData(tensor), values, bytes);
    return tensor;
  }

  #allocateStrings(shape: readonly number[], size: number, strings: readonly Uint8Array[]): Pointer {
    const { c, dimensions } = this.#native;
    if (strings.length !== size) throw new TypeError(`shape [${shape.join(", ")}] holds ${size} strings, the data are ${strings.length}`);
    const tensor = c.TF_AllocateTensor(dataType.string, dimensions, shape.length, size * stringBytes);
    const base = c.TF_TensorData(tensor);
    strings.forEach((string, i) => {
      c.TF_StringInit(base + stringBytes * i);
      c.TF_StringCopy(base + stringBytes * i, string, string.length);
    });
    return tensor;
  }

  /** A handle to a tensor, which is deleted: on the GPU where there is one, but for the types that TensorFlow keeps beside the CPU. */
  toHandle(tensor: Pointer, type: number): Pointer {
    const { c, status } = this.#native;
    const handle = c.TFE_NewTensorHandle(tensor, status.pointer);
    c.TF_DeleteTensor(tensor);
    status.check("a tensor's handle");
    if (!this.#context.onGpu || type === dataType.int32 || type === dataType.string || type === dataType.resource) return handle;
    const copy = c.TFE_TensorHandleCopyToDevice(handle, this.#context.pointer, this.#native.intern(this.#context.device), status.pointer);
    c.TFE_DeleteTensorHandle(handle);
    status.check(`copying a tensor to ${this.#context.device}`);
    return copy;
  }

  shapeOf(handle: Pointer): number[] {
    const { c, status } = this.#native;
    const rank = c.TFE_TensorHandleNumDims(handle, status.pointer);
    if (rank < 0) status.check("a tensor's shape");
    const shape = new Array<number>(rank);
    for (let i = 0; i < rank; i++) shape[i] = Number(c.TFE_TensorHandleDim(handle, i, status.pointer));
    return shape;
  }

  /** A copy of a tensor's elements. */
  download(handle: Pointer): TensorData {
    return this.#resolved(handle, (tensor) => {
      const { c, memory } = this.#native;
      const type = c.TF_TensorType(tensor);
      if (type === dataType.string) return this.#strings(tensor);
      const bytes = c.TF_TensorByteSize(tensor);
      const Elements = arrayOf(type);
      // Not zeroed first: half the cost of a large download.
      const buffer = bytes > 0 ? Buffer.allocUnsafeSlow(bytes).buffer : new ArrayBuffer(0);
      if (bytes > 0) memory.download(new Uint8Array(buffer), c.TF_TensorData(tensor), bytes);
      return new Elements(buffer as ArrayBuffer);
    });
  }

  /**
   * Copies a tensor's elements into memory that is there already: several times as fast as `download`.
   *
   * @throws TypeError where the sizes differ
   */
  downloadInto(handle: Pointer, target: ArrayBufferView): void {
    this.#resolved(handle, (tensor) => {
      const { c, memory } = this.#native;
      const bytes = c.TF_TensorByteSize(tensor);
      if (bytes !== target.byteLength) throw new TypeError(`the tensor's ${bytes} bytes do not fit an array of ${target.byteLength}`);
      if (bytes > 0) memory.download(target, c.TF_TensorData(tensor), bytes);
    });
  }

  /** Shows a tensor's own memory to `look`, without a copy. The buffer must not be kept: it dangles afterwards. */
  look<T>(handle: Pointer, look: (memory: ArrayBuffer) => T): T {
    return this.#resolved(handle, (tensor) => {
      const { c } = this.#native;
      return look(memoryAt(c.TF_TensorData(tensor), c.TF_TensorByteSize(tensor)));
    });
  }

  #strings(tensor: Pointer): Uint8Array[] {
    const { c, memory } = this.#native;
    const base = c.TF_TensorData(tensor);
    return Array.from({ length: Number(c.TF_TensorElementCount(tensor)) }, (_, i) => {
      const string = base + stringBytes * i;
      const bytes = new Uint8Array(c.TF_StringGetSize(string));
      if (bytes.length > 0) memory.download(bytes, c.TF_StringGetDataPointer(string), bytes.length);
      return bytes;
    });
  }

  #resolved<T>(handle: Pointer, use: (tensor: Pointer) => T): T {
    const { c, status } = this.#native;
    const tensor = c.TFE_TensorHandleResolve(handle, status.pointer);
    status.check("reading a tensor");
    try {
      return use(tensor);
    } finally {
      c.TF_DeleteTensor(tensor);
    }
  }
}

/** The data as an array of the type's own kind; other numbers are converted by value. */
function elements(type: number, data: TensorData | readonly number[]): ArrayBufferView {
  const Elements = arrayOf(type);
  if (data instanceof (Elements as unknown as new () => object)) return data as unknown as ArrayBufferView;
  // tfjs keeps 64-bit integers as pairs of 32-bit ones.
  if (ArrayBuffer.isView(data) && (type === dataType.int64 || type === dataType.uint64)) return data;
  return Elements.from(data as unknown as ArrayLike<never>) as ArrayBufferView;
}
