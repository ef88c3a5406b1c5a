import { setTimeout as sleep } from "node:timers/promises";
import { Router, XPublisher } from "zeromq";
import { type ConnectionInfo, endpoint } from "../../protocol/connection.ts";
import type { Message } from "../../protocol/message.ts";
import { SendQueue } from "../../protocol/send-queue.ts";
import { type Wire, WireError } from "../../protocol/wire.ts";
import { log } from "./log.ts";
import { Replays } from "./replays.ts";

/** A request with the way back to whoever sent it. */
export interface Request {
  readonly message: Message;
  readonly identities: readonly Uint8Array[];
  readonly channel: "shell" | "control";
}

export interface Receivers {
  /** A request of the shell or the control channel. */
  request(request: Request): void;
  /** An answer on the stdin channel. */
  input(message: Message, identities: readonly Uint8Array[]): void;
}

/** How long the first reply waits for a client's iopub subscription; without it the first status would go nowhere. */
const subscriptionGraceMs = 300;

/** How long a question waits for its client's stdin, which may have yet to connect: ZeroMQ drops what has no way to go. */
const stdinGraceMs = 2000;

const unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 1000 } as const;

/** The kernel's five sockets. */
export class Channels {
  readonly #wire: Wire;
  readonly #shell = new Router(unlimited);
  readonly #control = new Router(unlimited);
  readonly #stdin = new Router({ ...unlimited, mandatory: true });
  readonly #heartbeat = new Router(unlimited);
  readonly #iopub = new XPublisher({ ...unlimited, verbosity: "allSubs" });
  readonly #replays = new Replays();
  readonly #queues = { shell: new SendQueue(this.#shell), control: new SendQueue(this.#control), stdin: new SendQueue({ send: (frames) => this.#sendOnArrival(frames) }), iopub: new SendQueue(this.#iopub) };
  #subscribed!: () => void;
  readonly subscribed = new Promise<void>((resolve) => (this.#subscribed = resolve));

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** @throws if a port is taken */
  async bind(info: ConnectionInfo): Promise<void> {
    const sockets = { shell: this.#shell, control: this.#control, stdin: this.#stdin, hb: this.#heartbeat, iopub: this.#iopub } as const;
    await Promise.all(Object.entries(sockets).map(([channel, socket]) => socket.bind(endpoint(info, channel as keyof typeof sockets))));
    void this.#watchSubscriptions();
    void this.#beat();
  }

  /** Hands every valid message over; anything else is dropped and the kernel goes on. */
  listen({ request, input }: Receivers): void {
    void this.#receive("shell", this.#shell, (message, identities) => request({ message, identities, channel: "shell" }));
    void this.#receive("control", this.#control, (message, identities) => request({ message, identities, channel: "control" }));
    void this.#receive("stdin", this.#stdin, input);
  }

  reply(request: Request, type: string, content: unknown): void {
    const message = this.#wire.message(type, content, request.message.header);
    this.#queues[request.channel].send(this.#wire.encode(message, request.identities));
  }

  /** Asks the client that sent a request: its identity is the same on the stdin channel. */
  ask(request: Request, type: string, content: unknown): void {
    const message = this.#wire.message(type, content, request.message.header);
    this.#queues.stdin.send(this.#wire.encode(message, request.identities));
  }

  publish(message: Message<unknown>): void {
    this.#queues.iopub.send(this.#wire.encode(message, [message.header.msg_type]));
  }

  firstSubscription(): Promise<unknown> {
    return Promise.race([this.subscribed, sleep(subscriptionGraceMs, undefined, { ref: false })]);
  }

  drained(): Promise<unknown> {
    return Promise.all(Object.values(this.#queues).map((queue) => queue.drained()));
  }

  close(): void {
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#heartbeat, this.#iopub]) socket.close();
  }

  async #receive(channel: string, socket: Router, receive: Receivers["input"]): Promise<void> {
    for await (const frames of socket) {
      try {
        const { identities, message } = this.#wire.decode(frames);
        if (this.#replays.isNew(signatureOf(frames, identities))) receive(message, identities);
        else log(`ignored a ${message.header.msg_type} on the ${channel} channel that came before`);
      } catch (error) {
        log(`ignored a message on the ${channel} channel: ${error instanceof WireError ? error.message : (error as Error).stack}`);
      }
    }
  }

  /** Sends to a client on the stdin channel, once it is there. */
  async #sendOnArrival(frames: (Uint8Array | string)[]): Promise<void> {
    for (const began = performance.now(); ; await sleep(20)) {
      try {
        return await this.#stdin.send(frames);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EHOSTUNREACH" || performance.now() - began > stdinGraceMs) throw error;
      }
    }
  }

  async #watchSubscriptions(): Promise<void> {
    for await (const [frame] of this.#iopub) {
      if (frame?.[0] !== 1) continue;
      this.#subscribed();
      const subscription = frame.subarray(1).toString("utf8");
      const welcome = this.#wire.message("iopub_welcome", { subscription });
      this.#queues.iopub.send(this.#wire.encode(welcome, [subscription]));
    }
  }

  async #beat(): Promise<void> {
    for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
  }
}

const signatureOf = (frames: readonly Uint8Array[], identities: readonly Uint8Array[]): string => Buffer.from(frames[identities.length + 1]).toString("latin1");
