import type { Request } from "./channels.ts";

export interface QueuedRequest extends Request {
  aborted: boolean;
}

/** The shell channel's requests, one at a time in the order of their arrival. */
export class ShellQueue {
  readonly #handle: (request: QueuedRequest) => Promise<void>;
  readonly #queue: QueuedRequest[] = [];
  #busy = false;

  constructor(handle: (request: QueuedRequest) => Promise<void>) {
    this.#handle = handle;
  }

  push(request: Request): void {
    this.#queue.push({ ...request, aborted: false });
    void this.#run();
  }

  /** Marks every execute request that has arrived as aborted; those still in the socket are let in first. */
  async abortPending(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (const request of this.#queue) if (request.message.header.msg_type === "execute_request") request.aborted = true;
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) await this.#handle(request);
    this.#busy = false;
  }
}
