import { createRequire } from "node:module";
import { io as coreIo, version as coreVersion } from "@tensorflow/tfjs";
import { loadTensors } from "./load.ts";

// What "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node" and "@tensorflow/tfjs" stand for in cells and in src: one instance, backend ready.
const tf = await loadTensors();

export * from "@tensorflow/tfjs";

// And what tfjs-node has beyond tfjs. Its index, which puts this together, would load the addon that is not there.
type Extras = Pick<typeof import("@tensorflow/tfjs-node-gpu"), "node" | "io" | "version">;
const require = createRequire(import.meta.url);
const part = (name: string): unknown => require(`@tensorflow/tfjs-node-gpu/dist/${name}`);

const files = part("io/index") as object;
const router = part("io/file_system") as { nodeFileSystemRouter: Parameters<typeof tf.io.registerLoadRouter>[0] };
tf.io.registerLoadRouter(router.nodeFileSystemRouter);
tf.io.registerSaveRouter(router.nodeFileSystemRouter);

/** Pictures and TensorBoard, on the TensorFlow backend alone. */
export const node = (part("node") as Extras).node;
/** With `file://` for models. */
export const io = { ...coreIo, ...files } as Extras["io"];
export const version = { ...coreVersion, "tfjs-node": (part("version") as { version: string }).version } as Extras["version"];
