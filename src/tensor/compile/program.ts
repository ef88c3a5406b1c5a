import { offMainThread, type Pointer } from "../tensorflow/c-api.ts";
import { Status } from "../tensorflow/status.ts";
import { interruptSignal } from "../interrupt.ts";
import type { Tensor, Variable } from "../ops.ts";
import type { StepProgram } from "./compiler.ts";
import { graphApi } from "./graph-api.ts";
import type { Host } from "./host.ts";
import { turns } from "./turns.ts";
import type { Feed } from "./trace.ts";

/** What a step became: a function in TensorFlow's context, and what flows in and out of it. */
export interface Plan {
  readonly name: string;
  /** Inputs, then tensors from outside, then variables: the order in which the function takes them. */
  readonly feeds: readonly Feed[];
  /** What the function returns first. */
  readonly written: readonly Variable[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly type: number }[];
  readonly rebuild: (tensors: readonly Tensor[]) => unknown;
  readonly attributes: readonly { readonly name: string; readonly value: Uint8Array }[];
  /** How many the step asked for. */
  readonly operations: number;
}

/** A call of that function. */
export class Program implements StepProgram {
  readonly #host: Host;
  readonly #plan: Plan;
  readonly #read: readonly Variable[];
  #running = 0;
  #disposed = false;

  constructor(host: Host, plan: Plan) {
    this.#host = host;
    this.#plan = plan;
    this.#read = plan.feeds.flatMap((feed) => (feed.kind === "variable" ? [feed.variable] : []));
  }

  get operations(): number {
    return this.#plan.operations;
  }

  /** @throws TensorFlowError, Error where a variable is in use by a step that runs off the main thread */
  run(inputs: readonly Tensor[]): unknown {
    const { native } = this.#host.binding;
    const busy = turns.busy(this.#read, this.#plan.written);
    if (busy) {
      const way = "await that one first, or call this one by .async too";
      throw new Error(`the variable "${busy.name}" is in use by a compiled step that still runs: ${way}`);
    }
    const { status } = native;
    const op = this.#begin(inputs, status);
    try {
      this.#addVariables(op, status);
      const results = this.#room();
      graphApi(native).TFE_Execute(op, results.handles, results.count, status.pointer);
      status.check("a compiled step");
      return this.#finish(results.handles);
    } finally {
      native.c.TFE_DeleteOp(op);
    }
  }

  /**
   * Runs on another thread, after those that have a variable in common with it. Inputs may be disposed meanwhile.
   *
   * @throws TensorFlowError, Error where a variable changed meanwhile
   */
  async runOffMainThread(inputs: readonly Tensor[]): Promise<unknown> {
    const { native } = this.#host.binding;
    const status = new Status(native.c);
    const turn = turns.prepare(this.#read, this.#plan.written);
    const interrupt = interruptSignal();
    const progress = { assigned: 0 };
    let op: Pointer | undefined;
    let results: Room | undefined;
    let released = false;
    this.#running++;
    const release = (): void => {
      turn.done();
      if (released) return;
      released = true;
      this.#running--;
      if (op !== undefined) native.c.TFE_DeleteOp(op);
      status.dispose();
      if (this.#disposed) this.dispose();
      interrupt?.removeEventListener("abort", rescue);
    };
    // The interrupt of a notebook's cell may end us anywhere, without any `finally`, and takes the cell's timers with it. It is noticed by its
    // signal: variables that have been given their new elements in part get the rest, and those who wait for their turn do not wait for ever.
    const rescue = (): void => {
      if (released || !results) return release();
      if (!answered(results, native.c.TF_GetCode(status.pointer))) return soon(5, rescue);
      if (progress.assigned > 0) this.#assignAll(results.handles, progress);
      turn.done();
      // It has answered, and still has to leave the call.
      soon(leaveMs, release);
    };
    interrupt?.addEventListener("abort", rescue, { once: true });
    try {
      const others = turn.enter();
      op = this.#begin(inputs, status);
      if (others) await others;
      interrupt?.throwIfAborted();
      const before = this.#addVariables(op, status);
      results = this.#room();
      await offMainThread(graphApi(native).TFE_Execute, op, results.handles, results.count, status.pointer);
      if (interrupt?.aborted) {
        for (const handle of results.handles) if (handle !== 0n) native.c.TFE_DeleteTensorHandle(Number(handle));
        throw interrupt.reason;
      }
      status.check("a compiled step");
      this.#requireUnchanged(before, results.handles);
      return this.#finish(results.handles, progress);
    } finally {
      release();
    }
  }

  /** Frees the function and the tensors from outside: now, or when the last run has ended. */
  dispose(): void {
    this.#disposed = true;
    if (this.#running > 0) return;
    const { native, context } = this.#host.binding;
    for (const feed of this.#plan.feeds) if (feed.kind === "captured") native.c.TFE_DeleteTensorHandle(feed.handle);
    graphApi(native).TFE_ContextRemoveFunction(context.pointer, this.#plan.name, native.status.pointer);
    native.status.check("removing a compiled step");
  }

  /** The call, with all but variables: it holds on to its inputs. */
  #begin(inputs: readonly Tensor[], status: Status): Pointer {
    const { native, context, handles } = this.#host.binding;
    const { c } = native;
    const op = c.TFE_NewOp(context.pointer, native.intern(this.#plan.name), status.pointer);
    status.check("a compiled step");
    for (const { name, value } of this.#plan.attributes) c.TFE_OpSetAttrString(op, native.intern(name), value, value.length);
    for (const feed of this.#plan.feeds) {
      if (feed.kind === "variable") break;
      c.TFE_OpAddInput(op, feed.kind === "captured" ? feed.handle : handles.get(this.#host.idOf(inputs[feed.index]!)), status.pointer);
    }
    return op;
  }

  /** Adds the variables as they are now; what tfjs knows the elements by of those that will be written. */
  #addVariables(op: Pointer, status: Status): object[] {
    const { native, handles } = this.#host.binding;
    for (const variables of [this.#read, this.#plan.written]) {
      const gone = variables.find(({ isDisposed }) => isDisposed);
      if (gone) throw new ReferenceError(`the variable "${gone.name}" of a compiled step was disposed: compile the step anew`);
    }
    for (const variable of this.#read) native.c.TFE_OpAddInput(op, handles.get(this.#host.idOf(variable)), status.pointer);
    status.check("a compiled step's inputs");
    return this.#plan.written.map(({ dataId }) => dataId);
  }

  #room(): Room {
    const length = this.#plan.written.length + this.#plan.outputs.length;
    return { handles: new BigUint64Array(length), count: Int32Array.of(length) };
  }

  #requireUnchanged(before: readonly object[], results: BigUint64Array): void {
    const { native } = this.#host.binding;
    const changed = this.#plan.written.find((variable, i) => variable.isDisposed || variable.dataId !== before[i]);
    if (!changed) return;
    for (const handle of results) if (handle !== 0n) native.c.TFE_DeleteTensorHandle(Number(handle));
    throw new Error(`the variable "${changed.name}" was assigned or disposed while a compiled step that writes it ran: await the step first`);
  }

  /** Gives variables their new elements, and makes tensors of the rest. */
  #finish(results: BigUint64Array, progress = { assigned: 0 }): unknown {
    const { handles } = this.#host.binding;
    const { written, outputs, rebuild } = this.#plan;
    this.#assignAll(results, progress);
    const tensors = outputs.map(({ shape, type }, i) => this.#host.tensor(handles.adopt(Number(results[written.length + i])), shape, type));
    return rebuild(tensors);
  }

  #assignAll(results: BigUint64Array, progress: { assigned: number }): void {
    const { written } = this.#plan;
    while (progress.assigned < written.length) {
      const i = progress.assigned;
      this.#assign(written[i]!, Number(results[i]));
      progress.assigned++;
    }
  }

  /** May be cut short by an interrupt, and done again. */
  #assign(variable: Variable, handle: Pointer): void {
    const { handles, native } = this.#host.binding;
    // Whoever disposed of it has been interrupted as well.
    if (variable.isDisposed) return native.c.TFE_DeleteTensorHandle(handle);
    const { id, refCount, dtype } = this.#host.elements(variable);
    // In place where nobody shares the old elements: several times as fast as tfjs's own way.
    if (refCount === 1) return handles.swap(id, handle);
    const tensor = this.#host.tensor(handles.adopt(handle), variable.shape, dtype);
    variable.assign(tensor);
    tensor.dispose();
  }
}

/** Where a call puts its results. */
interface Room {
  readonly handles: BigUint64Array;
  readonly count: Int32Array;
}

/** How long a call may take to return once it has answered. */
const leaveMs = 1000;

/** Whether TensorFlow, on its thread, has computed what was asked for: it writes the results' handles last, the count before. */
const answered = ({ handles }: Room, code: number): boolean => code !== 0 || handles.at(-1) !== 0n;

/** A timer that is none of a cell's, and so outlives its interrupt. */
const soon = (milliseconds: number, work: () => void): void => AbortSignal.timeout(milliseconds).addEventListener("abort", work, { once: true });
