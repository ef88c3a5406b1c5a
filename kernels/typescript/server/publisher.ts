import type { Header, Message } from "../../protocol/message.ts";
import type { Wire } from "../../protocol/wire.ts";
import type { Stream } from "../pipes/merge.ts";

const batchMs = 15;
const batchCharacters = 65_536;

interface Batch {
  readonly stream: Stream;
  readonly parent: Header | undefined;
  readonly parts: string[];
  length: number;
}

export interface PublishExtras {
  readonly metadata?: Record<string, unknown>;
  readonly buffers?: readonly Uint8Array[];
}

/** What goes out on iopub, in order. Text is gathered into few messages: clients drop floods of small ones. */
export class Publisher {
  readonly #wire: Wire;
  readonly #send: (message: Message<unknown>) => void;
  #batch: Batch | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(wire: Wire, send: (message: Message<unknown>) => void) {
    this.#wire = wire;
    this.#send = send;
  }

  text(stream: Stream, text: string, parent: Header | undefined): void {
    if (this.#batch && (this.#batch.stream !== stream || this.#batch.parent !== parent)) this.flush();
    this.#batch ??= { stream, parent, parts: [], length: 0 };
    this.#batch.parts.push(text);
    this.#batch.length += text.length;
    if (this.#batch.length > batchCharacters) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), batchMs);
  }

  publish(type: string, content: unknown, parent: Header | undefined, { metadata, buffers = [] }: PublishExtras = {}): void {
    this.flush();
    this.#send({ ...this.#wire.message(type, content, parent, metadata), buffers });
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    if (!batch) return;
    this.#batch = undefined;
    this.#send(this.#wire.message("stream", { name: batch.stream, text: batch.parts.join("") }, batch.parent));
  }
}
