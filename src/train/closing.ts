import { interruptSignal } from "../tensor/interrupt.ts";

/**
 * What is to be given back, however a training ends: once, the last first. A notebook's interrupt may leave a promise for ever, without any
 * `finally`; it is noticed by the signal that the notebook gives, and all is given back there and then.
 */
export class Closing {
  readonly #signal = interruptSignal();
  readonly #work: (() => unknown)[] = [];
  readonly #interrupted = (): void => void this.close().catch(() => undefined);

  constructor() {
    this.#signal?.addEventListener("abort", this.#interrupted, { once: true });
  }

  add(work: () => unknown): void {
    this.#work.push(work);
  }

  /** @throws the interrupt, where there was one */
  requireOpen(): void {
    this.#signal?.throwIfAborted();
  }

  /** The error that a training ends with: after an interrupt that, whatever came of it. */
  reason(error: unknown): unknown {
    return this.#signal?.aborted ? this.#signal.reason : error;
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#interrupted);
    const work = this.#work.splice(0).reverse();
    // All that gives back at once does so at once, before anything is waited for.
    await Promise.all(work.map((give) => give()));
  }
}
