import { tensorHead } from "./head.ts";
import { interruptSignal, surviveInterrupts } from "./interrupt.ts";
import { provideTensorOps } from "./ops.ts";
import { announce } from "./report.ts";

type TensorFlow = typeof import("@tensorflow/tfjs");

let loading: Promise<TensorFlow> | undefined;

/**
 * The one TensorFlow.js of this process, on the fastest backend that is here, or the one that NOISEBOOK_BACKEND names: `tensorBackend()`
 * says which. Loaded at the first call, which takes about 0.3 s; `import "noisebook"` alone does not load it.
 *
 * @throws RangeError, Error where NOISEBOOK_BACKEND names none, or one that does not start
 */
export function loadTensors(): Promise<TensorFlow> {
  if (loading) return loading;
  // What failed may have been put right when somebody asks again; what was interrupted never ends.
  const forget = (): void => void (loading = undefined);
  const signal = interruptSignal();
  signal?.addEventListener("abort", forget, { once: true });
  loading = load().then(
    (tf) => (signal?.removeEventListener("abort", forget), tf),
    (error: unknown) => {
      forget();
      throw error;
    },
  );
  return loading;
}

async function load(): Promise<TensorFlow> {
  const tf = await import("@tensorflow/tfjs");
  const { chooseBackend } = await import("./backends.ts");
  announce(await chooseBackend(tf));
  provideTensorOps(tf);
  surviveInterrupts(tf.engine() as unknown as Parameters<typeof surviveInterrupts>[0]);
  // Else console.log prints a tensor's internals, which tell nobody anything.
  Object.defineProperty(tf.Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    configurable: true,
    writable: true,
    value(this: { dtype: string; shape: number[]; isDisposed: boolean; trainable?: boolean }) {
      return tensorHead(this, { variable: this.trainable !== undefined, disposed: this.isDisposed });
    },
  });
  return tf;
}
