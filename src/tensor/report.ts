import { channel } from "node:diagnostics_channel";

export type BackendName = "tensorflow" | "wasm" | "cpu";

/** What tensors of this process run on, and why. */
export interface TensorBackend {
  readonly name: BackendName;
  /** What it is in full, such as "TensorFlow 2.21.0 on CPU". */
  readonly title: string;
  /** How fast that is, in words, beside the other backends. */
  readonly speed: string;
  /** Where it comes from: the library's file and why that one; absent where it is part of the packages. */
  readonly library?: { readonly file: string; readonly origin: string };
  /** TensorFlow's devices. */
  readonly devices: readonly string[];
  /** The faster ones that are not used, and why not. */
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[];
  /** All that in one line. */
  readonly line: string;
}

const slot = Symbol.for("noisebook.tensorBackend");
const state = globalThis as { [slot]?: TensorBackend };

/**
 * What this process's tensors run on. It depends on the machine: show it in a cell tagged "volatile".
 *
 * @throws Error before tensors are loaded
 */
export function tensorBackend(): TensorBackend {
  if (!state[slot]) throw new Error('no tensors are loaded yet: import * as tf from "@tensorflow/tfjs-node-gpu" first');
  return state[slot];
}

/** Keeps the report and tells it once: to who listens on the diagnostics channel "noisebook:tensor-backend", as the kernel does, else on stderr. */
export function announce(backend: Omit<TensorBackend, "line">): void {
  const report: TensorBackend = Object.defineProperty({ ...backend, line: lineOf(backend) }, Symbol.for("Jupyter.display"), {
    value: (): Record<string, string> => ({ "text/plain": lineOf(backend) }),
  });
  state[slot] = report;
  const listeners = channel("noisebook:tensor-backend");
  if (listeners.hasSubscribers) listeners.publish(report);
  else process.stderr.write(`${report.line}\n`);
}

function lineOf({ title, speed, passedOver }: Omit<TensorBackend, "line">): string {
  const reasons = passedOver.map(({ name, reason }) => `; not ${name}: ${reason}`).join("");
  return `tensors: ${title}, ${speed}${reasons}`;
}
