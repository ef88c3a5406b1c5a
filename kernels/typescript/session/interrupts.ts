/**
 * Shared between the main thread and the control worker: `pending` is 1 while an interrupt waits to be acknowledged, `count`
 * counts interrupts, `checked` is the number of the last sign of life that was asked for and given, `terminating` is 1 while
 * execution may be terminated at any instant, `whole` counts what is under way that should not be cut short.
 * The worker terminates execution again and again until the main thread acknowledges.
 */
export const slots = { pending: 0, count: 1, checked: 2, terminating: 3, whole: 4 } as const;

/** From the control worker to the main thread. */
export type FromControl =
  | { readonly type: "interrupt"; readonly id: number }
  /** Asks for a sign of life. */
  | { readonly type: "check"; readonly id: number };

/** The main thread's side. */
export class Interrupts {
  readonly shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(slots).length));
  #handled = 0;
  /** Counts the times that all was forgotten. */
  #era = 0;

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

  /**
   * Runs what no interrupt should cut short, until its promise settles: Node.js neither ends a package's import that was cut, nor begins it
   * anew. An interrupt waits for it a while, and then ends what was to come after it.
   */
  whole<T>(body: () => T): T {
    const era = this.#era;
    const leave = (): void => void (era === this.#era && Atomics.sub(this.shared, slots.whole, 1));
    Atomics.add(this.shared, slots.whole, 1);
    // One that was decided on before hits here.
    while (this.terminating);
    let result: T | undefined;
    try {
      result = body();
    } finally {
      if (!(result instanceof Promise)) leave();
    }
    if (!(result instanceof Promise)) {
      while (this.#pending && Atomics.load(this.shared, slots.whole) === 0);
      return result;
    }
    const never = new Promise<never>(() => {});
    return result.finally(() => (leave(), this.#pending ? never : undefined)) as T;
  }

  get #pending(): boolean {
    return Atomics.load(this.shared, slots.pending) === 1;
  }

  /** Nothing that is under way is kept from interrupts any more. */
  forgetWhole(): void {
    this.#era += 1;
    Atomics.store(this.shared, slots.whole, 0);
  }

  checked(id: number): void {
    Atomics.store(this.shared, slots.checked, id);
  }
}
