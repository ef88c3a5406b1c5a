import { type Tensor, tensorOps } from "../tensor/index.ts";
import { type Scope } from "./parameters.ts";

/** A layer of no further inputs. */
export type Layer = (x: Tensor) => Tensor;

/** x W + b of the last axis: [n, in] to [n, out], or [n, …, in] to [n, …, out]. W, [in, out], is zero at first where that is asked for. */
export function dense(scope: Scope, inputs: number, outputs: number, { zero = false } = {}): Layer {
  const kernel = scope.parameter("kernel", [inputs, outputs], zero ? "zeros" : { fanIn: inputs, fanOut: outputs });
  const bias = scope.parameter("bias", [outputs], "zeros");
  return (x) => {
    const tf = tensorOps();
    const rows = x.rank === 2 ? x : tf.reshape(x, [-1, inputs]);
    const y = tf.add(tf.matMul(rows, kernel()), bias());
    return x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), outputs]);
  };
}
