/**
 * Shared between the main thread and the control worker: [0] is 1 while an interrupt waits to be acknowledged,
 * [1] counts interrupts. The worker terminates execution again and again until the main thread acknowledges.
 */
export const slots = { pending: 0, count: 1 } as const;

/** The main thread's side. */
export class Interrupts {
  readonly shared = new Int32Array(new SharedArrayBuffer(8));
  #handled = 0;

  /** True once for each interrupt: a message of one that was already noticed by its termination is stale. */
  acknowledge(id: number = Atomics.load(this.shared, slots.count)): boolean {
    const fresh = id > this.#handled;
    if (fresh) this.#handled = id;
    Atomics.store(this.shared, slots.pending, 0);
    return fresh;
  }

  isStale(id: number): boolean {
    return id <= this.#handled;
  }
}
