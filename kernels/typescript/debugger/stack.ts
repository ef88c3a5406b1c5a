import type { Debugger, Runtime } from "node:inspector";
import { caughtAt } from "./caught.ts";
import { DebugError, type Scope, type StackFrame } from "./dap.ts";
import { ownScript } from "./own.ts";
import type { Sources } from "./sources.ts";
import type { ScopePart, Variables } from "./variables.ts";

/** Names that V8 gives to scopes which belong to the function that runs. */
const local: ReadonlySet<string> = new Set(["local", "block", "catch", "with", "eval"]);

export interface Place {
  readonly url: string;
  readonly line: number;
  /** How many frames of the user's are on the stack. */
  readonly depth: number;
}

/** The stack of a program that stands still, without our own frames. */
export class Stack {
  readonly #sources: Sources;
  readonly #frames: readonly Debugger.CallFrame[];

  /** It stands in Node.js's own code, called by the user's. */
  readonly inNode: boolean;

  constructor(callFrames: readonly Debugger.CallFrame[], sources: Sources) {
    this.#sources = sources;
    this.inNode = callFrames[0]?.url.startsWith("node:") === true;
    this.#frames = callFrames.filter(({ url }) => !ownScript(url) && sources.of(url) !== undefined);
  }

  get empty(): boolean {
    return this.#frames.length === 0;
  }

  /** Where it stands in a person's text; undefined in what was added to it. */
  get place(): Place | undefined {
    const [top] = this.#frames;
    const position = top && this.#original(top);
    return position && { url: top.url, line: position.line, depth: this.#frames.length };
  }

  /**
   * Whether an exception thrown here ends the cell although V8 thinks that someone waits for it: what awaits a cell handles
   * its rejection. So it is where the cell itself is on the stack and no `try` of the user's is around.
   */
  get endsCell(): boolean {
    const outermost = this.#frames.at(-1);
    if (!outermost || this.inNode || !isTopLevel(outermost) || !this.#isCell(outermost)) return false;
    return !this.#frames.some((frame) => {
      const text = this.#sources.text(this.#sources.of(frame.url)?.path ?? "");
      const position = this.#original(frame);
      return text !== undefined && position !== undefined && caughtAt(text, position);
    });
  }

  /** Frames count from 1. */
  frame(id: unknown): Debugger.CallFrame {
    const frame = this.#frames[Number(id) - 1];
    if (!frame) throw new DebugError(`no frame ${String(id)} among ${this.#frames.length}`);
    return frame;
  }

  describe(start: number, levels: number): { stackFrames: StackFrame[]; totalFrames: number } {
    const end = levels > 0 ? start + levels : undefined;
    const stackFrames = this.#frames.slice(start, end).flatMap((frame, n): StackFrame[] => {
      const source = this.#sources.of(frame.url);
      if (!source) return [];
      const { line, column } = this.#original(frame) ?? { line: 1, column: 1 };
      const subtle = source.path.includes("/node_modules/") ? { presentationHint: "subtle" as const } : {};
      return [{ id: start + n + 1, name: nameOf(frame, source.name), source, line, column, ...subtle }];
    });
    return { stackFrames, totalFrames: this.#frames.length };
  }

  scopes(id: unknown, variables: Variables): Scope[] {
    const frame = this.frame(id);
    const { scopeChain, callFrameId } = frame;
    const part = (scope: Debugger.Scope): ScopePart => ({ objectId: scope.object.objectId as string, callFrameId, scopeNumber: scopeChain.indexOf(scope) });
    const inner = scopeChain.findIndex(({ type }) => !local.has(type));
    const locals = scopeChain.slice(0, inner < 0 ? scopeChain.length : inner);
    const scopes: Scope[] = [];
    const extra: [string, Runtime.RemoteObject][] = [];
    if (!isTopLevel(frame) && frame.this.type !== "undefined" && frame.this.className !== "global" && frame.this.description !== "global") extra.push(["this", frame.this]);
    if (frame.returnValue) extra.push(["(returned)", frame.returnValue]);
    if (locals.length > 0) {
      const variablesReference = variables.refer({ kind: "scope", parts: locals.map(part), extra });
      scopes.push({ name: "Locals", presentationHint: "locals", variablesReference, expensive: false });
    }
    const closures = scopeChain.filter(({ type }) => type === "closure" || type === "module");
    for (const [n, scope] of closures.entries()) {
      const outermost = n === closures.length - 1 && !this.#isCell(frame);
      const name = outermost ? "Module" : scope.name ? `Closure (${scope.name})` : "Closure";
      scopes.push({ name, variablesReference: variables.refer({ kind: "scope", parts: [part(scope)], extra: [] }), expensive: false });
    }
    scopes.push({ name: "Globals", variablesReference: variables.refer({ kind: "globals" }), expensive: false });
    return scopes;
  }

  #isCell(frame: Debugger.CallFrame): boolean {
    return !frame.url.startsWith("file:");
  }

  #original({ url, location }: Debugger.CallFrame): { line: number; column: number } | undefined {
    return this.#sources.original(url, { line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 });
  }
}

/** The function around a whole cell or module begins in the line that we put before its text. */
function isTopLevel({ functionLocation, functionName }: Debugger.CallFrame): boolean {
  return functionName === "" && (functionLocation === undefined || functionLocation.lineNumber === 0);
}

function nameOf(frame: Debugger.CallFrame, sourceName: string): string {
  if (isTopLevel(frame)) return frame.url.startsWith("file:") ? `(${sourceName})` : sourceName;
  return frame.functionName === "" ? "(anonymous)" : frame.functionName;
}
