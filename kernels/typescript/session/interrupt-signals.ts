import { interruption } from "./timers.ts";

/** Signals that cells hand to their own work, so that an interrupt ends it. */
export class InterruptSignals {
  readonly #controllers = new Map<number, AbortController>();
  readonly #current: () => number;
  readonly #listeners: (() => void)[] = [];

  /** @param current the cell whose code is running */
  constructor(current: () => number) {
    this.#current = current;
  }

  /** Aborted when the cell that asks for it is interrupted. The same one for all of a cell's code. */
  signal(): AbortSignal {
    const cell = this.#current();
    let controller = this.#controllers.get(cell);
    if (!controller) this.#controllers.set(cell, (controller = new AbortController()));
    return controller.signal;
  }

  /** Told of every interrupt. */
  onInterrupt(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Aborts the signals of a cell, or of all cells. */
  abort(cell?: number): void {
    for (const tell of this.#listeners) tell();
    for (const [key, controller] of [...this.#controllers]) {
      if (cell !== undefined && key !== cell) continue;
      this.#controllers.delete(key);
      controller.abort(new DOMException("interrupted", { name: "AbortError", cause: interruption }));
    }
  }
}
