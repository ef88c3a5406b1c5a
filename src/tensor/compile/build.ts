import type { Tensor } from "../ops.ts";
import { Check, changed } from "./check.ts";
import type { Step } from "./compiler.ts";
import type { Host } from "./host.ts";
import { type Plan, Program } from "./program.ts";
import { type Created, type Rehearsal, rehearse } from "./rehearse.ts";
import type { Structure } from "./structure.ts";
import { Trace } from "./trace.ts";

let serial = 0;
const freshName = (): string => `noisebook_${process.pid}_${serial++}`;

/**
 * Traces a step for inputs of one signature, holds a second run to the first, and makes a program of it.
 *
 * @throws Error where the step cannot be compiled, and what the step itself throws
 */
export function build(host: Host, step: Step, inputs: Structure, attributes: Plan["attributes"]): Program {
  const { trace, rehearsal } = settled(host, step, inputs);
  try {
    check(host, step, inputs, trace, rehearsal);
    const { outputs, results, written } = rehearsal;
    const name = freshName();
    return new Program(host, {
      name,
      feeds: trace.toFunction(name, [...written, ...results].map(({ source }) => source)),
      written: written.map(({ variable }) => variable),
      outputs: results.map(({ type }, i) => ({ shape: outputs.tensors[i]!.shape, type })),
      rebuild: (tensors) => outputs.rebuild(tensors),
      attributes,
      operations: trace.operations.length,
    });
  } finally {
    trace.dispose();
  }
}

/** The first trace in which the step makes no variables: optimisers make theirs when they are first called. */
function settled(host: Host, step: Step, inputs: Structure): { trace: Trace; rehearsal: Rehearsal } {
  const kinds = inputs.tensors.map((tensor) => ({ shape: tensor.shape, type: host.elements(tensor).dtype }));
  for (let attempt = 0; ; attempt++) {
    const trace = new Trace(host, kinds);
    const created: Created[] = [];
    let settled = false;
    try {
      const rehearsal = rehearse(host, trace, step, inputs, created);
      settled = created.length === 0;
      if (settled) return { trace, rehearsal };
      if (attempt > 0) throw new Error(`the step makes a variable each time it is called ("${created[0]!.variable.name}"): make it once, outside`);
    } finally {
      initialise(host, trace, created, inputs.tensors);
      if (!settled) trace.dispose();
    }
  }
}

/** Gives variables that were made while the step was traced what they were at first. */
function initialise(host: Host, trace: Trace, created: readonly Created[], inputs: readonly Tensor[]): void {
  for (const { variable, initial } of created) {
    if (!variable.isDisposed) variable.assign(initial);
    initial.dispose();
  }
  // The others have elements already.
  const computed = created.filter(({ variable, source }) => !variable.isDisposed && source.kind !== "constant" && source.kind !== "captured");
  if (computed.length === 0) return;
  const name = freshName();
  const program = new Program(host, {
    name,
    feeds: trace.toFunction(name, computed.map(({ source }) => source)),
    written: [],
    outputs: computed.map(({ variable }) => ({ shape: variable.shape, type: host.elements(variable).dtype })),
    rebuild: (tensors) => tensors,
    attributes: [],
    operations: 0,
  });
  try {
    (program.run(inputs) as Tensor[]).forEach((initial, i) => {
      computed[i]!.variable.assign(initial);
      initial.dispose();
    });
  } finally {
    program.dispose();
  }
}

function check(host: Host, step: Step, inputs: Structure, trace: Trace, first: Rehearsal): void {
  const second = new Check(host, trace);
  const created: Created[] = [];
  const { outputs, results, written } = rehearse(host, second, step, inputs, created);
  for (const { initial } of created) initial.dispose();
  if (created.length > 0) throw changed(`it made the variable "${created[0]!.variable.name}" only once`);
  second.finish();
  if (first.outputs.key !== outputs.key) {
    throw changed(`it returned ${first.outputs.key} and then ${outputs.key}; a number that changes is returned as a tensor`);
  }
  first.results.forEach(({ source }, i) => second.hold(source, results[i]!.source, `its output tensor ${i} is`));
  const names = (list: Rehearsal["written"]): string => list.map(({ variable }) => `"${variable.name}"`).join(", ") || "none";
  if (names(first.written) !== names(written)) throw changed(`it assigned the variables ${names(first.written)} and then ${names(written)}`);
  first.written.forEach(({ variable, source }, i) => second.hold(source, written[i]!.source, `the variable "${variable.name}" becomes`));
}
