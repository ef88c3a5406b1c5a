/** The parts of the Debug Adapter Protocol that travel in Jupyter's debug_request, debug_reply and debug_event. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface DebugRequest {
  readonly type: "request";
  readonly seq: number;
  readonly command: string;
  readonly arguments?: Arguments;
}

export interface DebugResponse {
  readonly type: "response";
  readonly seq: number;
  readonly request_seq: number;
  readonly command: string;
  readonly success: boolean;
  /** Why there is no success. */
  readonly message?: string;
  readonly body: object;
}

export interface DebugEvent {
  readonly type: "event";
  readonly seq: number;
  readonly event: string;
  readonly body: object;
}

export interface Source {
  readonly name: string;
  readonly path: string;
}

export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly source: Source;
  /** From 1, as are columns. */
  readonly line: number;
  readonly column: number;
  readonly presentationHint?: "subtle";
}

export interface Scope {
  readonly name: string;
  readonly presentationHint?: "locals" | "registers";
  readonly variablesReference: number;
  readonly expensive: boolean;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** 0 for what has no parts. */
  readonly variablesReference: number;
  readonly namedVariables?: number;
  readonly indexedVariables?: number;
  readonly presentationHint?: { readonly lazy?: boolean; readonly kind?: string };
}

export interface SourceBreakpoint {
  readonly line: number;
  readonly column?: number;
  readonly condition?: string;
  readonly logMessage?: string;
}

export interface Breakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly line: number;
  readonly source: { readonly path: string };
  readonly message?: string;
}

/** The main thread: cells run nowhere else. */
export const threadId = 1;

/** A request that cannot be met; its message goes to the client. */
export class DebugError extends Error {}
