import { type Tensor, tensorOps } from "../tensor/index.ts";

/** x · sigmoid(x), elementwise. Its gradient cannot itself be differentiated. */
export function swish(x: Tensor): Tensor {
  return tensorOps().customGrad((...inputs: unknown[]) => {
    const [from, save] = inputs as [Tensor, (tensors: Tensor[]) => void];
    const value = gated(from, from);
    save([from, value]);
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => swishGradient(dy, saved[0]!, saved[1]!) };
  })(x);
}

/** Of y = swish(x), for ∂loss/∂y: $\frac{dy}{dx} = y + (1 - y)\,\mathrm{sigmoid}(x)$, so that no sigmoid has to be kept. */
export function swishGradient(dy: Tensor, x: Tensor, y: Tensor): Tensor {
  const tf = tensorOps();
  const part = tf.mul(dy, y);
  return tf.add(part, gated(tf.sub(dy, part), x));
}

/** What tfjs-node's backend is asked here. */
interface TensorFlow {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number };
  executeSingleOutput(name: string, attributes: readonly object[], inputs: readonly Tensor[]): Tensor;
}

/** values · sigmoid(gates), elementwise, not differentiable. TensorFlow has it as one operation, by the name of what else it is. */
export function gated(values: Tensor, gates: Tensor): Tensor {
  const tf = tensorOps();
  if (tf.getBackend() !== "tensorflow") return tf.mul(values, tf.sigmoid(gates));
  const backend = tf.engine().backend as unknown as TensorFlow;
  const { TF_ATTR_TYPE: type, TF_FLOAT: value } = backend.binding;
  return backend.executeSingleOutput("SoftplusGrad", [{ name: "T", type, value }], [values, gates]);
}
