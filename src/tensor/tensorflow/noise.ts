import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, Tensor } from "@tensorflow/tfjs";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import { attributeType } from "./attributes.ts";
import type { TensorFlowBinding } from "./binding.ts";
import { dataType } from "./data-types.ts";

/** TensorFlow's number of the generator, one that all devices have. */
const philox = 1;

const type = (name: string, value: number): { name: string; type: number; value: number } => ({ name, type: attributeType.type, value });

/** TensorFlow's draws that are a function of a seed, `int32 [2]`, as kernels of tfjs, which has none. They have no gradient. */
export function noiseKernels(binding: TensorFlowBinding): KernelConfig[] {
  return ["StatelessRandomNormalV2", "StatelessRandomUniformV2"].map((kernelName) => ({
    kernelName,
    backendName: "tensorflow",
    kernelFunc({ inputs, backend, attrs }: { inputs: NamedTensorInfoMap; backend: unknown; attrs?: NamedAttrMap }) {
      const node = backend as NodeJSKernelBackend;
      const [seed] = node["getInputTensorIds"]([inputs.seed as Tensor]) as [number];
      const { shape } = attrs as { shape: number[] };
      // Numbers of the binding, not tensors: tfjs has no unsigned integers of 64 bits.
      const [key, counter] = binding.executeOp("StatelessRandomGetKeyCounter", [type("Tseed", dataType.int32)], [seed], 2).map(({ id }) => id);
      const lengths = binding.createTensor([shape.length], dataType.int32, Int32Array.from(shape));
      const generator = binding.createTensor([], dataType.int32, Int32Array.of(philox));
      const temporary = [key!, counter!, lengths, generator];
      try {
        const types = [type("dtype", dataType.float), type("Tshape", dataType.int32)];
        const [draws] = binding.executeOp(kernelName, types, [lengths, key!, counter!, generator], 1);
        return node["createOutputTensor"](draws!);
      } finally {
        for (const id of temporary) binding.deleteTensor(id);
      }
    },
  }));
}
