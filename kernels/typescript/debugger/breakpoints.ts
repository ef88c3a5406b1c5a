import { breakpointCondition } from "./code.ts";
import { type Breakpoint, DebugError, type SourceBreakpoint } from "./dap.ts";
import type { Inspector } from "./inspector.ts";
import type { Sources } from "./sources.ts";

interface Held {
  readonly id: number;
  readonly wanted: SourceBreakpoint;
  line: number;
  verified: boolean;
  message?: string;
}

interface Location {
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

/** Breakpoints belong to sources; V8 gets them for every script that a source becomes, as it becomes one. */
export class Breakpoints {
  readonly #inspector: Inspector;
  readonly #sources: Sources;
  readonly #held = new Map<string, Held[]>();
  /** V8's ids, by source. */
  readonly #set = new Map<string, string[]>();
  /** By V8's id, for what V8 tells of later. */
  readonly #byId = new Map<string, { readonly path: string; readonly url: string; readonly held: Held }>();
  #live = false;
  #last = 0;

  constructor(inspector: Inspector, sources: Sources) {
    this.#inspector = inspector;
    this.#sources = sources;
  }

  async replace(path: string, wanted: readonly SourceBreakpoint[]): Promise<Breakpoint[]> {
    const held = wanted.map((each): Held => {
      const line = this.#sources.expectedLine(path, each.line);
      return { id: ++this.#last, wanted: each, line: line ?? each.line, verified: true };
    });
    await this.#remove(path);
    if (held.length > 0) this.#held.set(path, held);
    else this.#held.delete(path);
    await this.#apply(path);
    return held.map((each) => describe(path, each));
  }

  /** A script is about to run for the first time. */
  async beforeScript(path: string, url: string): Promise<void> {
    for (const held of this.#held.get(path) ?? []) await this.#setOne(path, url, held);
  }

  /** Files with breakpoints that were edited get them anew, at their lines. */
  async refresh(): Promise<void> {
    for (const path of this.#held.keys()) {
      if (!this.#sources.edited(path)) continue;
      await this.#remove(path);
      for (const url of this.#sources.scripts(path)) this.#sources.renew(url);
      await this.#apply(path);
    }
  }

  /** V8 is there, or there anew: it gets all of them. */
  async start(): Promise<void> {
    this.#live = true;
    this.#set.clear();
    this.#byId.clear();
    for (const path of this.#held.keys()) await this.#apply(path);
  }

  /** V8 has let go of them; they are kept for the next start. */
  stop(): void {
    this.#live = false;
    this.#set.clear();
    this.#byId.clear();
  }

  forget(): void {
    this.stop();
    this.#held.clear();
  }

  list(): { source: string; breakpoints: { line: number }[] }[] {
    return [...this.#held].map(([source, held]) => ({ source, breakpoints: held.map(({ line }) => ({ line })) }));
  }

  /** V8 has found the place of a breakpoint in a script that it parsed now. Gives what changed for the client. */
  resolved(id: string, location: Location): Breakpoint | undefined {
    const known = this.#byId.get(id);
    if (!known) return undefined;
    const { held, path, url } = known;
    const before = held.line;
    this.#place(url, held, location);
    return held.line === before ? undefined : describe(path, held);
  }

  async #apply(path: string): Promise<void> {
    for (const url of this.#sources.scripts(path)) await this.beforeScript(path, url);
  }

  async #setOne(path: string, url: string, held: Held): Promise<void> {
    const { wanted } = held;
    const place = this.#sources.generated(url, wanted.line, wanted.column);
    held.verified = place !== undefined;
    held.message = place ? undefined : `nothing runs at or after line ${wanted.line}`;
    if (!place) return;
    const original = this.#sources.original(url, place);
    if (original) held.line = original.line;
    if (!this.#live) return;
    try {
      const { breakpointId, locations } = await this.#inspector.post<{ breakpointId: string; locations: Location[] }>("Debugger.setBreakpointByUrl", {
        url,
        lineNumber: place.line - 1,
        columnNumber: place.column - 1,
        condition: breakpointCondition(wanted),
      });
      this.#set.set(path, [...(this.#set.get(path) ?? []), breakpointId]);
      this.#byId.set(breakpointId, { path, url, held });
      if (locations[0]) this.#place(url, held, locations[0]);
    } catch (error) {
      // Two lines of which the first has nothing to stop at are one place.
      if (!(error instanceof DebugError)) throw error;
      if (/already exists/.test(error.message)) return;
      held.verified = false;
      held.message = error.message;
    }
  }

  #place(url: string, held: Held, { lineNumber, columnNumber = 0 }: Location): void {
    const original = this.#sources.original(url, { line: lineNumber + 1, column: columnNumber + 1 });
    if (original) held.line = original.line;
  }

  async #remove(path: string): Promise<void> {
    const ids = this.#set.get(path) ?? [];
    this.#set.delete(path);
    for (const breakpointId of ids) {
      this.#byId.delete(breakpointId);
      if (this.#live) await this.#inspector.post("Debugger.removeBreakpoint", { breakpointId });
    }
  }
}

function describe(path: string, { id, line, verified, message }: Held): Breakpoint {
  return { id, verified, line, source: { path }, ...(message === undefined ? {} : { message }) };
}
