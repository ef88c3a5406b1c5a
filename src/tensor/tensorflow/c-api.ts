import koffi, { type KoffiFunc, type LibraryHandle } from "koffi";

/** An address. User space ends at 2^47, so a plain number holds it, and costs koffi less than a pointer object. */
export type Pointer = number;

/** One output of an operation in a graph: C's `TF_Output`, passed by value. */
export interface GraphOutput {
  readonly oper: Pointer;
  readonly index: number;
}

/** The kinds of arguments and results, by the names that signatures use. `data` is memory of ours: a typed array or a Buffer. */
interface Kinds {
  pointer: Pointer;
  data: ArrayBufferView | null;
  int64: number | bigint;
  size: number;
  int: number;
  float: number;
  byte: number;
  text: string | null;
  output: GraphOutput;
  void: void;
}

const types: Record<keyof Kinds, string | ReturnType<typeof koffi.struct>> = {
  pointer: "int64_t",
  data: "void *",
  int64: "int64_t",
  size: "size_t",
  int: "int",
  float: "float",
  byte: "uint8_t",
  text: "str",
  output: koffi.struct({ oper: "int64_t", index: "int" }),
  void: "void",
};

/** What a function returns, then what it takes. */
type Signature = readonly [keyof Kinds, ...(keyof Kinds)[]];
type Signatures = Readonly<Record<string, Signature>>;
type Arguments<T extends readonly (keyof Kinds)[]> = { -readonly [I in keyof T]: Kinds[T[I]] };
type Bound<T extends Signature> = T extends readonly [infer R extends keyof Kinds, ...infer A extends (keyof Kinds)[]]
  ? KoffiFunc<(...args: Arguments<A>) => Kinds[R]>
  : T extends readonly [infer R extends keyof Kinds, ...infer A extends readonly (keyof Kinds)[]]
    ? KoffiFunc<(...args: Arguments<A>) => Kinds[R]>
    : never;
export type Api<T extends Signatures> = { readonly [Name in keyof T]: Bound<T[Name]> };

/**
 * The functions of a library by their signatures. Graph functions and what else a caller needs are bound with a table of its own.
 *
 * @throws Error naming the function that this library lacks
 */
export function bind<const T extends Signatures>(library: LibraryHandle, signatures: T): Api<T> {
  const bound = Object.entries(signatures).map(([name, [result, ...parameters]]) => {
    try {
      return [name, library.func(name, types[result], parameters.map((kind) => types[kind]))] as const;
    } catch (error) {
      throw new Error(`this TensorFlow has no ${name}; 2.21 does (npx noisebook setup --tensorflow)`, { cause: error });
    }
  });
  return Object.fromEntries(bound) as Api<T>;
}

/** Calls a bound function on another thread. */
export const offMainThread = <A extends unknown[], R>(call: KoffiFunc<(...args: A) => R>, ...args: A): Promise<R> =>
  new Promise((resolve, reject) => {
    (call.async as (...all: unknown[]) => void)(...args, (error: unknown, result: R) => (error ? reject(error as Error) : resolve(result)));
  });

/** The memory at an address, not copied: whoever looks at it must not outlive it. */
export const memoryAt = (address: Pointer, bytes: number): ArrayBuffer => koffi.view(address, bytes);

/** What the binding calls. */
export const eagerFunctions = {
  TF_Version: ["text"],
  TF_NewStatus: ["pointer"],
  TF_DeleteStatus: ["void", "pointer"],
  TF_GetCode: ["int", "pointer"],
  TF_Message: ["text", "pointer"],
  TF_SetStatus: ["void", "pointer", "int", "text"],
  TF_AllocateTensor: ["pointer", "int", "pointer", "int", "size"],
  TF_DeleteTensor: ["void", "pointer"],
  TF_TensorData: ["pointer", "pointer"],
  TF_TensorByteSize: ["size", "pointer"],
  TF_TensorElementCount: ["int64", "pointer"],
  TF_TensorType: ["int", "pointer"],
  TF_DataTypeSize: ["size", "int"],
  TF_StringInit: ["void", "pointer"],
  TF_StringCopy: ["void", "pointer", "data", "size"],
  TF_StringGetDataPointer: ["pointer", "pointer"],
  TF_StringGetSize: ["size", "pointer"],
  TF_StringDealloc: ["void", "pointer"],
  TF_DeleteBuffer: ["void", "pointer"],
  TF_GetAllOpList: ["pointer"],
  TFE_NewContextOptions: ["pointer"],
  TFE_DeleteContextOptions: ["void", "pointer"],
  TFE_ContextOptionsSetConfig: ["void", "pointer", "data", "size", "pointer"],
  TFE_NewContext: ["pointer", "pointer", "pointer"],
  TFE_ContextListDevices: ["pointer", "pointer", "pointer"],
  TF_DeviceListCount: ["int", "pointer"],
  TF_DeviceListName: ["text", "pointer", "int", "pointer"],
  TF_DeviceListType: ["text", "pointer", "int", "pointer"],
  TF_DeleteDeviceList: ["void", "pointer"],
  TFE_NewTensorHandle: ["pointer", "pointer", "pointer"],
  TFE_DeleteTensorHandle: ["void", "pointer"],
  TFE_TensorHandleDataType: ["int", "pointer"],
  TFE_TensorHandleNumDims: ["int", "pointer", "pointer"],
  TFE_TensorHandleDim: ["int64", "pointer", "int", "pointer"],
  TFE_TensorHandleResolve: ["pointer", "pointer", "pointer"],
  TFE_TensorHandleCopyToDevice: ["pointer", "pointer", "pointer", "pointer", "pointer"],
  TFE_TensorHandleCopySharingTensor: ["pointer", "pointer", "pointer"],
  TFE_NewOp: ["pointer", "pointer", "pointer", "pointer"],
  TFE_OpReset: ["void", "pointer", "pointer", "pointer", "pointer"],
  TFE_DeleteOp: ["void", "pointer"],
  TFE_OpAddInput: ["void", "pointer", "pointer", "pointer"],
  TFE_OpSetAttrString: ["void", "pointer", "pointer", "data", "size"],
  TFE_OpSetAttrInt: ["void", "pointer", "pointer", "int64"],
  TFE_OpSetAttrFloat: ["void", "pointer", "pointer", "float"],
  TFE_OpSetAttrBool: ["void", "pointer", "pointer", "byte"],
  TFE_OpSetAttrType: ["void", "pointer", "pointer", "int"],
  TFE_OpSetAttrShape: ["void", "pointer", "pointer", "pointer", "int", "pointer"],
  TFE_OpSetAttrFunctionName: ["void", "pointer", "pointer", "data", "size"],
  TFE_OpSetAttrIntList: ["void", "pointer", "pointer", "data", "int"],
  TFE_OpSetAttrFloatList: ["void", "pointer", "pointer", "data", "int"],
  TFE_OpSetAttrBoolList: ["void", "pointer", "pointer", "data", "int"],
  TFE_OpSetAttrTypeList: ["void", "pointer", "pointer", "data", "int"],
  TFE_Execute: ["void", "pointer", "pointer", "pointer", "pointer"],
} as const satisfies Signatures;

/** Of the C library. `upload` and `download` are both memcpy: to an address, and from one. */
const memoryFunctions = {
  malloc: ["pointer", "size"],
  strdup: ["pointer", "text"],
} as const satisfies Signatures;

export type EagerApi = Api<typeof eagerFunctions>;

export interface Memory extends Api<typeof memoryFunctions> {
  readonly upload: Bound<["pointer", "pointer", "data", "size"]>;
  readonly download: Bound<["pointer", "data", "pointer", "size"]>;
}

export function bindMemory(library: LibraryHandle): Memory {
  return {
    ...bind(library, memoryFunctions),
    upload: bind(library, { memcpy: ["pointer", "pointer", "data", "size"] }).memcpy,
    download: bind(library, { memcpy: ["pointer", "data", "pointer", "size"] }).memcpy,
  };
}
