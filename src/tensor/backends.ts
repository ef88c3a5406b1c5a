import { provideCompiler } from "./compile/compiler.ts";
import type { BackendName, TensorBackend } from "./report.ts";
import { findLibrary } from "./tensorflow/library.ts";

type TensorFlowJs = typeof import("@tensorflow/tfjs");
type Started = Omit<TensorBackend, "line" | "passedOver">;

/** One kind of backend: starts it and says what it is, or throws why not. */
interface Backend {
  readonly name: BackendName;
  start(tf: TensorFlowJs): Promise<Started>;
}

/** The backends, fastest first. Speeds are of a U-Net's training step (2 million parameters, 32 × 32 images) on two cores. */
const backends: readonly Backend[] = [
  {
    name: "tensorflow",
    async start(tf) {
      const { found, missing, declined } = findLibrary();
      const first = found[0];
      // Who names one wants that one: another would be a silent substitute.
      if (missing.length > 0 && (!first || process.env.NOISEBOOK_TENSORFLOW)) throw new Error(missing[0]);
      if (!first) throw new Error(declined ? "declined by noisebook setup --none" : `none is here (${remedy})`);
      const { file, origin } = first;
      const { registerTensorFlow } = await import("./tensorflow/backend.ts");
      const registered = await registerTensorFlow(tf, file);
      const { tensorFlowCompiler } = await import("./compile/tensorflow.ts");
      provideCompiler(tensorFlowCompiler(registered));
      await activate(tf, "tensorflow");
      const { binding } = registered;
      const { devices, onGpu } = binding.context;
      return {
        name: "tensorflow",
        title: `TensorFlow ${binding.TF_Version} on ${onGpu ? "GPU" : "CPU"}`,
        speed: onGpu ? "the fastest there is" : "native speed on all cores",
        library: { file, origin },
        devices: devices.map(({ name }) => name),
      };
    },
  },
  {
    name: "wasm",
    async start(tf) {
      const { registerWasm } = await import("./wasm.ts");
      await registerWasm(tf);
      await activate(tf, "wasm");
      return { name: "wasm", title: "WebAssembly on one core", speed: "about a twentieth of TensorFlow's speed in training", devices: [] };
    },
  },
  {
    name: "cpu",
    async start(tf) {
      // It greets everyone on stderr, with advice that does not hold here.
      (tf.findBackend("cpu") as { firstUse?: boolean }).firstUse = false;
      await activate(tf, "cpu");
      return { name: "cpu", title: "plain JavaScript on one core", speed: "about a thousandth of TensorFlow's speed in training", devices: [] };
    },
  },
];

const remedy = "npx noisebook setup --tensorflow fetches it, 274 MB";

export const backendNames: readonly BackendName[] = backends.map(({ name }) => name);

/**
 * Starts one backend and makes it tfjs's own.
 *
 * @throws Error saying why it does not start
 */
export async function startBackend(tf: TensorFlowJs, name: BackendName): Promise<Started> {
  return backends.find((backend) => backend.name === name)!.start(tf);
}

/**
 * Starts the backend that NOISEBOOK_BACKEND names, or the fastest that there is.
 *
 * @throws RangeError for a name that is none, Error where the named one does not start
 */
export async function chooseBackend(tf: TensorFlowJs, wish: string | undefined = process.env.NOISEBOOK_BACKEND): Promise<Omit<TensorBackend, "line">> {
  if (wish) {
    const name = backendNames.find((each) => each === wish);
    if (!name) throw new RangeError(`NOISEBOOK_BACKEND is "${wish}", which is none of ${backendNames.join(", ")}`);
    try {
      return { ...(await startBackend(tf, name)), passedOver: [] };
    } catch (error) {
      throw new Error(`NOISEBOOK_BACKEND is "${wish}", which does not start: ${messageOf(error)}`, { cause: error });
    }
  }
  const passedOver: TensorBackend["passedOver"][number][] = [];
  for (const { name, start } of backends) {
    try {
      return { ...(await start(tf)), passedOver };
    } catch (error) {
      passedOver.push({ name, reason: messageOf(error) });
    }
  }
  throw new Error(`no tensor backend starts: ${passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}`);
}

async function activate(tf: TensorFlowJs, name: BackendName): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`tfjs does not start its backend "${name}"`);
  await tf.ready();
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
