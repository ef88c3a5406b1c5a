import type { Tensor } from "@tensorflow/tfjs";
import { key, normal } from "noisebook";
import { loadTensors } from "../../../../src/tensor/load.ts";
import { tensorFlowBackend } from "../../../../src/tensor/tensorflow/backend.ts";

export const tf = await loadTensors();

/** Whether steps become graphs here. */
export const graph = tf.getBackend() === "tensorflow";
if (!graph) process.stderr.write(`in part skipped: compiled steps run eagerly on ${tf.getBackend()}\n`);

export const draws = (seed: number, ...shape: number[]): Tensor => tf.tensor(Float32Array.from(normal(key(seed), shape.reduce((a, b) => a * b, 1))), shape);
export const values = (tensor: Tensor): number[] => [...tensor.dataSync()];

/** The elements' bits, in which −0 is not 0 and every NaN is itself. */
export const bits = (tensor: Tensor): number[] => [...new Int32Array((tensor.dataSync() as Float32Array).slice().buffer)];

/** How many tensors TensorFlow holds for us, and tfjs. */
export const held = (): number[] => [tensorFlowBackend()?.binding.handles.count ?? 0, tf.memory().numTensors];
