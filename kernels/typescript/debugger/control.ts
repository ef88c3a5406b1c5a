import { type Debugger, Session } from "node:inspector";
import type { ControlCommand, ControlReport } from "../pipes/frames.ts";

type DebugCommand = Extract<ControlCommand, { type: "debug" }>;

const forwarded: ReadonlySet<string> = new Set(["Debugger.paused", "Debugger.resumed", "Debugger.scriptParsed", "Debugger.breakpointResolved"]);

/** In the control worker: an inspector session of the main thread for the server's debugger, connected while someone debugs. */
export class DebugLink {
  readonly #send: (report: ControlReport) => void;
  #session: Session | undefined;
  readonly #urls = new Map<string, string>();
  #paused = false;

  constructor(send: (report: ControlReport) => void) {
    this.#send = send;
  }

  receive({ id, method, params }: DebugCommand): void {
    if (method === "detach") {
      this.#detach();
      return this.#send({ type: "debugged", id, result: {} });
    }
    this.#session ??= this.#connect();
    this.#session.post(method, params, (error, result) => {
      this.#send(error ? { type: "debugged", id, error: error.message } : { type: "debugged", id, result: { ...result } });
    });
  }

  /** Lets a main thread go that stands at a breakpoint, and keeps it from stopping at another, so that an interrupt can hit it. */
  release(): void {
    this.#session?.post("Debugger.setSkipAllPauses", { skip: true }, () => {});
    if (this.#paused) this.#session?.post("Debugger.resume", () => {});
  }

  /** The interrupt is over. */
  restore(): void {
    this.#session?.post("Debugger.setSkipAllPauses", { skip: false }, () => {});
  }

  #connect(): Session {
    const session = new Session();
    session.connectToMainThread();
    session.on("inspectorNotification", ({ method, params }: { method: string; params?: Record<string, unknown> }) => {
      if (!forwarded.has(method)) return;
      switch (method) {
        case "Debugger.scriptParsed": {
          const { scriptId, url } = params as unknown as Debugger.ScriptParsedEventDataType;
          this.#urls.set(scriptId, url);
          if (url.startsWith("file:")) this.#send({ type: "debug-event", method, params: { url } });
          return;
        }
        case "Debugger.paused":
          this.#paused = true;
          return this.#send({ type: "debug-event", method, params: this.#named(params as unknown as Debugger.PausedEventDataType) });
        case "Debugger.resumed":
          this.#paused = false;
      }
      this.#send({ type: "debug-event", method, params: params ?? {} });
    });
    return session;
  }

  /** V8 names the scripts of frames by number only. */
  #named(paused: Debugger.PausedEventDataType): Record<string, unknown> {
    return { ...paused, callFrames: paused.callFrames.map((frame) => ({ ...frame, url: this.#urls.get(frame.location.scriptId) ?? frame.url })) };
  }

  #detach(): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    this.#urls.clear();
    this.#paused = false;
    session.post("Debugger.disable", () => {});
    session.disconnect();
  }
}
