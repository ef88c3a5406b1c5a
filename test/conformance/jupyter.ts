import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureJupyter, type JupyterFace } from "../../kernels/setup/jupyter.mjs";
import { withOtherNode } from "./other-node.ts";

export type { JupyterFace } from "../../kernels/setup/jupyter.mjs";

/** The project's own Jupyter, or undefined with the reason printed. */
export async function jupyterOrSkip(what: string): Promise<JupyterFace | undefined> {
  const jupyter = await ensureJupyter({ quiet: true });
  if (jupyter.available) return { ...jupyter, env: withOtherNode(jupyter.env, otherSpecs()) };
  process.stderr.write(`skipped: ${what}: ${jupyter.reason}\n`);
  return undefined;
}

let specs: string | undefined;
function otherSpecs(): string {
  if (specs === undefined) {
    const { folder, remove } = temporaryFolder();
    process.on("exit", remove);
    specs = folder;
  }
  return specs;
}

export function temporaryFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-test-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, remove };
}

export interface Seen {
  readonly type: string;
  readonly content: Record<string, unknown> & { name?: string; text?: string; execution_state?: string; evalue?: string; ename?: string; data?: Record<string, unknown> };
  readonly metadata: Record<string, unknown>;
  /** Base64. */
  readonly buffers: readonly string[];
  /** The msg_id of the request that it belongs to. */
  readonly parent?: string;
}

export interface Answer {
  readonly seen: readonly Seen[];
  readonly reply: Record<string, unknown> & { status: string; ename?: string; evalue?: string; traceback?: string[]; execution_count?: number };
  readonly seconds?: number;
  /** Questions for input. */
  readonly asked: readonly { readonly prompt: string; readonly password: boolean }[];
  /** The request's msg_id. */
  readonly id: string;
}

export interface ControlReply {
  readonly type: string;
  readonly content: Record<string, unknown> & { status: string };
  readonly seconds: number;
}

export type How = "message" | "signal";

/** jupyter_client in a process of its own, asked for one step at a time. */
export class JupyterClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #stderr = "";

  constructor(jupyter: JupyterFace, folder: string, env: Record<string, string> = {}, kernelName = "noisebook") {
    const script = path.join(import.meta.dirname, "session.py");
    this.#child = spawn(jupyter.python, [script, folder, kernelName], { env: { ...jupyter.env, ...env } });
    this.#child.stderr.on("data", (chunk) => (this.#stderr += chunk));
    this.#lines = lines(this.#child.stdout);
  }

  async #ask<T>(step: Record<string, unknown>): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(step)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`jupyter_client ended:\n${this.#stderr}`);
    return JSON.parse(value) as T;
  }

  execute(code: string, options: Record<string, unknown> = {}): Promise<Answer> {
    return this.#ask({ do: "execute", code, options });
  }

  /** @param options `times` within 100 ms, `delay` in seconds before the first, which waits until the cell has printed `after` */
  interrupt(code: string, how: How, options: { times?: number; delay?: number; after?: string } = {}): Promise<Answer> {
    return this.#ask({ do: "interrupt", code, how, options });
  }

  /** An interrupt without a cell of its own. */
  async signal(how: How): Promise<void> {
    await this.#ask({ do: "signal", how });
  }

  /** Sends a cell; `finish` waits for it. */
  async start(code: string, options: Record<string, unknown> = {}): Promise<string> {
    return (await this.#ask<{ id: string }>({ do: "start", code, options })).id;
  }

  finish(id: string, answers: readonly string[] = []): Promise<Answer> {
    return this.#ask({ do: "finish", id, answers });
  }

  /** Any message on the shell channel that gets no reply; buffers are base64. */
  send(type: string, content: Record<string, unknown>, extras: { metadata?: Record<string, unknown>; buffers?: readonly string[] } = {}): Promise<Omit<Answer, "reply">> {
    return this.#ask({ do: "send", type, content, ...extras });
  }

  async listen(seconds: number): Promise<readonly Seen[]> {
    return (await this.#ask<{ seen: Seen[] }>({ do: "listen", seconds })).seen;
  }

  control(...requests: string[]): Promise<ControlReply[]> {
    return this.#ask({ do: "control", requests });
  }

  /** A request of the debug protocol: the response in its reply. */
  debug(seq: number, command: string, args: Record<string, unknown>): Promise<{ success: boolean; message?: string; body: Record<string, unknown> }> {
    return this.#ask({ do: "debug", content: { type: "request", seq, command, arguments: args } });
  }

  /** The body of the debugger's next event of that name; undefined when none comes in time. */
  async debugEvent(name: string, seconds: number): Promise<Record<string, unknown> | undefined> {
    return (await this.#ask<{ event: { body: Record<string, unknown> } | null }>({ do: "event", name, timeout: seconds })).event?.body;
  }

  async connectionFile(): Promise<string> {
    return (await this.#ask<{ file: string }>({ do: "connection" })).file;
  }

  pair(first: string, second: string): Promise<[Answer, Answer]> {
    return this.#ask({ do: "pair", first, second });
  }

  request(method: string, ...args: unknown[]): Promise<Answer> {
    return this.#ask({ do: "request", method, arguments: args });
  }

  /** A request by jupyter_client's method of that name, with named arguments. */
  requestWith(method: string, options: Record<string, unknown>): Promise<Answer> {
    return this.#ask({ do: "request", method, options });
  }

  async pid(): Promise<number> {
    return (await this.#ask<{ pid: number }>({ do: "pid" })).pid;
  }

  shutdown(): Promise<{ alive: boolean }> {
    return this.#ask({ do: "shutdown" });
  }

  /** Ends jupyter_client without letting it shut its kernel down. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once("close", resolve));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.stdin.end();
    await closed;
  }
}

async function* lines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString("utf8");
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
}

/** All text of one stream in an answer. */
export function streamText(answer: Answer, name: "stdout" | "stderr" = "stdout"): string {
  return answer.seen
    .filter(({ type, content }) => type === "stream" && content.name === name)
    .map(({ content }) => content.text)
    .join("");
}

/** The text/plain of a cell's result. */
export function resultText(answer: Answer): unknown {
  return answer.seen.find(({ type }) => type === "execute_result")?.content.data?.["text/plain"];
}
