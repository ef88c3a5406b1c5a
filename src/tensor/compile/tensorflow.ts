import type { TensorFlowBackend } from "../tensorflow/backend.ts";
import { build } from "./build.ts";
import type { Compiler } from "./compiler.ts";
import { attributesFor, hasBfloat16 } from "./configuration.ts";
import { Host } from "./host.ts";
import { takeApart } from "./structure.ts";

/** Compiles steps to functions in TensorFlow's context. */
export function tensorFlowCompiler(backend: TensorFlowBackend): Compiler {
  const host = new Host(backend);
  const { binding } = backend;
  return {
    get tracing() {
      return binding.tracer !== undefined;
    },
    requirePrecision(precision) {
      if (precision === "float32") return;
      if (binding.context.onGpu) throw new RangeError('precision "bfloat16" is for CPUs, and tensors here are on a GPU: use "float32"');
      if (hasBfloat16()) return;
      throw new RangeError('precision "bfloat16": this processor has no instructions for it (AVX-512 BF16, AMX or Arm\'s BF16); use "float32"');
    },
    takeApart: (inputs) => takeApart(inputs, "inputs", (tensor) => `${tensor.dtype}:${host.elements(tensor).dtype}`),
    build: (step, inputs, precision) => build(host, step, inputs, attributesFor(precision)),
  };
}
