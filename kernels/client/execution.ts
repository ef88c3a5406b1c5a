import type { ExecuteReply, Message } from "../protocol/message.ts";
import type { Channels } from "./channels.ts";
import type { KernelDeath } from "./kernel-process.ts";

export interface ExecuteOptions {
  /** Gets every message that the kernel publishes for this cell, also those that come after the execution has settled. */
  readonly onPublished?: (message: Message) => void;
  /** How long the cell may run, in ms, before it is interrupted. Default: as long as it likes. */
  readonly timeoutMs?: number;
  /** Interrupts the cell when aborted. */
  readonly signal?: AbortSignal;
  /** How long an interrupted cell has, in ms, until its kernel is killed. */
  readonly graceMs?: number;
  /** How long iopub may be silent after the reply, in ms, before the output counts as truncated. */
  readonly idleMs?: number;
}

/** How an execution went. */
export interface Execution {
  readonly status: "ok" | "error" | "aborted" | "timeout" | "cancelled" | "died";
  readonly reply?: ExecuteReply;
  /** Whether an end of the output was never announced, so that some of it may be missing. */
  readonly truncated: boolean;
  readonly seconds: number;
  /** When what happened, as ISO 8601, by the names Jupyter uses in a cell's metadata.execution. */
  readonly times: Readonly<Record<string, string>>;
}

/** What an execution needs of its kernel. */
export interface ExecutingKernel {
  readonly channels: Channels;
  readonly exited: Promise<KernelDeath>;
  interrupt(): void;
  kill(): void;
}

/** Once a kernel is idle its reply is due; a kernel that loses it must not hold us for ever. */
const replyMs = 10_000;
/** What a dead kernel has sent arrives within this time, in ms. */
const afterlifeMs = 50;

/** Executes one cell and waits until the kernel has both replied and gone idle. Never rejects because of what the cell does. */
export async function execute(kernel: ExecutingKernel, code: string, options: ExecuteOptions = {}): Promise<Execution> {
  const { graceMs = 5000, idleMs = 4000 } = options;
  const started = performance.now();
  const times: Record<string, string> = {};
  const mark = (name: string, message: Message): void => {
    times[name] ??= message.header.date || new Date().toISOString();
  };
  let reply: ExecuteReply | undefined;
  let idle = false;
  let lastHeard = started;
  let settle: () => void = () => {};
  const settled = new Promise<"settled">((resolve) => (settle = () => resolve("settled")));
  let patience: NodeJS.Timeout | undefined;

  // Reply and idle come on two sockets, in either order. When one is there, the other has a bounded time.
  const check = (): void => {
    if (reply !== undefined && idle) return settle();
    if ((reply === undefined && !idle) || patience !== undefined) return;
    const bound = reply === undefined ? replyMs : idleMs;
    const look = (): void => {
      const rest = bound - (performance.now() - lastHeard);
      if (rest <= 0) settle();
      else patience = setTimeout(look, rest);
    };
    patience = setTimeout(look, bound);
  };

  const request = kernel.channels.request(
    "shell",
    "execute_request",
    { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true },
    (message) => {
      lastHeard = performance.now();
      const type = message.header.msg_type;
      if (type === "status") {
        const state = message.content.execution_state;
        mark(`iopub.status.${String(state)}`, message);
        if (state === "idle") idle = true;
        check();
        return;
      }
      if (type === "execute_input") mark("iopub.execute_input", message);
      options.onPublished?.(message);
    },
  );
  void request.reply.then((message) => {
    lastHeard = performance.now();
    if (typeof message.metadata.started === "string") times["shell.execute_reply.started"] = message.metadata.started;
    mark("shell.execute_reply", message);
    reply = message.content as unknown as ExecuteReply;
    check();
  });

  const timers: NodeJS.Timeout[] = [];
  const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => timers.push(setTimeout(resolve, ms, value)));
  const died = kernel.exited.then(() => "died" as const);
  const waits: Promise<"settled" | "died" | "timeout" | "cancelled">[] = [settled, died];
  if (options.timeoutMs !== undefined) waits.push(after(Math.min(Math.max(options.timeoutMs, 0), 2 ** 31 - 1), "timeout"));
  const { signal } = options;
  let onAbort = (): void => {};
  if (signal) {
    waits.push(
      new Promise((resolve) => {
        onAbort = () => resolve("cancelled");
        if (signal.aborted) onAbort();
        else signal.addEventListener("abort", onAbort, { once: true });
      }),
    );
  }
  let outcome = await Promise.race(waits);
  signal?.removeEventListener("abort", onAbort);
  if (outcome === "timeout" || outcome === "cancelled") {
    kernel.interrupt();
    const answered = await Promise.race([settled, died, after(graceMs, "ignored" as const)]);
    if (answered === "ignored") kernel.kill();
    if (answered !== "settled") await kernel.exited;
  }
  if (outcome === "died") await after(afterlifeMs, undefined);
  for (const timer of timers) clearTimeout(timer);
  clearTimeout(patience);
  if (outcome === "died" && reply !== undefined && idle) outcome = "settled";
  const answer = reply as ExecuteReply | undefined;
  return {
    status: outcome === "settled" ? replyStatus(answer) : outcome,
    ...(answer && { reply: answer }),
    truncated: outcome === "settled" && !(answer !== undefined && idle),
    seconds: (performance.now() - started) / 1000,
    times,
  };
}

function replyStatus(reply: ExecuteReply | undefined): "ok" | "error" | "aborted" {
  if (reply === undefined) return "error";
  const status: string = reply.status;
  // "abort" is what old kernels say.
  if (status === "aborted" || status === "abort") return "aborted";
  return status === "ok" ? "ok" : "error";
}
