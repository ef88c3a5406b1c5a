import type { Message } from "../../../protocol/message.ts";
import type { Debugging } from "../../debugger/index.ts";
import type { CellRunner } from "../cell-runner.ts";
import type { Channels, Request } from "../channels.ts";
import type { Comms } from "../comms.ts";
import type { Engine } from "../engine.ts";
import type { History } from "../history/history.ts";
import type { InputRequests } from "../input-requests.ts";
import type { Publisher } from "../publisher.ts";
import type { Sessions } from "../sessions.ts";
import type { QueuedRequest, ShellQueue } from "../shell.ts";

/** What the handlers of requests work with. */
export interface KernelParts {
  readonly channels: Channels;
  readonly publisher: Publisher;
  readonly sessions: Sessions;
  readonly runner: CellRunner;
  readonly debugging: Debugging;
  readonly inputs: InputRequests;
  readonly comms: Comms;
  readonly history: History;
  readonly engine: Engine;
  readonly shell: () => ShellQueue;
  /** Ends the kernel once its replies are out. */
  readonly shutdown: () => Promise<void>;
}

/** One request on its way to an answer. Its content is what a client sent: anything. */
export interface Asked {
  readonly request: Request | QueuedRequest;
  readonly message: Message;
  readonly content: Readonly<Record<string, unknown>>;
  /** Sends the reply, after all output so far. */
  reply(content: unknown): void;
}

export type Handler = (asked: Asked, parts: KernelParts) => Promise<void> | void;
