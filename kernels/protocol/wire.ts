import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { type Header, type Message, protocolVersion } from "./message.ts";

const delimiter = Buffer.from("<IDS|MSG>");

/** Frames that are not a Jupyter message, or are not signed with the connection's key. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** One end of a Jupyter connection: signs what goes out, verifies what comes in. */
export class Wire {
  readonly session = randomUUID();
  readonly #key: string;
  readonly #algorithm: string;
  readonly #username: string;
  #sent = 0;

  /** @throws {WireError} if the signature scheme is not hmac-something */
  constructor(key: string, signatureScheme = "hmac-sha256", username = "noisebook") {
    if (key !== "" && !signatureScheme.startsWith("hmac-")) throw new WireError(`signature scheme "${signatureScheme}" is not supported: use hmac-sha256`);
    this.#key = key;
    this.#algorithm = signatureScheme.slice("hmac-".length);
    this.#username = username;
  }

  header(type: string): Header {
    return {
      msg_id: `${this.session}_${++this.#sent}`,
      session: this.session,
      username: this.#username,
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    };
  }

  message<Content>(type: string, content: Content, parent?: Header, metadata: Record<string, unknown> = {}): Message<Content> {
    return { header: this.header(type), parent_header: parent ?? {}, metadata, content, buffers: [] };
  }

  /** The frames of a message, its routing identities (or topic) first. */
  encode(message: Message<unknown>, identities: readonly (Uint8Array | string)[] = []): (Uint8Array | string)[] {
    const parts = [message.header, message.parent_header, message.metadata, message.content].map((part) => Buffer.from(JSON.stringify(part)));
    return [...identities, delimiter, this.#sign(parts), ...parts, ...message.buffers];
  }

  /** @throws {WireError} if the frames are malformed or the signature is wrong */
  decode(frames: readonly Uint8Array[]): { identities: Uint8Array[]; message: Message } {
    const at = frames.findIndex((frame) => delimiter.equals(frame));
    if (at < 0) throw new WireError(`no ${delimiter} among ${frames.length} frames`);
    if (frames.length < at + 6) throw new WireError(`${frames.length - at - 1} frames behind ${delimiter}, where a signature and four parts are due`);
    const parts = frames.slice(at + 2, at + 6);
    const expected = Buffer.from(this.#sign(parts));
    const given = Buffer.from(frames[at + 1]);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) throw new WireError("the signature does not match the connection's key");
    let header: unknown, parent_header: unknown, metadata: unknown, content: unknown;
    try {
      [header, parent_header, metadata, content] = parts.map((part) => JSON.parse(Buffer.from(part).toString("utf8")) as unknown);
    } catch (error) {
      throw new WireError(`a part is not JSON: ${(error as Error).message}`);
    }
    if (!isHeader(header)) throw new WireError("the header lacks msg_id or msg_type");
    if (!isObject(parent_header) || !isObject(metadata) || !isObject(content)) throw new WireError(`a part of ${header.msg_type} is not an object`);
    const message = { header, parent_header: parent_header as Message["parent_header"], metadata, content, buffers: frames.slice(at + 6) };
    return { identities: frames.slice(0, at), message };
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#algorithm, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isHeader = (value: unknown): value is Header => isObject(value) && typeof value.msg_id === "string" && typeof value.msg_type === "string";
