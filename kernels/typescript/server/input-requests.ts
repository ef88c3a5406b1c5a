import type { Message } from "../../protocol/message.ts";
import type { Channels, Request } from "./channels.ts";
import type { Publisher } from "./publisher.ts";
import type { Sessions } from "./sessions.ts";

/** Questions of the running cell on their way to the client that sent it, and the answers back. */
export class InputRequests {
  readonly #sessions: Sessions;
  #asking: Request | undefined;
  #open: number | undefined;

  constructor(channels: Channels, sessions: Sessions, publisher: Publisher) {
    this.#sessions = sessions;
    sessions.on("input", ({ cell, id, prompt, password }) => {
      const request = this.#asking;
      if (!request || sessions.parentOf(cell) !== request.message.header) {
        return sessions.control({ type: "input", id, refused: "input was asked for by a cell that has ended" });
      }
      this.#open = id;
      publisher.flush();
      channels.ask(request, "input_request", { prompt, password });
    });
  }

  /** While a request runs, its client answers; undefined when it is over. */
  during(request: Request | undefined): void {
    this.#asking = request;
    this.#open = undefined;
  }

  /** An answer. One that was not asked for, or comes from another client, is dropped. */
  answer(message: Message, identities: readonly Uint8Array[]): void {
    const id = this.#open;
    if (message.header.msg_type !== "input_reply" || id === undefined || !sameSender(identities, this.#asking?.identities)) return;
    this.#open = undefined;
    const { value, status } = message.content;
    if (status === "error" || typeof value !== "string") this.#sessions.control({ type: "input", id, refused: "the client did not answer the question" });
    else this.#sessions.control({ type: "input", id, value });
  }
}

function sameSender(a: readonly Uint8Array[], b: readonly Uint8Array[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each, n) => Buffer.compare(each, b[n]) === 0);
}
