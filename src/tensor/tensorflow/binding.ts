import type { TFJSBinding, TensorMetadata } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import { type Attribute, attributeType } from "./attributes.ts";
import type { Pointer } from "./c-api.ts";
import { Context } from "./context.ts";
import { type TensorData, dataType } from "./data-types.ts";
import { Handles } from "./handles.ts";
import { Native } from "./native.ts";
import { Ops } from "./ops.ts";
import { Tensors } from "./tensors.ts";

/** Stands in for TensorFlow while a step is traced. Numbers of tensors are those of `handles`. */
export interface Tracer {
  /** Elements came from JavaScript; they are uploaded as ever. */
  constant(id: number, shape: readonly number[], type: number, data: TensorData | readonly number[]): void;
  /** Instead of executing an operation. */
  execute(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): TensorMetadata[];
  /** Elements go to JavaScript. */
  read(id: number): void;
}

const noSavedModels = (): never => {
  throw new Error("SavedModels are not read here: convert the model with tensorflowjs_converter, and load it by tf.loadGraphModel(\"file://…\")");
};

/** What tfjs-node's backend asks of its native addon, over TensorFlow's C library. The parts are there for compiled steps. */
export class TensorFlowBinding implements TFJSBinding {
  readonly native: Native;
  readonly context: Context;
  readonly tensors: Tensors;
  readonly handles: Handles;
  readonly ops: Ops;
  tracer: Tracer | undefined;

  readonly TF_Version: string;
  readonly TF_FLOAT = dataType.float;
  readonly TF_INT32 = dataType.int32;
  readonly TF_INT64 = dataType.int64;
  readonly TF_BOOL = dataType.bool;
  readonly TF_COMPLEX64 = dataType.complex64;
  readonly TF_STRING = dataType.string;
  readonly TF_RESOURCE = dataType.resource;
  readonly TF_UINT8 = dataType.uint8;
  readonly TF_ATTR_STRING = attributeType.string;
  readonly TF_ATTR_INT = attributeType.int;
  readonly TF_ATTR_FLOAT = attributeType.float;
  readonly TF_ATTR_BOOL = attributeType.bool;
  readonly TF_ATTR_TYPE = attributeType.type;
  readonly TF_ATTR_SHAPE = attributeType.shape;
  readonly TF_ATTR_RESOURCE = dataType.resource;
  // Types that the addon's declarations list as values; nothing reads them.
  declare readonly TensorMetadata: TFJSBinding["TensorMetadata"];
  declare readonly TFEOpAttr: TFJSBinding["TFEOpAttr"];

  /** @param file libtensorflow_cc. @throws Error where it does not open, TensorFlowError where it does not start */
  constructor(file: string) {
    this.native = new Native(file);
    this.TF_Version = this.native.c.TF_Version() ?? "unknown";
    this.context = new Context(this.native);
    this.tensors = new Tensors(this.native, this.context);
    this.handles = new Handles(this.native);
    this.ops = new Ops(this.native, this.context);
  }

  /** @throws TypeError where the data do not fill the shape */
  createTensor(shape: number[], type: number, data: unknown): number {
    const elements = data as TensorData;
    const id = this.handles.adopt(this.tensors.toHandle(this.tensors.allocate(shape, type, elements), type));
    this.tracer?.constant(id, shape, type, elements);
    return id;
  }

  deleteTensor(id: number): void {
    this.handles.delete(id);
  }

  // tfjs declares fewer types of arrays than there are.
  tensorDataSync(id: number): Float32Array {
    this.tracer?.read(id);
    return this.tensors.download(this.handles.get(id)) as Float32Array;
  }

  /** @throws TypeError, ReferenceError, RangeError, TensorFlowError */
  executeOp(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): TensorMetadata[] {
    if (this.tracer) return this.tracer.execute(name, attributes, inputs, outputs);
    const handles = new Array<Pointer>(inputs.length);
    for (let i = 0; i < inputs.length; i++) handles[i] = this.handles.get(inputs[i]!);
    const made = this.ops.execute(name, attributes, handles, outputs);
    const results = new Array<TensorMetadata>(made.length);
    for (let i = 0; i < made.length; i++) results[i] = this.adopt(made[i]!);
    return results;
  }

  /** Takes a handle over, and describes it as tfjs wants it: `backend.createOutputTensor` makes a tensor of it. */
  adopt(handle: Pointer): TensorMetadata {
    const shape = this.tensors.shapeOf(handle);
    return { id: this.handles.adopt(handle), shape, dtype: this.native.c.TFE_TensorHandleDataType(handle) };
  }

  isUsingGpuDevice(): boolean {
    return this.context.onGpu;
  }

  getNumOfTensors(): number {
    return this.handles.count;
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  readonly loadSavedModel = noSavedModels;
  readonly runSavedModel = noSavedModels;
  readonly deleteSavedModel = noSavedModels;
}
