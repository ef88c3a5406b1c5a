/** What a send queue writes to: any zeromq socket that can send. */
export interface Sendable {
  send(frames: (Uint8Array | string)[]): Promise<void>;
}

/** One ordered queue a socket. A zeromq socket takes one send at a time; a second, unawaited, would be lost. */
export class SendQueue {
  readonly #socket: Sendable;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: Sendable) {
    this.#socket = socket;
  }

  /** Queues the frames; a socket that closes meanwhile drops them. */
  send(frames: (Uint8Array | string)[]): void {
    this.#last = this.#last.then(() => this.#socket.send(frames)).catch(() => {});
  }

  /** Resolves once everything queued so far has been handed to ZeroMQ. */
  drained(): Promise<void> {
    return this.#last;
  }
}
