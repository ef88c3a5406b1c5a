import { type Api, bind } from "../tensorflow/c-api.ts";
import type { Native } from "../tensorflow/native.ts";

const graphFunctions = {
  TF_NewGraph: ["pointer"],
  TF_DeleteGraph: ["void", "pointer"],
  TF_NewOperation: ["pointer", "pointer", "pointer", "text"],
  TF_FinishOperation: ["pointer", "pointer", "pointer"],
  TF_OperationOutputType: ["int", "output"],
  TF_GraphGetTensorNumDims: ["int", "pointer", "output", "pointer"],
  TF_GraphGetTensorShape: ["void", "pointer", "output", "data", "int", "pointer"],
  TF_AddInput: ["void", "pointer", "output"],
  TF_AddInputList: ["void", "pointer", "data", "int"],
  TF_SetAttrString: ["void", "pointer", "pointer", "data", "size"],
  TF_SetAttrInt: ["void", "pointer", "pointer", "int64"],
  TF_SetAttrIntList: ["void", "pointer", "pointer", "data", "int"],
  TF_SetAttrFloat: ["void", "pointer", "pointer", "float"],
  TF_SetAttrFloatList: ["void", "pointer", "pointer", "data", "int"],
  TF_SetAttrBool: ["void", "pointer", "pointer", "byte"],
  TF_SetAttrBoolList: ["void", "pointer", "pointer", "data", "int"],
  TF_SetAttrType: ["void", "pointer", "pointer", "int"],
  TF_SetAttrTypeList: ["void", "pointer", "pointer", "data", "int"],
  TF_SetAttrShape: ["void", "pointer", "pointer", "data", "int"],
  TF_SetAttrTensor: ["void", "pointer", "pointer", "pointer", "pointer"],
  TF_GraphToFunction: [
    "pointer", "pointer", "text", "byte", "int", "pointer", "int", "data", "int", "data", "pointer", "pointer", "text", "pointer",
  ],
  TF_DeleteFunction: ["void", "pointer"],
  TFE_ContextAddFunction: ["void", "pointer", "pointer", "pointer"],
  TFE_ContextRemoveFunction: ["void", "pointer", "text", "pointer"],
  // As the binding has it, but with results in memory of the caller's, so that it can run beside others.
  TFE_Execute: ["void", "pointer", "data", "data", "pointer"],
} as const;

export type GraphApi = Api<typeof graphFunctions>;

const bound = new WeakMap<Native, GraphApi>();

/** The functions that graphs are made with. Bound at the first use: who compiles nothing does not need them. */
export function graphApi(native: Native): GraphApi {
  let api = bound.get(native);
  if (!api) bound.set(native, (api = bind(native.library, graphFunctions)));
  return api;
}
