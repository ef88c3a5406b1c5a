import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

const plainNode = (code: string): string =>
  execFileSync(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NOISEBOOK_BACKEND: "wasm" },
  });

it("serves the core to plain Node.js, without loading TensorFlow.js", () => {
  const code = `import { linearSchedule, tensorOps } from "noisebook";
let reason; try { tensorOps(); } catch (error) { reason = error.message; }
console.log(linearSchedule({ T: 1000 }).alphaBar[1000].toExponential(6), reason);`;
  expect(plainNode(code)).toBe('4.035830e-5 no tensors are loaded yet: import * as tf from "@tensorflow/tfjs-node-gpu" first\n');
});

it("serves TensorFlow.js on the backend of this machine to plain Node.js, the one that the core knows", () => {
  const code = `import * as tf from "noisebook/tensor/tf";
import { linearSchedule, marginal, tensorBackend, tensorOps } from "noisebook";
const [mean] = marginal(linearSchedule({ T: 10 }), 1).mean({ x0: tf.tensor1d([2]) }).dataSync();
console.log(tensorBackend().name, tensorOps().add === tf.add, mean.toFixed(4));`;
  expect(plainNode(code)).toMatch(/^wasm true \d\.\d{4}\n$/);
});
