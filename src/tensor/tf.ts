import { loadTensors } from "./load.ts";

// What "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node" and "@tensorflow/tfjs" stand for in cells and in src: one instance, backend ready.
await loadTensors();

export * from "@tensorflow/tfjs";
