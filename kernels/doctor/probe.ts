import { spawnSync } from "node:child_process";
import path from "node:path";
import type { TensorBackend } from "../../src/tensor/report.ts";
import { packageRoot } from "../root.ts";

/** What tensors run on in a process that is started here and now. */
export type TensorProbe =
  | {
      readonly works: true;
      readonly backend: TensorBackend;
      /** Seconds from nothing to the first result. */
      readonly loadSeconds: number;
      /** 10^9 float32 additions and multiplications a second, in products of 512 × 512 matrices. */
      readonly gigaflops: number;
      /** What the library wrote to stderr: its warnings and errors. */
      readonly notices: readonly string[];
    }
  | { readonly works: false; readonly reason: string; readonly notices: readonly string[] };

const answer = "noisebook-probe ";

/** Starts a process as a kernel would be, and has it load tensors: only so is known what opens, and a library that kills a process kills that one. */
export function probeTensors(): TensorProbe {
  const args = [path.join(packageRoot, "dist", "cli.js"), "doctor", "--probe"];
  // Warnings tell why a GPU is not used.
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "1" };
  const { stdout, stderr, signal, error } = spawnSync(process.execPath, args, { encoding: "utf8", env, timeout: 120_000 });
  const lines = (stderr ?? "").split("\n").filter(Boolean);
  const notices = lines.filter((line) => !line.startsWith("tensors: ") && !line.startsWith("WARNING: All log messages before absl"));
  const found = (stdout ?? "").split("\n").find((line) => line.startsWith(answer));
  if (found) return { ...(JSON.parse(found.slice(answer.length)) as TensorProbe), notices };
  const how = error ? error.message : signal ? `the process that loaded them died (${signal})` : "the process that loaded them ended early";
  return { works: false, reason: how, notices };
}

/** What the started process does: loads, multiplies, and prints one line. */
export async function answerProbe(): Promise<number> {
  const started = performance.now();
  try {
    const { loadTensors } = await import("../../src/tensor/load.ts");
    const { tensorBackend } = await import("../../src/tensor/report.ts");
    const tf = await loadTensors();
    const a = tf.ones([512, 512]);
    const multiply = (): void => tf.tidy(() => void tf.matMul(a, a).dataSync());
    multiply();
    const loadSeconds = (performance.now() - started) / 1000;
    const times = 10;
    const begun = performance.now();
    for (let i = 0; i < times; i++) multiply();
    const gigaflops = (times * 2 * 512 ** 3) / (performance.now() - begun) / 1e6;
    console.log(answer + JSON.stringify({ works: true, backend: tensorBackend(), loadSeconds, gigaflops }));
  } catch (error) {
    console.log(answer + JSON.stringify({ works: false, reason: error instanceof Error ? error.message : String(error) }));
  }
  return 0;
}
