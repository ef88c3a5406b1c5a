import type { Debugger } from "node:inspector";
import { fileURLToPath } from "node:url";
import type { ControlCommand } from "../pipes/frames.ts";
import type { DebugReport } from "../server/session-host.ts";
import type { MapData } from "../sourcemap/index.ts";
import { Breakpoints } from "./breakpoints.ts";
import type { CellLog, RanCell } from "./cells.ts";
import { type Arguments, DebugError, type DebugEvent, type DebugRequest, type DebugResponse, type SourceBreakpoint, threadId } from "./dap.ts";
import { Evaluations, exceptionInfo } from "./evaluate.ts";
import { Execution } from "./execution.ts";
import { Inspector } from "./inspector.ts";
import { blackboxPatterns, ownScript } from "./own.ts";
import { cellNaming, Sources } from "./sources.ts";
import { Variables } from "./variables.ts";

export interface AdapterParts {
  readonly cells: CellLog;
  readonly control: (command: ControlCommand) => void;
  readonly publish: (event: DebugEvent) => void;
  /** The map of a cell that has not run. */
  readonly compileCell: (code: string) => MapData;
  /** Ends the cell that runs. */
  readonly interrupt: () => void;
  /** A variable that no cell declares: the checker learns of it. */
  readonly declare: (name: string) => void;
}

const exceptionFilters = [
  { filter: "raised", label: "Raised Exceptions", description: "Stop at every exception that is thrown", default: false },
  { filter: "uncaught", label: "Uncaught Exceptions", description: "Stop at exceptions that nothing catches", default: false },
];

const capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsExceptionInfoRequest: true,
  supportsModulesRequest: true,
  supportsTerminateRequest: true,
  exceptionBreakpointFilters: exceptionFilters,
};

type Handler = (args: Arguments) => object | void | Promise<object | void>;

/** A debug adapter: Jupyter's requests on one side, V8's inspector on the other. */
export class DebugAdapter {
  readonly #parts: AdapterParts;
  readonly #inspector: Inspector;
  readonly #sources: Sources;
  readonly #variables: Variables;
  readonly #breakpoints: Breakpoints;
  readonly #execution: Execution;
  readonly #evaluations: Evaluations;
  readonly #handlers: Readonly<Record<string, Handler>>;
  readonly #scripts = new Set<string>();
  #initialized = false;
  #attached = false;
  #justMyCode = true;
  #exceptions: "none" | "all" = "none";
  /** Cells wait for it. */
  #enabling: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #seq = 0;

  constructor(parts: AdapterParts) {
    this.#parts = parts;
    this.#inspector = new Inspector(parts.control, (method, params) => this.#onEvent(method, params));
    this.#sources = new Sources(parts.cells, parts.compileCell);
    this.#variables = new Variables(this.#inspector, () => parts.cells.names);
    this.#breakpoints = new Breakpoints(this.#inspector, this.#sources);
    const emit = (event: string, body: object): void => this.#emit(event, body);
    this.#execution = new Execution({ inspector: this.#inspector, sources: this.#sources, variables: this.#variables, emit });
    this.#evaluations = new Evaluations(this.#inspector, this.#execution, this.#variables);
    this.#handlers = this.#createHandlers();
  }

  /** Cells run with V8 watching. */
  get attached(): boolean {
    return this.#attached;
  }

  /** Requests are answered one after the other. */
  request({ seq, command, arguments: args = {} }: DebugRequest): Promise<DebugResponse> {
    const answer = this.#last.then(() => this.#answer(seq, command, args));
    this.#last = answer;
    return answer;
  }

  /** Breakpoints are in place before a cell is sent to run. */
  async beforeCell(cell: RanCell): Promise<void> {
    await this.#enabling;
    this.#execution.begin();
    await this.#breakpoints.refresh();
    await this.#breakpoints.beforeScript(this.#sources.pathOfCell(cell), cell.url);
    const entry = this.#execution.pausing && this.#sources.generated(cell.url, 1);
    if (entry) await this.#inspector.post("Debugger.setBreakpointByUrl", { url: cell.url, lineNumber: entry.line - 1, columnNumber: entry.column - 1 });
  }

  receive(report: DebugReport): void {
    this.#inspector.receive(report);
  }

  /** Another session has taken the place of the one before. */
  sessionReplaced(): void {
    this.#inspector.reset();
    this.#scripts.clear();
    this.#execution.reset();
    this.#breakpoints.stop();
    // Should this session end, too, the next one has its turn.
    if (this.#attached) this.#enabling = this.#enable().catch(() => {});
  }

  async #answer(request_seq: number, command: string, args: Arguments): Promise<DebugResponse> {
    const common = { type: "response", seq: ++this.#seq, request_seq, command } as const;
    try {
      const handler = Object.hasOwn(this.#handlers, command) ? this.#handlers[command] : undefined;
      if (!handler) throw new DebugError(`no such request: ${command}`);
      return { ...common, success: true, body: (await handler(args)) ?? {} };
    } catch (error) {
      if (!(error instanceof DebugError)) throw error;
      return { ...common, success: false, message: error.message, body: {} };
    }
  }

  #createHandlers(): Record<string, Handler> {
    const { cells, declare, interrupt } = this.#parts;
    const attach: Handler = async ({ justMyCode }) => {
      this.#justMyCode = justMyCode !== false;
      if (!this.#attached) await this.#enable();
      this.#attached = true;
      this.#emit("initialized", {});
    };
    return {
      initialize: ({ clientID }) => {
        this.#variables.typed = clientID !== "jupyterlab";
        this.#initialized = true;
        return capabilities;
      },
      attach,
      launch: attach,
      configurationDone: () => {},
      disconnect: () => this.#disconnect(),
      terminate: async () => {
        interrupt();
        await this.#execution.continue();
      },
      debugInfo: () => ({
        isStarted: this.#initialized,
        ...cellNaming,
        breakpoints: this.#breakpoints.list(),
        stoppedThreads: this.#execution.stopped ? [threadId] : [],
        richRendering: true,
        exceptionPaths: exceptionFilters.map(({ label }) => label),
        copyToGlobals: true,
      }),
      dumpCell: ({ code }) => ({ sourcePath: this.#sources.dump(String(code ?? "")) }),
      setBreakpoints: async ({ source, breakpoints }) => {
        const path = sourcePath(source);
        return { breakpoints: await this.#breakpoints.replace(path, Array.isArray(breakpoints) ? (breakpoints as SourceBreakpoint[]) : []) };
      },
      setExceptionBreakpoints: async ({ filters }) => {
        const asked = Array.isArray(filters) ? (filters as unknown[]) : [];
        this.#execution.onlyUncaught = !asked.includes("raised") && !asked.includes("all");
        // What V8 takes for caught we judge ourselves.
        this.#exceptions = asked.includes("uncaught") || !this.#execution.onlyUncaught ? "all" : "none";
        if (this.#attached) await this.#inspector.post("Debugger.setPauseOnExceptions", { state: this.#exceptions });
      },
      source: ({ source }) => {
        const path = sourcePath(source);
        const content = this.#sources.text(path);
        if (content === undefined) throw new DebugError(`no source at ${path}`);
        return { content, mimeType: /\.[cm]?tsx?$/.test(path) ? "text/typescript" : "text/javascript" };
      },
      threads: () => ({ threads: [{ id: threadId, name: "main" }] }),
      stackTrace: ({ startFrame, levels }) => this.#execution.stack.describe(Number(startFrame ?? 0), Number(levels ?? 0)),
      scopes: ({ frameId }) => ({ scopes: this.#execution.scopes(frameId) }),
      variables: async (args) => ({ variables: await this.#variables.children(args) }),
      setVariable: async (args) => {
        // Of a scope's variables the frame decides what the new value may refer to: the topmost, where the client does not say.
        const frameId = args.frameId ?? (this.#execution.stopped ? 1 : undefined);
        return this.#variables.set(args, (code) => this.#evaluations.value(code, frameId));
      },
      evaluate: (args) => this.#evaluations.evaluate(args),
      exceptionInfo: () => {
        const { exception } = this.#execution;
        if (!exception) throw new DebugError("the program does not stand at an exception");
        return exceptionInfo(exception);
      },
      inspectVariables: async () => ({ variables: await this.#variables.globals() }),
      richInspectVariables: (args) => this.#evaluations.rich(args),
      copyToGlobals: async (args) => {
        const name = await this.#evaluations.copyToGlobals(args);
        if (!cells.names.includes(name)) declare(name);
        cells.addName(name);
      },
      modules: () => {
        const modules = [...this.#scripts].map((url, id) => ({ id, name: this.#sources.of(url)?.name ?? url, path: fileURLToPath(url) }));
        return { modules, totalModules: modules.length };
      },
      continue: async () => {
        await this.#execution.continue();
        return { allThreadsContinued: true };
      },
      next: () => this.#execution.step("stepOver"),
      stepIn: () => this.#execution.step("stepInto"),
      stepOut: () => this.#execution.step("stepOut"),
      pause: () => this.#execution.pause(),
    };
  }

  async #enable(): Promise<void> {
    await this.#inspector.post("Debugger.enable");
    await this.#inspector.post("Debugger.setBlackboxPatterns", { patterns: this.#justMyCode ? blackboxPatterns : blackboxPatterns.slice(0, 2) });
    await this.#inspector.post("Debugger.setPauseOnExceptions", { state: this.#exceptions });
    await this.#breakpoints.start();
  }

  async #disconnect(): Promise<void> {
    this.#initialized = false;
    this.#exceptions = "none";
    if (this.#attached) {
      this.#attached = false;
      await this.#inspector.post("detach");
    }
    this.#breakpoints.forget();
    this.#scripts.clear();
    this.#execution.reset();
  }

  #onEvent(method: string, params: Record<string, unknown>): void {
    switch (method) {
      case "Debugger.paused":
        return void this.#execution.paused(params as unknown as Debugger.PausedEventDataType).catch(() => {});
      case "Debugger.resumed":
        return this.#execution.resumed();
      case "Debugger.breakpointResolved": {
        const { breakpointId, location } = params as unknown as Debugger.BreakpointResolvedEventDataType;
        const changed = this.#breakpoints.resolved(breakpointId, location);
        if (changed) this.#emit("breakpoint", { reason: "changed", breakpoint: changed });
        return;
      }
      case "Debugger.scriptParsed": {
        const url = String(params.url);
        if (!url.includes("/node_modules/") && !ownScript(url)) this.#scripts.add(url);
        this.#sources.renew(url);
      }
    }
  }

  #emit(event: string, body: object): void {
    this.#parts.publish({ type: "event", seq: ++this.#seq, event, body });
  }
}

function sourcePath(source: unknown): string {
  const path = (source as { path?: unknown } | undefined)?.path;
  if (typeof path !== "string" || path === "") throw new DebugError("the request names no source: arguments.source.path is missing");
  return path;
}
