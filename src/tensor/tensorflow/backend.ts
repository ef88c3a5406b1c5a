import util from "node:util";
import type { GatherV2Attrs, KernelConfig, NamedAttrMap, NamedTensorInfoMap, Tensor } from "@tensorflow/tfjs";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import { attributeType } from "./attributes.ts";
import { TensorFlowBinding } from "./binding.ts";
import { dataType } from "./data-types.ts";
import { matMul } from "./mat-mul.ts";
import { noiseKernels } from "./noise.ts";

type TensorFlowJs = typeof import("@tensorflow/tfjs");

export interface TensorFlowBackend {
  readonly binding: TensorFlowBinding;
  /** tfjs-node-gpu's own backend, on our binding. */
  readonly backend: NodeJSKernelBackend;
}

/** Survives the live reloading of this file: a second context would share nothing with the first. */
const slot = Symbol.for("noisebook.tensorflow");
const state = globalThis as { [slot]?: TensorFlowBackend };

/** The TensorFlow of this process, or undefined where tensors run elsewhere. */
export const tensorFlowBackend = (): TensorFlowBackend | undefined => state[slot];

/**
 * Registers the backend "tensorflow" with tfjs, on the library `file`: tfjs-node-gpu's own JavaScript on our binding.
 *
 * @throws Error where the library does not open or start
 */
export async function registerTensorFlow(tf: TensorFlowJs, file: string): Promise<TensorFlowBackend> {
  if (state[slot]) return state[slot];
  restoreUtil();
  const binding = new TensorFlowBinding(file);
  // Its index would load the addon that is not there; these are what it loads besides.
  const { NodeJSKernelBackend } = await import("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js");
  await import("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const backend = new NodeJSKernelBackend(binding as never, "@tensorflow/tfjs-node-gpu");
  tf.registerBackend("tensorflow", () => backend, 3);
  for (const kernel of [gather(tf), matMul]) {
    tf.unregisterKernel(kernel.kernelName, "tensorflow");
    tf.registerKernel(kernel);
  }
  for (const kernel of noiseKernels(binding)) tf.registerKernel(kernel);
  return (state[slot] = { binding, backend });
}

/** tfjs-node-gpu calls functions that Node.js 22 warns of, on stderr, and 23 removed. */
function restoreUtil(): void {
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined, isArray: Array.isArray });
}

/** tfjs-node-gpu's own reads the indices to check them, which stalls a GPU and cannot be traced; TensorFlow checks them itself. */
function gather(tf: TensorFlowJs): KernelConfig {
  return {
    kernelName: "GatherV2",
    backendName: "tensorflow",
    kernelFunc({ inputs, backend, attrs }: { inputs: NamedTensorInfoMap; backend: unknown; attrs?: NamedAttrMap }) {
      const { x, indices } = inputs as unknown as { x: Tensor; indices: Tensor };
      const { axis, batchDims } = attrs as unknown as GatherV2Attrs;
      const node = backend as NodeJSKernelBackend;
      const along = tf.scalar(axis, "int32");
      const type = (name: string, value: number) => ({ name, type: attributeType.type, value });
      const gathered = node.executeSingleOutput(
        "GatherV2",
        [
          { name: "batch_dims", type: attributeType.int, value: batchDims },
          type("Tparams", node.getDTypeInteger(x.dtype)),
          type("Tindices", node.getDTypeInteger(indices.dtype)),
          type("Taxis", dataType.int32),
        ],
        [x, indices, along],
      );
      along.dispose();
      return gathered;
    },
  };
}
