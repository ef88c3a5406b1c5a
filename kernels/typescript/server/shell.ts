import type { Request } from "./channels.ts";

export interface QueuedRequest extends Request {
  aborted: boolean;
}

/** The shell channel's requests, one at a time in the order of their arrival. */
export class ShellQueue {
  readonly #handle: (request: QueuedRequest) => Promise<void>;
  readonly #queue: QueuedRequest[] = [];
  #current: QueuedRequest | undefined;

  constructor(handle: (request: QueuedRequest) => Promise<void>) {
    this.#handle = handle;
  }

  push(request: Request): void {
    const queued = { ...request, aborted: false };
    if (this.#mayOvertake(request)) return void this.#handle(queued);
    this.#queue.push(queued);
    void this.#run();
  }

  /** Marks every execute request that has arrived as aborted; those still in the socket are let in first. */
  async abortPending(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    for (const request of this.#queue) if (typeOf(request) === "execute_request") request.aborted = true;
  }

  /** A cell may be waiting for the message of a comm. */
  #mayOvertake(request: Request): boolean {
    const type = typeOf(request);
    return (type === "comm_msg" || type === "comm_close") && this.#queue.length === 0 && this.#current !== undefined && typeOf(this.#current) === "execute_request";
  }

  async #run(): Promise<void> {
    if (this.#current) return;
    while ((this.#current = this.#queue.shift())) await this.#handle(this.#current);
  }
}

const typeOf = (request: Request): string => request.message.header.msg_type;
