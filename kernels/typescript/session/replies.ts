import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { ControlCommand } from "../pipes/frames.ts";

export type InputReply = Extract<ControlCommand, { type: "input" }>;

/** The control worker's end: it posts a reply, then adds one to the counter. */
export interface ReplyLink {
  readonly counter: Int32Array;
  readonly port: MessagePort;
}

/** Answers of the person at the client, on their way from the control worker: awaited, or waited for. */
export class Replies {
  readonly link: ReplyLink;
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (reply: InputReply) => void>();

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.link = { counter: new Int32Array(new SharedArrayBuffer(4)), port: port2 };
    this.#port = port1;
    port1.on("message", (reply: InputReply) => this.#settle(reply));
    port1.unref();
  }

  /** Blocks the thread; an interrupt ends the wait. */
  waitFor(id: number): InputReply {
    for (;;) {
      const seen = Atomics.load(this.link.counter, 0);
      const received = receiveMessageOnPort(this.#port) as { message: InputReply } | undefined;
      if (!received) Atomics.wait(this.link.counter, 0, seen);
      else if (received.message.id === id) return received.message;
      else this.#settle(received.message);
    }
  }

  once(id: number): Promise<InputReply> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #settle(reply: InputReply): void {
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }
}
