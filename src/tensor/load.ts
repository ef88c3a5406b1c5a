type TensorFlow = typeof import("@tensorflow/tfjs");

let loading: Promise<TensorFlow> | undefined;

/**
 * The one TensorFlow.js of this process, on the wasm backend, or on the plain JavaScript one where WebAssembly cannot start.
 * Loaded at the first call, which takes about 0.3 s; `import "noisebook"` alone does not load it.
 */
export function loadTensors(): Promise<TensorFlow> {
  loading ??= load();
  return loading;
}

async function load(): Promise<TensorFlow> {
  const tf = await import("@tensorflow/tfjs");
  await import("@tensorflow/tfjs-backend-wasm");
  const wasm = await tf.setBackend("wasm").catch(() => false);
  if (!wasm) await tf.setBackend("cpu");
  await tf.ready();
  return tf;
}
