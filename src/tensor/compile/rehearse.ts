import type { Tensor, Variable } from "../ops.ts";
import type { Step } from "./compiler.ts";
import { finished } from "./eager.ts";
import type { Host } from "./host.ts";
import type { Source } from "./sources.ts";
import { type Structure, takeApart } from "./structure.ts";
import type { Tracing } from "./tracing.ts";
import { Undo } from "../undo.ts";

/** What a step did while it was traced. */
export interface Rehearsal {
  readonly outputs: Structure;
  /** Where its tensors come from, and TensorFlow's types of them. */
  readonly results: readonly { readonly source: Source; readonly type: number }[];
  readonly written: readonly Written[];
}

export interface Written {
  readonly variable: Variable;
  readonly source: Source;
}

/** A variable that the step made, and what it was at first. */
export interface Created {
  readonly variable: Variable;
  readonly initial: Tensor;
  readonly source: Source;
}

/**
 * Runs a step on symbols instead of tensors: its inputs, and all variables, which are afterwards what they were before. Those that it makes
 * are added to `created`, even where it fails, and have no elements yet.
 */
export function rehearse(host: Host, tracing: Tracing, step: Step, inputs: Structure, created: Created[]): Rehearsal {
  const { engine, binding } = host;
  const undo = new Undo();
  try {
    openScope(host, undo);
    const stands = standIns(host, tracing, undo);
    watch(host, tracing, undo, (variable) => {
      created.push({ variable, initial: engine.keep(variable.clone()), source: tracing.sourceOf(host.idOf(variable)) });
    });
    const symbols = inputs.tensors.map((tensor, index) => {
      const symbol = host.symbol(tensor.shape, host.elements(tensor).dtype);
      tracing.know(host.idOf(symbol), { kind: "input", index });
      return symbol;
    });
    undo.add(() => (binding.tracer = undefined));
    binding.tracer = tracing;
    const outputs = takeApart(finished(step(...(inputs.rebuild(symbols) as never[]))), "the step's output", (tensor) => tensor.dtype, true);
    const results = outputs.tensors.map((tensor) => ({ source: tracing.sourceOf(host.idOf(tensor)), type: host.elements(tensor).dtype }));
    return { outputs, results, written: written(host, tracing, stands) };
  } finally {
    undo.run();
  }
}

/** What tfjs tracks and nests, to be closed again however deep the step was when it ended. */
function openScope({ engine }: Host, undo: Undo): void {
  const { state } = engine;
  const { gradientDepth, kernelDepth } = state;
  const depth = state.scopeStack.length;
  undo.add(() => {
    while (state.scopeStack.length > depth) engine.endScope();
    Object.assign(state, { gradientDepth, kernelDepth });
  });
  engine.startScope("compile");
}

interface StandIn {
  readonly variable: Variable;
  readonly id: number;
}

/** Puts a symbol in the place of each variable's elements. */
function standIns(host: Host, tracing: Tracing, undo: Undo): StandIn[] {
  const { engine } = host;
  return host.variables().map((variable) => {
    const original = engine.keep(variable.clone());
    undo.add(() => {
      if (original.isDisposed) return;
      if (!variable.isDisposed) variable.assign(original);
      original.dispose();
    });
    const symbol = host.symbol(variable.shape, host.elements(variable).dtype);
    const id = host.idOf(symbol);
    tracing.know(id, { kind: "variable", variable });
    variable.assign(symbol);
    return { variable, id };
  });
}

/** @throws Error where the step disposed a variable */
function written(host: Host, tracing: Tracing, stands: readonly StandIn[]): Written[] {
  const gone = stands.find(({ variable }) => variable.isDisposed);
  if (gone) throw new Error(`a compiled step disposes the variable "${gone.variable.name}": do that outside`);
  return stands
    .filter(({ variable, id }) => host.elements(variable).id !== id)
    .map(({ variable }) => ({ variable, source: tracing.sourceOf(host.idOf(variable)) }));
}

/**
 * Sees the variables and the elements that are made. tfjs uploads elements when they are first used: those of now are uploaded as constants at
 * once, so that what is uploaded later is known to be from outside.
 */
function watch(host: Host, tracing: Tracing, undo: Undo, made: (variable: Variable) => void): void {
  const { engine, backend, binding } = host;
  const { write, getInputTensorIds } = backend;
  const { makeVariable } = engine;
  undo.add(() => {
    Object.assign(backend, { write, getInputTensorIds });
    engine.makeVariable = makeVariable;
  });
  backend.write = (values, shape, dtype) => {
    const dataId = write.call(backend, values, shape, dtype);
    getInputTensorIds.call(backend, [{ dataId } as Tensor]);
    return dataId;
  };
  backend.getInputTensorIds = (tensors) => {
    for (const tensor of tensors) {
      if (!tensor.dataId || host.elements(tensor).values === null) continue;
      binding.tracer = undefined;
      getInputTensorIds.call(backend, [tensor]);
      binding.tracer = tracing;
    }
    return getInputTensorIds.call(backend, tensors);
  };
  engine.makeVariable = (...parameters) => {
    const variable = makeVariable.apply(engine, parameters);
    made(variable);
    return variable;
  };
}
