/**
 * What is to be taken back, last first. At the latest when the event loop turns: the interrupt of a notebook's cell ends us anywhere, without
 * any `finally`.
 */
export class Undo {
  readonly #tasks: (() => void)[] = [];
  readonly #late = setImmediate(() => this.run());

  add(task: () => void): void {
    this.#tasks.push(task);
  }

  /** The second time, there is nothing left to do. */
  run(): void {
    clearImmediate(this.#late);
    for (let task = this.#tasks.pop(); task; task = this.#tasks.pop()) task();
  }
}
