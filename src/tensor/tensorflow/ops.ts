import { type Attribute, setAttribute } from "./attributes.ts";
import type { Pointer } from "./c-api.ts";
import type { Context } from "./context.ts";
import type { Native } from "./native.ts";
import { OpDefinitions } from "./op-definitions.ts";

/** Executes operations eagerly. */
export class Ops {
  readonly definitions: OpDefinitions;
  readonly #native: Native;
  readonly #context: Context;
  /** One operation, reset for each use: cheaper than a new one, and it lets go of its inputs at the next. */
  #op: Pointer = 0;

  constructor(native: Native, context: Context) {
    this.#native = native;
    this.#context = context;
    this.definitions = new OpDefinitions(native);
  }

  /**
   * Executes the operation `name` on handles; the handles of its outputs are the caller's to delete.
   *
   * @throws TypeError for a wrong number of inputs, TensorFlowError for what TensorFlow refuses
   */
  execute(name: string, attributes: readonly Attribute[], inputs: readonly Pointer[], outputs: number): Pointer[] {
    const native = this.#native;
    const { c, status } = native;
    this.#checkArity(name, inputs.length);
    const op = this.#begin(name);
    for (let i = 0; i < inputs.length; i++) {
      c.TFE_OpAddInput(op, inputs[i]!, status.pointer);
      if (c.TF_GetCode(status.pointer) !== 0) status.check(`${name}, input ${i}`);
    }
    for (let i = 0; i < attributes.length; i++) setAttribute(native, op, attributes[i]!);
    native.expectOutputs(outputs);
    c.TFE_Execute(op, native.outputs, native.outputCount, status.pointer);
    if (c.TF_GetCode(status.pointer) !== 0) status.check(name);
    const handles = new Array<Pointer>(native.takenOutputs);
    for (let i = 0; i < handles.length; i++) handles[i] = native.output(i);
    return handles;
  }

  /** Given more inputs than it takes, TensorFlow crashes the process. Functions have no definition: who calls one knows how many it takes. */
  #checkArity(name: string, given: number): void {
    const arity = this.definitions.find(name)?.arity;
    if (arity !== undefined && arity !== given) throw new TypeError(`${name} takes ${arity} tensors, not ${given}`);
  }

  #begin(name: string): Pointer {
    const { c, status } = this.#native;
    const interned = this.#native.intern(name);
    if (this.#op !== 0) {
      c.TFE_OpReset(this.#op, interned, 0, status.pointer);
      status.check(name);
      return this.#op;
    }
    const op = c.TFE_NewOp(this.#context.pointer, interned, status.pointer);
    status.check(name);
    return (this.#op = op);
  }
}
