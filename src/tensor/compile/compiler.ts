import type { Tensor } from "../ops.ts";
import type { Structure } from "./structure.ts";

export type Precision = "float32" | "bfloat16";
export type Step = (...inputs: never[]) => unknown;

/** A step for inputs of one signature. */
export interface StepProgram {
  /** How many the step asked for. */
  readonly operations: number;
  /** @throws Error where a variable is in use by a step that runs off the main thread, and what the backend refuses */
  run(inputs: readonly Tensor[]): unknown;
  /** Runs on another thread, after those that have a variable in common with it. Inputs may be disposed meanwhile. */
  runOffMainThread(inputs: readonly Tensor[]): Promise<unknown>;
  /** Now, or when the last run has ended. */
  dispose(): void;
}

/** What makes programs of steps, on a backend that has them. */
export interface Compiler {
  /** Whether a step is being traced now. */
  readonly tracing: boolean;
  /** @throws RangeError where this machine does not have it */
  requirePrecision(precision: Precision): void;
  takeApart(inputs: readonly unknown[]): Structure;
  /** @throws Error where the step cannot be compiled, and what the step itself throws */
  build(step: Step, inputs: Structure, precision: Precision): StepProgram;
}

const slot = Symbol.for("noisebook.compiler");
const state = globalThis as { [slot]?: Compiler };

/** That of the process, whichever backend is active. */
export const compiler = (): Compiler | undefined => state[slot];

/** Called by the backend that compiles: its code is no part of what `import "noisebook"` loads. */
export function provideCompiler(provided: Compiler): void {
  state[slot] = provided;
}
