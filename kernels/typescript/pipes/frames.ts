import type { ErrorContent, MimeBundle } from "../../protocol/message.ts";
import type { CellScript } from "../cell/transform.ts";

/** File descriptors of the session process. 1 and 2 carry all text, with barriers (see barrier.ts). */
export const fds = { toServer: 3, fromServer: 4, control: 5, fromControl: 6 } as const;

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
      /** The client answers questions for input. */
      readonly allowStdin: boolean;
      /** Someone debugs: exceptions may stop the cell. */
      readonly debugged: boolean;
    }
  /** `cell` is a number of its own: output of the handler belongs to the message. */
  | ({ readonly type: "comm"; readonly cell: number } & CommMessage)
  | { readonly type: "ask"; readonly id: number; readonly question: Question }
  | { readonly type: "exit" };

export interface Bundle {
  readonly data: MimeBundle;
  readonly metadata: Record<string, unknown>;
}

/** A comm's opening, message or end, in either direction. */
export interface CommMessage {
  readonly event: "comm_open" | "comm_msg" | "comm_close";
  readonly id: string;
  /** Of an opening: what it is for. */
  readonly target?: string;
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** From the server to the session's control worker, which can act while the main thread computes. */
export type ControlCommand =
  /** `gentle`: no cell runs, so stop the main thread only if something holds it. */
  | { readonly type: "interrupt"; readonly gentle: boolean }
  | { readonly type: "input"; readonly id: number; readonly value?: string; readonly refused?: string }
  /** A command of V8's inspector, or "detach". */
  | { readonly type: "debug"; readonly id: number; readonly method: string; readonly params?: Record<string, unknown> };

/** From the control worker to the server. */
export type ControlReport =
  /** The interrupt is over: nothing of it can hit what the session is told from now on. */
  | { readonly type: "settled" }
  | { readonly type: "debugged"; readonly id: number; readonly result?: Record<string, unknown>; readonly error?: string }
  | { readonly type: "debug-event"; readonly method: string; readonly params: Record<string, unknown> };

/** From the session to the server. A frame with a barrier comes after all text written before it, on either stream. */
export type Frame =
  | { readonly type: "ready" }
  | { readonly type: "answer"; readonly id: number; readonly answer?: unknown }
  /** The cell's code runs from here on: an interrupt hits that, and not the command on its way. */
  | { readonly type: "started"; readonly cell: number }
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
  | { readonly type: "late"; readonly cell: number; readonly barrier: number; readonly error: ErrorContent }
  | { readonly type: "input"; readonly cell: number; readonly barrier: number; readonly id: number; readonly prompt: string; readonly password: boolean }
  | ({ readonly type: "comm"; readonly cell: number; readonly barrier: number } & CommMessage)
  /** The handler of a comm's message has returned. */
  | { readonly type: "handled"; readonly cell: number; readonly barrier: number };

type Value = Command | Frame | ControlCommand | ControlReport;

/** A value as JSON, with its `buffers` as they are: length of all (uint32, little endian), length of the JSON, JSON, buffers. */
export function encodeFrame(value: Value): Buffer {
  const buffers = "buffers" in value ? value.buffers : [];
  const json = Buffer.from(JSON.stringify(buffers.length === 0 ? value : { ...value, buffers: buffers.map(({ byteLength }) => byteLength) }));
  const head = Buffer.allocUnsafe(8);
  head.writeUInt32LE(buffers.reduce((sum, { byteLength }) => sum + byteLength, 4 + json.length));
  head.writeUInt32LE(json.length, 4);
  return Buffer.concat([head, json, ...buffers]);
}

function decodeFrame(frame: Buffer): Value {
  const start = 8 + frame.readUInt32LE(4);
  const value = JSON.parse(frame.toString("utf8", 8, start)) as Value;
  if (!("buffers" in value) || value.buffers.length === 0) return value;
  let at = start;
  return { ...value, buffers: (value.buffers as unknown as number[]).map((length) => frame.subarray(at, (at += length))) };
}

/** Cuts a byte stream into the values that encodeFrame wrote. */
export class FrameReader<T extends Value> {
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
      values.push(decodeFrame(this.#take(size, true)) as T);
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
