import type { ErrorContent, MimeBundle } from "../../protocol/message.ts";
import type { CellScript } from "../cell/transform.ts";

/** File descriptors of the session process. 1 and 2 carry all text, with barriers (see barrier.ts). */
export const fds = { toServer: 3, fromServer: 4, interrupts: 5 } as const;

/** What a session may be asked between cells, where it is the one that knows the types. */
export interface Question {
  readonly about: "complete" | "inspect";
  readonly code: string;
  /** UTF-16 offset in `code`. */
  readonly offset: number;
}

/** From the server to the session's main thread. */
export type Command =
  | {
      readonly type: "execute";
      readonly cell: number;
      readonly label: string;
      readonly source: string;
      readonly script: CellScript;
      readonly silent: boolean;
      readonly userExpressions: Readonly<Record<string, string>>;
    }
  | { readonly type: "ask"; readonly id: number; readonly question: Question }
  | { readonly type: "exit" };

export interface Bundle {
  readonly data: MimeBundle;
  readonly metadata: Record<string, unknown>;
}

/** From the session to the server. A frame with a barrier comes after all text written before it, on either stream. */
export type Frame =
  | { readonly type: "ready" }
  | { readonly type: "answer"; readonly id: number; readonly answer?: unknown }
  | {
      readonly type: "done";
      readonly cell: number;
      readonly barrier: number;
      readonly result?: Bundle;
      readonly error?: ErrorContent;
      readonly userExpressions?: Record<string, unknown>;
    }
  | {
      readonly type: "display";
      readonly cell: number;
      readonly barrier: number;
      readonly bundle: Bundle;
      readonly displayId?: string;
      readonly update: boolean;
    }
  | { readonly type: "clear"; readonly cell: number; readonly barrier: number; readonly wait: boolean }
  | { readonly type: "late"; readonly cell: number; readonly barrier: number; readonly error: ErrorContent };

/** A value as JSON behind its length in bytes (uint32, little endian). */
export function encodeFrame(value: Command | Frame): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  const frame = Buffer.allocUnsafe(4 + json.length);
  frame.writeUInt32LE(json.length);
  json.copy(frame, 4);
  return frame;
}

/** Cuts a byte stream into the values that encodeFrame wrote. */
export class FrameReader<T extends Command | Frame> {
  #chunks: Buffer[] = [];
  #length = 0;

  push(chunk: Buffer): T[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const values: T[] = [];
    while (this.#length >= 4) {
      const head = this.#take(4, false);
      const size = 4 + head.readUInt32LE(0);
      if (this.#length < size) break;
      values.push(JSON.parse(this.#take(size, true).toString("utf8", 4)) as T);
    }
    return values;
  }

  #take(size: number, consume: boolean): Buffer {
    if (this.#chunks[0].length < size) this.#chunks = [Buffer.concat(this.#chunks)];
    const head = this.#chunks[0].subarray(0, size);
    if (consume) {
      this.#chunks[0] = this.#chunks[0].subarray(size);
      if (this.#chunks[0].length === 0) this.#chunks.shift();
      this.#length -= size;
    }
    return head;
  }
}
