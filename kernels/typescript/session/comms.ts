import { randomUUID } from "node:crypto";
import type { CommMessage } from "../pipes/frames.ts";
import type { CellContext } from "./cell-context.ts";
import type { Output } from "./output.ts";

/** What arrives on a comm. */
export interface CommEvent {
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

export interface CommExtras {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly (ArrayBuffer | ArrayBufferView)[];
}

type Send = (message: CommMessage) => void;

/** One open channel between a cell's code and the front end. */
export class Comm {
  readonly id: string;
  readonly target: string;
  readonly #send: Send;
  readonly handlers: { message?: (event: CommEvent) => unknown; close?: (event: CommEvent) => unknown } = {};
  closed = false;

  constructor(id: string, target: string, send: Send) {
    this.id = id;
    this.target = target;
    this.#send = send;
  }

  /** @throws Error if the comm is closed */
  send(data: unknown, extras: CommExtras = {}): void {
    if (this.closed) throw new Error(`comm ${this.id} of target "${this.target}" is closed; open a new one`);
    this.#send(messageOf("comm_msg", this, data, extras));
  }

  /** Handles what the front end sends; a later handler replaces an earlier one. */
  onMessage(handler: (event: CommEvent) => unknown): this {
    this.handlers.message = handler;
    return this;
  }

  /** Handles the end of the comm by the front end. */
  onClose(handler: (event: CommEvent) => unknown): this {
    this.handlers.close = handler;
    return this;
  }

  close(data: unknown = {}, extras: CommExtras = {}): void {
    if (this.closed) return;
    this.closed = true;
    this.#send(messageOf("comm_close", this, data, extras));
  }
}

type TargetHandler = (comm: Comm, event: CommEvent) => unknown;

/** The cells' `comms`. */
export class Comms {
  readonly #output: Output;
  readonly #context: CellContext;
  readonly #targets = new Map<string, TargetHandler>();
  readonly #open = new Map<string, Comm>();

  constructor(output: Output, context: CellContext) {
    this.#output = output;
    this.#context = context;
  }

  /** Lets the front end open comms of this target; a later handler replaces an earlier one. */
  register(target: string, handler: TargetHandler): void {
    this.#targets.set(target, handler);
  }

  unregister(target: string): void {
    this.#targets.delete(target);
  }

  /** Opens a comm of a target that the front end knows. */
  open(target: string, data: unknown = {}, extras: CommExtras = {}): Comm {
    const comm = this.#add(randomUUID(), target);
    this.#send(messageOf("comm_open", comm, data, extras));
    return comm;
  }

  /** Runs the handler of a message as part of the "cell" that stands for the message. */
  receive(cell: number, message: CommMessage, fail: (error: unknown) => void): void {
    this.#context.run(cell, () => {
      try {
        const outcome = this.#handle(message);
        if (outcome instanceof Promise) outcome.catch(fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  #handle({ event, id, target = "", data, metadata, buffers }: CommMessage): unknown {
    const received: CommEvent = { data, metadata, buffers };
    if (event === "comm_open") {
      const handler = this.#targets.get(target);
      // No such target: the specification asks for the comm to be closed at once.
      if (!handler) return this.#send({ event: "comm_close", id, data: {}, metadata: {}, buffers: [] });
      return handler(this.#add(id, target), received);
    }
    const comm = this.#open.get(id);
    if (!comm) return undefined;
    if (event === "comm_msg") return comm.handlers.message?.(received);
    comm.closed = true;
    this.#open.delete(id);
    return comm.handlers.close?.(received);
  }

  #add(id: string, target: string): Comm {
    const comm = new Comm(id, target, (message) => this.#send(message));
    this.#open.set(id, comm);
    return comm;
  }

  #send(message: CommMessage): void {
    if (message.event === "comm_close") this.#open.delete(message.id);
    this.#output.frame({ type: "comm", cell: this.#context.current(), ...message });
  }
}

function messageOf(event: CommMessage["event"], { id, target }: Comm, data: unknown, { metadata = {}, buffers = [] }: CommExtras): CommMessage {
  const bytes = buffers.map((each) => (each instanceof ArrayBuffer ? new Uint8Array(each) : new Uint8Array(each.buffer, each.byteOffset, each.byteLength)));
  return { event, id, target, data, metadata, buffers: bytes };
}
