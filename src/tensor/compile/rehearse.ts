import type { Tensor, Variable } from "../ops.ts";
import type { Step } from "./compiler.ts";
import { finished } from "./eager.ts";
import type { Host } from "./host.ts";
import type { Source } from "./sources.ts";
import { type Structure, takeApart } from "./structure.ts";
import type { Tracing } from "./tracing.ts";

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
  const symbols: Tensor[] = [];
  engine.startScope("compile");
  const stand = standIns(host, tracing);
  const creations = watch(host, tracing, (variable) => {
    created.push({ variable, initial: engine.keep(variable.clone()), source: tracing.sourceOf(host.idOf(variable)) });
  });
  try {
    inputs.tensors.forEach((tensor, index) => {
      const symbol = host.symbol(tensor.shape, host.elements(tensor).dtype);
      tracing.know(host.idOf(symbol), { kind: "input", index });
      symbols.push(symbol);
    });
    binding.tracer = tracing;
    const outputs = takeApart(finished(step(...(inputs.rebuild(symbols) as never[]))), "the step's output", (tensor) => tensor.dtype, true);
    const results = outputs.tensors.map((tensor) => ({ source: tracing.sourceOf(host.idOf(tensor)), type: host.elements(tensor).dtype }));
    return { outputs, results, written: stand.written() };
  } finally {
    binding.tracer = undefined;
    creations.stop();
    stand.end();
    engine.endScope();
  }
}

/** Puts a symbol in the place of each variable's elements, until `end`. */
function standIns(host: Host, tracing: Tracing): { written(): Written[]; end(): void } {
  const { engine } = host;
  const variables = host.variables().map((variable) => {
    const original = engine.keep(variable.clone());
    const symbol = host.symbol(variable.shape, host.elements(variable).dtype);
    const id = host.idOf(symbol);
    tracing.know(id, { kind: "variable", variable });
    variable.assign(symbol);
    return { variable, original, id };
  });
  return {
    written() {
      const gone = variables.find(({ variable }) => variable.isDisposed);
      if (gone) throw new Error(`a compiled step disposes the variable "${gone.variable.name}": do that outside`);
      return variables
        .filter(({ variable, id }) => host.elements(variable).id !== id)
        .map(({ variable }) => ({ variable, source: tracing.sourceOf(host.idOf(variable)) }));
    },
    end() {
      for (const { variable, original } of variables) {
        if (!variable.isDisposed) variable.assign(original);
        original.dispose();
      }
    },
  };
}

/**
 * Sees the variables and the elements that are made, until `stop`. tfjs uploads elements when they are first used: those of now are uploaded
 * as constants at once, so that what is uploaded later is known to be from outside.
 */
function watch(host: Host, tracing: Tracing, made: (variable: Variable) => void): { stop(): void } {
  const { engine, backend, binding } = host;
  const { write, getInputTensorIds } = backend;
  const { makeVariable } = engine;
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
  return {
    stop() {
      Object.assign(backend, { write, getInputTensorIds });
      engine.makeVariable = makeVariable;
    },
  };
}
