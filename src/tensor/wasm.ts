import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs";

type TensorFlowJs = typeof import("@tensorflow/tfjs");

/** The backend "wasm", with what it lacks for training: the gradients of convolutions and of gathering. @throws Error where WebAssembly cannot start */
export async function registerWasm(tf: TensorFlowJs): Promise<void> {
  await import("@tensorflow/tfjs-backend-wasm");
  for (const kernel of [conv2dBackpropFilter(tf), unsortedSegmentSum(tf)]) {
    if (!tf.getKernel(kernel.kernelName, "wasm")) tf.registerKernel(kernel);
  }
}

/**
 * ∂loss/∂filter of a 2-D convolution: for each place (i, j) of the filter, (the inputs under it)ᵀ × ∂loss/∂output. Pads, slices and
 * multiplies matrices, which wasm has; x is [n, h, w, in], dy [n, h', w', out], the result [height, width, in, out].
 */
function conv2dBackpropFilter(tf: TensorFlowJs): KernelConfig {
  return {
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc({ inputs, attrs }: { inputs: NamedTensorInfoMap; attrs?: NamedAttrMap }) {
      const { x, dy } = inputs as unknown as { x: Tensor4D; dy: Tensor4D };
      const { strides, pad, dimRoundingMode, filterShape, dataFormat } = attrs as unknown as {
        strides: [number, number] | number;
        pad: "valid" | "same" | number;
        dimRoundingMode: "floor" | "round" | "ceil";
        filterShape: [number, number, number, number];
        dataFormat: string;
      };
      if (dataFormat !== "NHWC") throw new Error(`convolutions' gradients on wasm take NHWC, not ${dataFormat}`);
      const shape = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
      const { padInfo, strideHeight, strideWidth, outHeight, outWidth, batchSize, inChannels, outChannels } = shape;
      return tf.tidy(() => {
        const padded = tf.pad(x, [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]]);
        const errors = tf.reshape(dy, [-1, outChannels]);
        const places: Tensor4D[] = [];
        for (let i = 0; i < filterShape[0]; i++) {
          for (let j = 0; j < filterShape[1]; j++) {
            const [rows, columns] = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1];
            const under =
              strideHeight === 1 && strideWidth === 1
                ? tf.slice(padded, [0, i, j, 0], [batchSize, rows, columns, inChannels])
                : tf.stridedSlice(padded, [0, i, j, 0], [batchSize, i + rows, j + columns, inChannels], [1, strideHeight, strideWidth, 1]);
            places.push(tf.reshape(tf.matMul(tf.reshape(under, [-1, inChannels]), errors, true), [1, 1, inChannels, outChannels]));
          }
        }
        return tf.reshape(tf.concat(places), filterShape);
      });
    },
  };
}

/** Sums the rows of x, [n, …], that have one segment id; the result is [numSegments, …]. As a product: (one-hot ids)ᵀ × rows. */
function unsortedSegmentSum(tf: TensorFlowJs): KernelConfig {
  return {
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    kernelFunc({ inputs, attrs }: { inputs: NamedTensorInfoMap; attrs?: NamedAttrMap }) {
      const { x, segmentIds } = inputs as unknown as { x: Tensor; segmentIds: Tensor1D };
      const { numSegments } = attrs as unknown as { numSegments: number };
      return tf.tidy(() => {
        const rows = tf.cast(tf.reshape(x, [x.shape[0]!, -1]), "float32");
        const chosen = tf.cast(tf.oneHot(tf.cast(segmentIds, "int32"), numSegments), "float32");
        return tf.cast(tf.reshape(tf.matMul(chosen, rows, true), [numSegments, ...x.shape.slice(1)]), x.dtype);
      });
    },
  };
}
