/**
 * Shared between the main thread and the control worker: `pending` is 1 while an interrupt waits to be acknowledged, `count`
 * counts interrupts, `checked` is the number of the last sign of life that was asked for and given, `terminating` is 1 while
 * execution may be terminated at any instant.
 * The worker terminates execution again and again until the main thread acknowledges.
 */
export const slots = { pending: 0, count: 1, checked: 2, terminating: 3 } as const;

/** From the control worker to the main thread. */
export type FromControl =
  | { readonly type: "interrupt"; readonly id: number }
  /** Asks for a sign of life. */
  | { readonly type: "check"; readonly id: number };

/** The main thread's side. */
export class Interrupts {
  readonly shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(slots).length));
  #handled = 0;

  /** True once for each interrupt: a message of one that was already noticed by its termination is stale. */
  acknowledge(id: number = Atomics.load(this.shared, slots.count)): boolean {
    const fresh = id > this.#handled;
    if (fresh) this.#handled = id;
    Atomics.store(this.shared, slots.pending, 0);
    return fresh;
  }

  /** Whether the running code may be cut short at any instant. */
  get terminating(): boolean {
    return Atomics.load(this.shared, slots.terminating) === 1;
  }

  checked(id: number): void {
    Atomics.store(this.shared, slots.checked, id);
  }
}
