import { readFileSync } from "node:fs";
import path from "node:path";
import { type ExecuteRequest, type KernelInfoReply, protocolVersion } from "../../protocol/message.ts";
import { packageRoot } from "../../root.ts";
import { isComplete } from "../cell/transform.ts";
import type { CellRunner } from "./cell-runner.ts";
import type { Channels, Request } from "./channels.ts";
import type { Engine } from "./engine.ts";
import { log } from "./log.ts";
import { codePoints, utf16Offset } from "./offsets.ts";
import type { Publisher } from "./publisher.ts";
import type { QueuedRequest, ShellQueue } from "./shell.ts";

export interface KernelParts {
  readonly channels: Channels;
  readonly publisher: Publisher;
  readonly runner: CellRunner;
  readonly engine: Engine;
  readonly shell: () => ShellQueue;
  /** Ends the kernel once its replies are out. */
  readonly shutdown: () => Promise<void>;
}

type Content = Record<string, unknown>;

/** Answers every request type of the shell and control channels. */
export class Requests {
  readonly #parts: KernelParts;
  #executionCount = 0;

  constructor(parts: KernelParts) {
    this.#parts = parts;
  }

  async handle(request: Request | QueuedRequest): Promise<void> {
    const { channels, publisher } = this.#parts;
    const { header, content } = request.message;
    await channels.firstSubscription();
    publisher.publish("status", { execution_state: "busy" }, header);
    try {
      await this.#dispatch(header.msg_type, content, request);
    } catch (error) {
      log(`${header.msg_type} failed: ${(error as Error).stack}`);
      const { name, message, stack } = error as Error;
      const reply = { status: "error", ename: name, evalue: message, traceback: (stack ?? message).split("\n") };
      this.#reply(request, header.msg_type.replace(/_request$/, "_reply"), reply);
    } finally {
      publisher.publish("status", { execution_state: "idle" }, header);
    }
  }

  async #dispatch(type: string, content: Content, request: Request | QueuedRequest): Promise<void> {
    const { engine, publisher, runner } = this.#parts;
    const checker = engine.types;
    switch (type) {
      case "execute_request":
        return this.#execute(content as unknown as ExecuteRequest, request);
      case "kernel_info_request":
        return this.#reply(request, "kernel_info_reply", kernelInfo(engine));
      case "is_complete_request":
        return this.#reply(request, "is_complete_reply", isComplete(String(content.code)));
      case "complete_request": {
        const { code, cursor_pos: cursor } = content as { code: string; cursor_pos: number };
        const found = await checker?.complete(code, utf16Offset(code, cursor));
        const types = found?.matches.map(({ name, kind }) => ({ start: codePoints(code, found.start), end: codePoints(code, found.end), text: name, type: kind }));
        return this.#reply(request, "complete_reply", {
          status: "ok",
          matches: found?.matches.map(({ name }) => name) ?? [],
          cursor_start: found ? codePoints(code, found.start) : cursor,
          cursor_end: found ? codePoints(code, found.end) : cursor,
          metadata: types ? { _jupyter_types_experimental: types } : {},
        });
      }
      case "inspect_request": {
        const { code, cursor_pos: cursor } = content as { code: string; cursor_pos: number };
        const found = await checker?.inspect(code, utf16Offset(code, cursor));
        return this.#reply(request, "inspect_reply", { status: "ok", found: found !== undefined, data: found ? { "text/plain": found.text } : {}, metadata: {} });
      }
      case "history_request":
        return this.#reply(request, "history_reply", { status: "ok", history: [] });
      case "comm_info_request":
        return this.#reply(request, "comm_info_reply", { status: "ok", comms: {} });
      case "comm_open":
        // No target is registered: the specification asks for the comm to be closed at once.
        return publisher.publish("comm_close", { comm_id: content.comm_id, data: {} }, request.message.header);
      case "comm_msg":
      case "comm_close":
        return;
      case "interrupt_request":
        runner.interrupt();
        return this.#reply(request, "interrupt_reply", { status: "ok" });
      case "shutdown_request": {
        const reply = { status: "ok", restart: content.restart === true };
        this.#reply(request, "shutdown_reply", reply);
        publisher.publish("shutdown_reply", reply, request.message.header);
        void this.#parts.shutdown();
        return;
      }
      default:
        log(`no answer to ${type}`);
    }
  }

  async #execute(content: ExecuteRequest, request: Request | QueuedRequest): Promise<void> {
    const { publisher, runner } = this.#parts;
    const parent = request.message.header;
    if ("aborted" in request && request.aborted) return this.#reply(request, "execute_reply", { status: "aborted", execution_count: this.#executionCount });
    const silent = content.silent === true;
    if (!silent && content.store_history !== false) this.#executionCount += 1;
    const execution_count = this.#executionCount;
    if (!silent) publisher.publish("execute_input", { code: content.code, execution_count }, parent);
    const { result, error, told, userExpressions } = await runner.run({
      code: content.code,
      count: execution_count,
      silent,
      userExpressions: content.user_expressions ?? {},
      parent,
    });
    if (error) {
      if (!silent && !told) publisher.publish("error", error, parent);
      if (content.stop_on_error !== false) await this.#parts.shell().abortPending();
      return this.#reply(request, "execute_reply", { status: "error", execution_count, ...error, user_expressions: {}, payload: [] });
    }
    if (result && !silent) publisher.publish("execute_result", { execution_count, ...result }, parent);
    this.#reply(request, "execute_reply", { status: "ok", execution_count, user_expressions: userExpressions ?? {}, payload: [] });
  }

  #reply(request: Request, type: string, content: unknown): void {
    this.#parts.publisher.flush();
    this.#parts.channels.reply(request, type, content);
  }
}

function kernelInfo(engine: Engine): KernelInfoReply {
  const version = (file: string): string => (JSON.parse(readFileSync(path.join(packageRoot, file), "utf8")) as { version: string }).version;
  const typescript = version(path.join(engine.typescript, "package.json"));
  const own = version("package.json");
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: engine.name,
    implementation_version: own,
    banner: `Noisebook ${own}: TypeScript ${typescript} on Node ${process.version}`,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
  };
}
