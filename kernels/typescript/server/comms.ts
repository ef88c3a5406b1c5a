import type { Header, Message } from "../../protocol/message.ts";
import type { CommMessage } from "../pipes/frames.ts";
import type { Publisher } from "./publisher.ts";
import type { Sessions } from "./sessions.ts";

/** The comms that are open between the front end and the session. */
export class Comms {
  readonly #sessions: Sessions;
  readonly #publisher: Publisher;
  readonly #open = new Map<string, string>();
  readonly #handled = new Map<number, () => void>();

  constructor(sessions: Sessions, publisher: Publisher) {
    this.#sessions = sessions;
    this.#publisher = publisher;
    sessions.on("comm", (frame) => this.#send(frame, sessions.parentOf(frame.cell)));
    sessions.on("handled", ({ cell }) => this.#handled.get(cell)?.());
    // Handlers that an interrupt ended, or that went with their session, will never say so.
    sessions.onSettled(() => this.#release());
    sessions.onLost(() => this.#loseAll());
  }

  /** The open comms as comm_info_reply lists them. */
  info(target?: string): Record<string, { target_name: string }> {
    const listed = [...this.#open].filter(([, name]) => target === undefined || name === target);
    return Object.fromEntries(listed.map(([id, target_name]) => [id, { target_name }]));
  }

  /** Passes a message on and resolves when its handler has returned, or was interrupted. */
  async receive(message: Message): Promise<void> {
    const { msg_type: event } = message.header;
    const { comm_id: id, target_name: target, data } = message.content;
    if (typeof id !== "string" || (event === "comm_open" && typeof target !== "string")) return;
    if (event === "comm_open") this.#open.set(id, String(target));
    else if (!this.#open.has(id)) return;
    if (event === "comm_close") this.#open.delete(id);
    if (this.#sessions.hopeless) return;
    await this.#sessions.ready;
    while (this.#sessions.calm) await this.#sessions.calm;
    const cell = this.#sessions.begin(message.header);
    const handled = new Promise<void>((resolve) => this.#handled.set(cell, resolve));
    this.#sessions.send({
      type: "comm",
      cell,
      event: event as CommMessage["event"],
      id,
      ...(typeof target === "string" ? { target } : {}),
      data: data ?? {},
      metadata: message.metadata,
      buffers: message.buffers,
    });
    await handled;
    this.#handled.delete(cell);
    this.#sessions.finish(cell);
  }

  #release(): void {
    for (const resolve of this.#handled.values()) resolve();
  }

  #send({ event, id, target, data, metadata, buffers }: CommMessage, parent: Header | undefined): void {
    if (event === "comm_open") this.#open.set(id, target ?? "");
    if (event === "comm_close") this.#open.delete(id);
    const content = { comm_id: id, data, ...(event === "comm_open" ? { target_name: target } : {}) };
    this.#publisher.publish(event, content, parent, { metadata, buffers });
  }

  #loseAll(): void {
    this.#release();
    for (const id of this.#open.keys()) this.#publisher.publish("comm_close", { comm_id: id, data: {} }, undefined);
    this.#open.clear();
  }
}
