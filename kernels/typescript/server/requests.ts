import type { Header } from "../../protocol/message.ts";
import type { Request } from "./channels.ts";
import { complete, inspect, isCodeComplete } from "./handlers/code.ts";
import { comm, commInfo } from "./handlers/comms.ts";
import { debug } from "./handlers/debug.ts";
import { createExecute } from "./handlers/execute.ts";
import type { Handler, KernelParts } from "./handlers/handler.ts";
import { history } from "./handlers/history.ts";
import { kernelInfo } from "./handlers/kernel-info.ts";
import { interrupt, shutdown } from "./handlers/lifetime.ts";
import { log } from "./log.ts";
import type { QueuedRequest } from "./shell.ts";

/** Answers every request type of the shell and control channels, between a busy and an idle. */
export class Requests {
  readonly #parts: KernelParts;
  /** What the shell channel works on, from its busy to its idle. */
  #working: Header | undefined;
  readonly #handlers: Readonly<Record<string, Handler>>;

  constructor(parts: KernelParts) {
    this.#parts = parts;
    this.#handlers = {
      execute_request: createExecute(parts),
      kernel_info_request: kernelInfo,
      is_complete_request: isCodeComplete,
      complete_request: complete,
      inspect_request: inspect,
      history_request: history,
      comm_info_request: commInfo,
      comm_open: comm,
      comm_msg: comm,
      comm_close: comm,
      debug_request: debug,
      interrupt_request: interrupt,
      shutdown_request: shutdown,
    };
  }

  async handle(request: Request | QueuedRequest): Promise<void> {
    const { channels, publisher } = this.#parts;
    const { message } = request;
    const { header, content } = message;
    const handler = Object.hasOwn(this.#handlers, header.msg_type) ? this.#handlers[header.msg_type] : undefined;
    if (!handler) return log(`no answer to ${header.msg_type}`);
    const replyType = header.msg_type.replace(/_request$/, "_reply");
    const reply = (answer: unknown): void => {
      publisher.flush();
      channels.reply(request, replyType, answer);
    };
    await channels.firstSubscription();
    publisher.publish("status", { execution_state: "busy" }, header);
    if (request.channel === "shell" && !this.#working) this.#working = header;
    try {
      await handler({ request, message, content, reply }, this.#parts);
    } catch (error) {
      log(`${header.msg_type} failed: ${(error as Error).stack}`);
      const { name, message: evalue, stack } = error as Error;
      if (replyType !== header.msg_type) reply({ status: "error", ename: name, evalue, traceback: (stack ?? evalue).split("\n") });
    } finally {
      publisher.publish("status", { execution_state: "idle" }, header);
      if (this.#working === header) this.#working = undefined;
      // Clients show the last state that they were told, of whatever request: a cell that goes on is busy still.
      else if (this.#working) publisher.publish("status", { execution_state: "busy" }, this.#working);
    }
  }
}
