import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { interruptChannel } from "./interrupt.ts";

/**
 * What is to be taken back, last first. At the latest when the event loop turns, or a notebook's interrupt is over: it ends us anywhere, without
 * any `finally`, also while we take back, and takes the cell's timers with it.
 */
export class Undo {
  readonly #tasks: (() => void)[] = [];
  readonly #run = (): void => this.run();
  readonly #late = setImmediate(this.#run);

  constructor() {
    subscribe(interruptChannel, this.#run);
  }

  /** Each task may be cut short, and is then begun anew. */
  add(task: () => void): void {
    this.#tasks.push(task);
  }

  /** The second time, there is nothing left to do. */
  run(): void {
    for (let task = this.#tasks.at(-1); task; task = this.#tasks.at(-1)) {
      task();
      this.#tasks.pop();
    }
    clearImmediate(this.#late);
    unsubscribe(interruptChannel, this.#run);
  }
}
