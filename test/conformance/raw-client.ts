import { setTimeout as sleep } from "node:timers/promises";
import { Dealer, Request, Subscriber } from "zeromq";
import { type ConnectionInfo, endpoint } from "../../kernels/protocol/connection.ts";
import type { Message } from "../../kernels/protocol/message.ts";
import { Wire } from "../../kernels/protocol/wire.ts";

type Frames = (Uint8Array | string)[];

/** A client that sends frames as they are, right or wrong. */
export class RawClient {
  readonly wire: Wire;
  readonly #info: ConnectionInfo;
  readonly #sockets = { shell: new Dealer(), control: new Dealer(), stdin: new Dealer(), iopub: new Subscriber() };
  readonly seen: Message[] = [];

  /** @param lateStdin leaves the stdin channel for `connectStdin` */
  constructor(info: ConnectionInfo, identity: string, lateStdin = false) {
    this.#info = info;
    this.wire = new Wire(info.key, info.signature_scheme);
    for (const channel of ["shell", "control", "stdin"] as const) {
      this.#sockets[channel].routingId = identity;
      if (channel !== "stdin" || !lateStdin) this.#sockets[channel].connect(endpoint(info, channel));
    }
    this.#sockets.iopub.connect(endpoint(info, "iopub"));
    this.#sockets.iopub.subscribe("");
    for (const socket of Object.values(this.#sockets)) void this.#listen(socket);
  }

  connectStdin(): void {
    this.#sockets.stdin.connect(endpoint(this.#info, "stdin"));
  }

  async #listen(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) this.seen.push(this.wire.decode(frames).message);
  }

  message(type: string, content: unknown): Message<unknown> {
    return this.wire.message(type, content);
  }

  sendFrames(channel: "shell" | "control" | "stdin", frames: Frames): Promise<void> {
    return this.#sockets[channel].send(frames);
  }

  /** Sends a message and waits for what answers it on its own channel. */
  async ask(channel: "shell" | "control", type: string, content: unknown = {}, frames?: Frames): Promise<Message> {
    const message = this.message(type, content);
    await this.sendFrames(channel, frames ?? this.wire.encode(message));
    const replyType = type.replace("_request", "_reply");
    return this.until(({ header, parent_header }) => header.msg_type === replyType && (parent_header as { msg_id?: string }).msg_id === message.header.msg_id);
  }

  async until(wanted: (message: Message) => boolean, seconds = 10): Promise<Message> {
    for (let waited = 0; waited < seconds * 100; waited++) {
      const found = this.seen.find(wanted);
      if (found) return found;
      await sleep(10);
    }
    throw new Error(`no such message within ${seconds} s`);
  }

  /** The heartbeat's echo. */
  async beat(bytes: string): Promise<string> {
    const socket = new Request();
    socket.connect(endpoint(this.#info, "hb"));
    await socket.send(bytes);
    const [echo] = await socket.receive();
    socket.close();
    return echo.toString();
  }

  close(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }
}
