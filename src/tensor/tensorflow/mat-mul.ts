import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, Tensor } from "@tensorflow/tfjs";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import { attributeType } from "./attributes.ts";

/**
 * Products of matrices, and of batches of them. tfjs-node-gpu's own takes every product for one of batches, which costs two matrices up to
 * four times as much as TensorFlow's operation for two.
 */
export const matMul: KernelConfig = {
  kernelName: "BatchMatMul",
  backendName: "tensorflow",
  kernelFunc({ inputs, backend, attrs }: { inputs: NamedTensorInfoMap; backend: unknown; attrs?: NamedAttrMap }) {
    const [a, b] = [inputs.a, inputs.b] as [Tensor, Tensor];
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const node = backend as NodeJSKernelBackend;
    const single = a.shape.length === 2 && b.shape.length === 2 && a.dtype === "float32";
    const [name, first, second] = single ? ["MatMul", "transpose_a", "transpose_b"] : ["BatchMatMulV2", "adj_x", "adj_y"];
    return node.executeSingleOutput(
      name!,
      [
        { name: "T", type: attributeType.type, value: node.getDTypeInteger(a.dtype) },
        { name: first!, type: attributeType.bool, value: transposeA },
        { name: second!, type: attributeType.bool, value: transposeB },
      ],
      [a, b],
    );
  },
};
