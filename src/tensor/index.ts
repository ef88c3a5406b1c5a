// Not load.ts: naming TensorFlow.js here would have every notebook's types include its 600 declaration files.
export { type TensorLike, tensorAlgebra } from "./algebra.ts";
export { type CompileOptions, type Compiled, compile } from "./compile/index.ts";
export { graphNormal, graphUniform } from "./noise.ts";
export { type Ops, type Tensor, type Variable, tensorOps } from "./ops.ts";
export { type BackendName, type TensorBackend, tensorBackend } from "./report.ts";
