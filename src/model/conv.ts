import { tensorOps } from "../tensor/index.ts";
import { type Tensor4D } from "../tensor/ops.ts";
import { type Layer } from "./dense.ts";
import { type Scope } from "./parameters.ts";

export interface ConvOptions {
  /** 1 unless told; 2 halves height and width. */
  stride?: 1 | 2;
  /** Whether the kernel is zero at first. */
  zero?: boolean;
}

/** A 3 × 3 convolution with bias, zero-padded ("same"): [n, h, w, in] to [n, h/stride, w/stride, out]. Its kernel is [3, 3, in, out]. */
export function conv(scope: Scope, inputs: number, outputs: number, options: ConvOptions = {}): Layer {
  const slide = convWithoutBias(scope, inputs, outputs, options);
  const bias = scope.parameter("bias", [outputs], "zeros");
  return (x) => tensorOps().add(slide(x), bias());
}

/** The same without its bias. */
export function convWithoutBias(scope: Scope, inputs: number, outputs: number, { stride = 1, zero = false }: ConvOptions = {}): Layer {
  const kernel = scope.parameter("kernel", [3, 3, inputs, outputs], zero ? "zeros" : { fanIn: 9 * inputs, fanOut: 9 * outputs });
  return (x) => tensorOps().conv2d(x as Tensor4D, kernel() as Tensor4D, stride, "same");
}
