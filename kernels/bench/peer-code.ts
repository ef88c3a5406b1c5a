import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../root.ts";

/** What is asked of a kernel, in its language. */
export interface PeerCode {
  /** A small plain cell, another for each `n`. */
  cell(n: number): string;
  /** A cell after which none has its types checked; "" where they never are, left out where they always are. */
  readonly unchecked?: string;
  /** A cell that loads TensorFlow.js, and then small ones, another for each `n`. */
  readonly typed?: { readonly first: string; cell(n: number): string };
  /** Prints so many lines. */
  flood(lines: number): string;
  /** Declares `text`, and what completes a member of it. */
  readonly text: string;
  readonly completion: string;
  readonly completed: string;
  readonly busyLoop: string;
}

const typescriptCode = (loadTensorflow: string): PeerCode => ({
  cell: (n) => `const v${n} = ${n} * 3; v${n} + 1`,
  typed: {
    first: `${loadTensorflow}\nawait tf.setBackend("cpu");\ntf.tensor1d([1, 2]).sum().dataSync()[0]`,
    cell: (n) => `const t${n} = tf.tidy(() => tf.tensor2d([[1, 2], [3, ${n}]]).mul(2).add(1).mean(0));\nt${n}.dataSync()[0]`,
  },
  flood: (lines) => `for (let i = 0; i < ${lines}; i++) console.log("line " + i);`,
  text: `const text = "some text";`,
  completion: "text.toU",
  completed: "toUpperCase",
  busyLoop: "for (;;) {}",
});

/** Of kernels that resolve packages as Node does. */
export const nodeCode = typescriptCode('import * as tf from "@tensorflow/tfjs";');

/** Deno takes the same package from the same place by Node's rules, which its own import does not follow here. */
export const denoCode: PeerCode = { unchecked: "", ...typescriptCode(
  `import { createRequire } from "node:module";\nconst tf = createRequire(${JSON.stringify(pathToFileURL(path.join(packageRoot, "package.json")).href)})("@tensorflow/tfjs");`,
) };

export const pythonCode: PeerCode = {
  unchecked: "",
  cell: (n) => `v${n} = ${n} * 3; v${n} + 1`,
  flood: (lines) => `for i in range(${lines}): print("line", i)`,
  text: `text = "some text"`,
  completion: "text.upp",
  completed: "upper",
  busyLoop: "while True: pass",
};
