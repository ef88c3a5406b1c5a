import { tensorOps } from "../ops.ts";
import { type Compiler, type Precision, type Step, type StepProgram, compiler } from "./compiler.ts";
import { runEagerly } from "./eager.ts";
import type { Structure } from "./structure.ts";

export interface CompileOptions {
  /**
   * "float32" unless told. "bfloat16" rounds what convolutions and products of matrices take to bfloat16 (8 bits of precision, float32's
   * range), which CPUs with instructions for it multiply twice as fast; all else, variables above all, stays in float32.
   */
  readonly precision?: Precision;
  /** How many signatures of inputs it may be compiled for: 64 unless told. More are an error, for numbers that change are mostly a slip. */
  readonly signatures?: number;
}

export interface Compiled<A extends readonly unknown[], R> {
  /** Runs the step. What it returns is the caller's to dispose (or an outer tf.tidy's). */
  (...inputs: A): R;
  /**
   * Runs the step off the main thread, so that timers, progress and interrupts go on meanwhile. Calls that share variables run one after
   * another, in their order, also with those of other compiled steps. Inputs may be disposed meanwhile. A running step cannot be stopped.
   */
  async(...inputs: A): Promise<R>;
  /** Frees all programs. Runs that are under way end; calling it again compiles anew. */
  dispose(): void;
  /** What a call does: run a compiled program, or, on a backend without them, the step as it is. */
  readonly mode: "graph" | "eager";
  /** Of the programs so far, one a signature: how many operations the step asked for. */
  readonly programs: readonly { readonly signature: string; readonly operations: number }[];
}

/**
 * Makes a step of tensors one TensorFlow function: the step is traced when it is first called with inputs of a new signature (their
 * nesting, types, shapes, plain values), and from then on only the function runs: for a U-Net's training in about half the time.
 *
 * A step is a function of tensors within arrays and plain objects, beside numbers, strings, booleans and null, and returns the like. It may
 * read variables and assign them, take gradients and call optimisers, also those that make variables at their first call. Noise comes in as
 * an input, or is drawn by graphNormal from a seed that is an input.
 *
 * What it cannot do:
 * - read elements (dataSync, print), or anything whose shape depends on elements: an error while it is traced;
 * - use what changes from call to call without being an input: a random number, a counter, a learning rate that a schedule sets. Each trace
 *   is checked by a second run, and what differs between the two is an error that names it; what changes later only is frozen unnoticed;
 * - have effects outside, other than on variables: its JavaScript runs two or three times while it is traced, and never afterwards;
 * - be differentiated from outside: gradients are taken within.
 *
 * Only tracing runs the step's JavaScript, and it computes nothing: variables have changed by exactly one step after the first call as after
 * any other. In float32 the results are the eager step's bit for bit, but for softmax, which TensorFlow computes otherwise in graphs, and sums
 * that its graph optimiser regroups: those agree to float32's rounding.
 *
 * On the backends wasm and cpu the step runs as it is, through the same interface; `mode` says so.
 *
 * @throws RangeError for a precision that is none. Calls throw one where the precision is not to be had here (`mode` does, too), and after too
 * many signatures; a TypeError for inputs that are no tensors; an Error where the step cannot be compiled; what TensorFlow refuses
 */
export function compile<A extends readonly unknown[], R>(step: (...inputs: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  const { precision = "float32", signatures = 64 } = options;
  if (precision !== "float32" && precision !== "bfloat16") {
    throw new RangeError(`precision "${String(precision)}" is neither "float32" nor "bfloat16"`);
  }
  const programs = new Map<string, StepProgram>();

  const programFor = (target: Compiler, inputs: Structure): StepProgram => {
    const known = programs.get(inputs.key);
    if (known) return known;
    if (programs.size >= signatures) {
      throw new RangeError(
        `a compiled step was called with more than ${signatures} signatures, now ${inputs.key} after ${[...programs.keys()].at(-1)}: ` +
          "pass numbers that change as tensors, and shapes that change padded to one",
      );
    }
    const program = target.build(step as unknown as Step, inputs, precision);
    programs.set(inputs.key, program);
    return program;
  };

  const run = (...inputs: A): R => {
    const target = targetFor(precision);
    if (!target) return runEagerly(step as unknown as Step, inputs) as R;
    // Within another's trace, it is a part of that one.
    if (target.tracing) return step(...inputs);
    requireNoTape();
    const structure = target.takeApart(inputs);
    return programFor(target, structure).run(structure.tensors) as R;
  };

  const runOffMainThread = async (...inputs: A): Promise<R> => {
    const target = targetFor(precision);
    if (!target) return (await soon(), runEagerly(step as unknown as Step, inputs)) as R;
    if (target.tracing) throw new Error("a step that is being compiled cannot call another's async: call it as a function");
    requireNoTape();
    const structure = target.takeApart(inputs);
    return (await programFor(target, structure).runOffMainThread(structure.tensors)) as R;
  };

  forgotten.register(run, programs);
  return Object.defineProperties(Object.assign(run, { async: runOffMainThread, dispose: () => free(programs) }), {
    mode: { get: () => (targetFor(precision) ? "graph" : "eager") },
    programs: { get: () => Array.from(programs, ([signature, { operations }]) => ({ signature, operations })) },
  }) as unknown as Compiled<A, R>;
}

function free(programs: Map<string, StepProgram>): void {
  for (const program of programs.values()) program.dispose();
  programs.clear();
}

/** Frees the programs of compiled steps that nobody can call any more: a notebook's cell that compiles one is run again and again. */
const forgotten = new FinalizationRegistry(free);

/** What compiles here; undefined on a backend without compiled steps. */
function targetFor(precision: Precision): Compiler | undefined {
  const name = tensorOps().getBackend();
  const target = name === "tensorflow" ? compiler() : undefined;
  if (precision !== "float32" && !target) {
    throw new RangeError(`precision "${precision}" is for TensorFlow, and tensors here run on "${name}": use "float32"`);
  }
  target?.requirePrecision(precision);
  return target;
}

function requireNoTape(): void {
  const { state } = tensorOps().engine() as unknown as { state: { gradientDepth: number } };
  if (state.gradientDepth === 0) return;
  throw new Error("a compiled step has no gradient: take gradients within the step, or differentiate the step that is not compiled");
}

/** After the event loop has had a turn. */
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
