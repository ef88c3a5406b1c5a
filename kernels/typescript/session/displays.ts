import { randomUUID } from "node:crypto";
import type { CellContext } from "./cell-context.ts";
import type { Bundle } from "../pipes/frames.ts";
import type { Output } from "./output.ts";
import { bundleOf } from "./show/index.ts";
import { quietly } from "./show/quiet.ts";

export interface DisplayHandle {
  readonly id: string;
  update(value: unknown, options?: ShowOptions): Promise<void>;
}

export interface ShowOptions {
  /** By MIME type. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The cells' `display` and `clearOutput`. Bundles made asynchronously keep the order of their calls. */
export class Displays {
  readonly #output: Output;
  readonly #context: CellContext;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Counts interrupts: what was waiting then is not counted any more. */
  #era = 0;

  constructor(output: Output, context: CellContext) {
    this.#output = output;
    this.#context = context;
  }

  display(value: unknown, options: ShowOptions & { id?: string; update?: boolean } = {}): Promise<DisplayHandle> {
    return quietly(this.#display(value, options));
  }

  async #display(value: unknown, options: ShowOptions & { id?: string; update?: boolean }): Promise<DisplayHandle> {
    const id = options.id ?? randomUUID();
    await this.#emit(bundleOf(value, options.metadata), id, options.update ?? false);
    return quietly({ id, update: (next: unknown, { metadata }: ShowOptions = {}) => this.#emit(bundleOf(next, metadata), id, true) });
  }

  /** Shows a bundle that is already made. */
  show(bundle: Bundle, displayId?: string, update = false): void {
    void this.#emit(bundle, displayId, update);
  }

  clear(options: { wait?: boolean } = {}): void {
    this.#output.frame({ type: "clear", cell: this.#context.current(), wait: options.wait ?? false });
  }

  /** Waits no more for what has been asked for so far: of an interrupted cell's display there may never be a bundle. */
  abandon(): void {
    this.#era += 1;
    this.#waiting = 0;
    this.#last = Promise.resolve();
  }

  /** Resolves when all displays asked for so far have been sent. */
  settled(): Promise<void> {
    return this.#last;
  }

  #emit(bundle: Bundle | Promise<Bundle>, displayId: string | undefined, update: boolean): Promise<void> {
    const cell = this.#context.current();
    const send = (ready: Bundle): void => this.#output.frame({ type: "display", cell, bundle: ready, displayId, update });
    if (!(bundle instanceof Promise) && this.#waiting === 0) {
      send(bundle);
      return Promise.resolve();
    }
    const era = this.#era;
    this.#waiting += 1;
    const before = this.#last;
    const sent = (async () => {
      try {
        const ready = await bundle;
        await before;
        send(ready);
      } finally {
        if (era === this.#era) this.#waiting -= 1;
      }
    })();
    this.#last = sent.catch(() => {});
    return sent;
  }
}
