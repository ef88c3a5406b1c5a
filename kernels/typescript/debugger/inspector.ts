import type { ControlCommand, ControlReport } from "../pipes/frames.ts";
import type { DebugReport } from "../server/session-host.ts";
import { DebugError } from "./dap.ts";

type Event = Extract<ControlReport, { type: "debug-event" }>;

/** A main thread in a native call answers nothing; the client is told rather than left waiting. */
const patienceMs = 10_000;

/** V8's inspector protocol, spoken to the session's main thread by way of its control worker. Works while the thread stands still. */
export class Inspector {
  readonly #send: (command: ControlCommand) => void;
  readonly #onEvent: (method: string, params: Event["params"]) => void;
  readonly #pending = new Map<number, (report: { result?: Record<string, unknown>; error?: string }) => void>();
  #last = 0;

  constructor(send: (command: ControlCommand) => void, onEvent: (method: string, params: Event["params"]) => void) {
    this.#send = send;
    this.#onEvent = onEvent;
  }

  /** @throws DebugError with V8's message, when the session ends, or when it does not answer */
  async post<T = unknown>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#last;
    let timer: NodeJS.Timeout | undefined;
    const reported = new Promise<{ result?: Record<string, unknown>; error?: string }>((resolve) => {
      this.#pending.set(id, resolve);
      timer = setTimeout(() => resolve({ error: `the session has not answered ${method} for ${patienceMs / 1000} s: a native call holds it` }), patienceMs);
    });
    this.#send({ type: "debug", id, method, params: params as Record<string, unknown> });
    const { result, error } = await reported;
    this.#pending.delete(id);
    clearTimeout(timer);
    if (error !== undefined) throw new DebugError(error);
    return result as T;
  }

  receive(report: DebugReport): void {
    if (report.type === "debugged") this.#pending.get(report.id)?.(report);
    else this.#onEvent(report.method, report.params);
  }

  /** The session has ended, and with it all that was asked of it. */
  reset(): void {
    for (const answer of this.#pending.values()) answer({ error: "the session has ended" });
    this.#pending.clear();
  }
}
