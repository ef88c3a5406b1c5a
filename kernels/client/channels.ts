import { Dealer, Subscriber } from "zeromq";
import { type ConnectionInfo, endpoint } from "../protocol/connection.ts";
import type { Message } from "../protocol/message.ts";
import { SendQueue } from "../protocol/send-queue.ts";
import { Wire } from "../protocol/wire.ts";
import { messageOf } from "./exit-codes.ts";

type Handler = (message: Message) => void;

/** A request that has been sent. Its reply may never come: race it. */
export interface Request {
  readonly id: string;
  readonly reply: Promise<Message>;
}

/** How long a receiver may keep the event loop to itself while messages flood in, in ms. */
const receivingSlice = 25;

/** The client's ends of a kernel's sockets: sends requests, and hands each message to whoever asked for it. */
export class Channels {
  /** Messages on iopub whose request is not one of ours, or is none. */
  onStray: Handler | undefined;
  /** Answers what a cell asks for. Nobody: it is told that there is no input. */
  onInput: ((prompt: string) => string) | undefined;
  /** The kernel knows where to ask for input: what it asked before would be lost, and the cell wait for ever. */
  readonly canBeAsked: Promise<void>;
  readonly #wire: Wire;
  readonly #shell: Dealer;
  readonly #control: Dealer;
  readonly #stdin: Dealer;
  readonly #iopub: Subscriber;
  readonly #queues: Record<"shell" | "control" | "stdin", SendQueue>;
  readonly #replies = new Map<string, Handler>();
  readonly #published = new Map<string, Handler>();
  #rejected = 0;
  #rejection = "";

  constructor(info: ConnectionInfo) {
    this.#wire = new Wire(info.key, info.signature_scheme);
    // The kernel binds after we connect: try again soon, or up to 100 ms of every start are lost.
    const options = { linger: 0, reconnectInterval: 5, receiveHighWaterMark: 0 };
    const dealer = { ...options, sendHighWaterMark: 0, routingId: this.#wire.session };
    this.#shell = new Dealer(dealer);
    this.#control = new Dealer(dealer);
    this.#stdin = new Dealer(dealer);
    this.#iopub = new Subscriber(options);
    this.#queues = { shell: new SendQueue(this.#shell), control: new SendQueue(this.#control), stdin: new SendQueue(this.#stdin) };
    this.canBeAsked = new Promise((resolve) => this.#stdin.events.on("handshake", () => resolve()));
    this.#iopub.subscribe();
    this.#iopub.connect(endpoint(info, "iopub"));
    this.#shell.connect(endpoint(info, "shell"));
    this.#control.connect(endpoint(info, "control"));
    this.#stdin.connect(endpoint(info, "stdin"));
    void this.#receive(this.#shell, (message) => this.#takeReply(message));
    void this.#receive(this.#control, (message) => this.#takeReply(message));
    void this.#receive(this.#stdin, (message) => this.#answerInput(message));
    void this.#receive(this.#iopub, (message) => (this.#published.get(parentId(message)) ?? this.onStray)?.(message));
  }

  /** Sends a request; `onPublished` gets what the kernel publishes on its behalf, also after the reply, until `forget`. */
  request(channel: "shell" | "control", type: string, content: unknown, onPublished?: Handler): Request {
    const message = this.#wire.message(type, content);
    const id = message.header.msg_id;
    const reply = new Promise<Message>((resolve) => this.#replies.set(id, resolve));
    if (onPublished) this.#published.set(id, onPublished);
    this.#queues[channel].send(this.#wire.encode(message));
    return { id, reply };
  }

  forget(id: string): void {
    this.#replies.delete(id);
    this.#published.delete(id);
  }

  /** What arrived and could not be used, in words; undefined if nothing did. */
  get rejections(): string | undefined {
    return this.#rejected === 0 ? undefined : `${this.#rejected} of the kernel's messages were refused, the last because ${this.#rejection}`;
  }

  close(): void {
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub]) if (!socket.closed) socket.close();
  }

  #takeReply(message: Message): void {
    const id = parentId(message);
    const handler = this.#replies.get(id);
    this.#replies.delete(id);
    handler?.(message);
  }

  /** Mostly nobody sits at a keyboard. Kernels raise an end-of-file error on Ctrl-D, and have no other way to be refused. */
  #answerInput(request: Message): void {
    if (request.header.msg_type !== "input_request") return;
    const evalue = "a notebook that is run headlessly cannot ask for input";
    const refusal = { status: "error", ename: "EOFError", evalue, traceback: [], value: "\u0004" };
    const reply = this.onInput ? { status: "ok", value: this.onInput(String(request.content.prompt)) } : refusal;
    const parent = "msg_id" in request.header ? request.header : undefined;
    this.#queues.stdin.send(this.#wire.encode(this.#wire.message("input_reply", reply, parent)));
  }

  async #receive(socket: AsyncIterable<Uint8Array[]>, handle: Handler): Promise<void> {
    let sliceEnd = performance.now() + receivingSlice;
    try {
      for await (const frames of socket) {
        try {
          handle(this.#wire.decode(frames).message);
        } catch (error) {
          this.#rejected++;
          this.#rejection = messageOf(error);
        }
        if (performance.now() < sliceEnd) continue;
        await new Promise(setImmediate);
        sliceEnd = performance.now() + receivingSlice;
      }
    } catch {
      // The socket was closed.
    }
  }
}

const parentId = (message: Message): string => ("msg_id" in message.parent_header ? String(message.parent_header.msg_id) : "");
