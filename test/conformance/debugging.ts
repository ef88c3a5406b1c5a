import { expect } from "vitest";
import type { Answer, JupyterClient } from "./jupyter.ts";

export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source: { readonly path: string; readonly name: string };
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly variablesReference: number;
}

interface Breakpoint {
  readonly verified: boolean;
  readonly line: number;
}

/** A debug client as JupyterLab is one. */
export class DebugClient {
  readonly #client: JupyterClient;
  #seq = 0;

  constructor(client: JupyterClient) {
    this.#client = client;
  }

  async ask<T = Record<string, unknown>>(command: string, args: Record<string, unknown> = {}): Promise<T> {
    const { success, message, body } = await this.#client.debug(++this.#seq, command, args);
    if (!success) throw new Error(`${command}: ${message}`);
    return body as T;
  }

  async attach(): Promise<void> {
    await this.ask("initialize", { clientID: "test" });
    await this.ask("attach");
  }

  dump(code: string): Promise<string> {
    return this.ask<{ sourcePath: string }>("dumpCell", { code }).then(({ sourcePath }) => sourcePath);
  }

  async breakAt(path: string, ...lines: (number | { line: number; condition?: string; logMessage?: string })[]): Promise<readonly Breakpoint[]> {
    const breakpoints = lines.map((line) => (typeof line === "number" ? { line } : line));
    return (await this.ask<{ breakpoints: Breakpoint[] }>("setBreakpoints", { source: { path }, breakpoints })).breakpoints;
  }

  async start(code: string): Promise<() => Promise<Answer>> {
    const id = await this.#client.start(code);
    return () => this.#client.finish(id);
  }

  /** Waits until the program stands still, and tells why and where: the stack, the innermost frame first. */
  async stopped(): Promise<{ readonly reason: unknown; readonly text: unknown; readonly stack: readonly Frame[]; readonly at: readonly string[] }> {
    const body = await this.#client.debugEvent("stopped", 10);
    expect(body, "a stopped event").toBeDefined();
    expect(body).toMatchObject({ threadId: 1, allThreadsStopped: true });
    const stack = (await this.ask<{ stackFrames: Frame[] }>("stackTrace", { threadId: 1 })).stackFrames;
    return { reason: body?.reason, text: body?.text, stack, at: stack.map(({ name, line }) => `${name}:${line}`) };
  }

  /** One step, and where it leads. */
  async step(how: "next" | "stepIn" | "stepOut"): Promise<readonly string[]> {
    await this.ask(how, { threadId: 1 });
    return (await this.stopped()).at;
  }

  continue(): Promise<unknown> {
    return this.ask("continue", { threadId: 1 });
  }

  event(name: string, seconds = 5): Promise<Record<string, unknown> | undefined> {
    return this.#client.debugEvent(name, seconds);
  }

  async children(variablesReference: number, paging: { start?: number; count?: number } = {}): Promise<readonly Variable[]> {
    return (await this.ask<{ variables: Variable[] }>("variables", { variablesReference, ...paging })).variables;
  }

  /** The scopes of a frame, by name, each with its variables by name. */
  async scopes(frameId = 1): Promise<Record<string, Record<string, Variable>>> {
    const { scopes } = await this.ask<{ scopes: { name: string; variablesReference: number }[] }>("scopes", { frameId });
    const all: Record<string, Record<string, Variable>> = {};
    for (const { name, variablesReference } of scopes) {
      all[name] = Object.fromEntries((await this.children(variablesReference)).map((each) => [each.name, each]));
    }
    return all;
  }

  async evaluate(expression: string, frameId?: number): Promise<string> {
    return (await this.ask<{ result: string }>("evaluate", { expression, frameId, context: "repl" })).result;
  }
}

/** The values of variables, without what else is known of them. */
export function values(variables: Record<string, Variable> | undefined): Record<string, string> {
  return Object.fromEntries(Object.values(variables ?? {}).map(({ name, value }) => [name, value]));
}
