import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { processTree } from "../processes.ts";

/** One of those measured, in a process of its own that works only while it is asked. */
export interface Side {
  readonly name: string;
  /** Asks for something and waits for the answer. @throws Error with what the side says went wrong, or how it ended */
  ask(op: "steps", request: { count: number }): Promise<{ seconds: number[]; losses: number[] }>;
  ask(op: "sample", request: { values?: boolean; steps?: number }): Promise<{ seconds: number[]; values: number[] }>;
  ask(op: "about"): Promise<{ version: string; threads: number; parameters: number }>;
  ask<Reply>(op: string, request?: object): Promise<Reply>;
  /** It and all that descends from it. */
  processes(): number[];
  /** The most memory that it has held so far, in bytes; undefined where there is no /proc. */
  peakBytes(): number | undefined;
  end(): Promise<void>;
}

export interface SideCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a side: requests go to its stdin as lines of JSON, answers come from its descriptor 3. Ended with this process at the latest. */
export function startSide({ name, program, args, env = process.env }: SideCommand): Side {
  const child = spawn(program, args, { env, stdio: ["pipe", "ignore", "pipe", "pipe"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  let wrote = "";
  let waiting: { resolve: (value: never) => void; reject: (reason: Error) => void } | undefined;
  let death: Error | undefined;
  const [stdin, , stderr, answers] = child.stdio as unknown as [Writable, null, Readable, Readable];
  stderr.on("data", (chunk) => (wrote = (wrote + String(chunk)).slice(-4000)));
  // A side that has died takes no requests; how it died is told below.
  stdin.on("error", () => {});
  createInterface({ input: answers }).on("line", (line) => {
    const { error, ...reply } = JSON.parse(line) as { error?: string };
    if (error === undefined) waiting?.resolve(reply as never);
    else waiting?.reject(new Error(error));
    waiting = undefined;
  });
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      process.off("exit", kill);
      const last = wrote.trim().split("\n").at(-1);
      death ??= new Error(`${how}${last ? `: ${last}` : ""}`);
      waiting?.reject(death);
      waiting = undefined;
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) => end(signal === null ? `exited with code ${code}` : `was killed by ${signal}`));
  });
  return {
    name,
    ask: (op: string, request: object = {}): Promise<never> =>
      new Promise((resolve, reject) => {
        if (death) return reject(death);
        waiting = { resolve, reject };
        stdin.write(`${JSON.stringify({ op, ...request })}\n`);
      }),
    processes: () => (child.pid === undefined || process.platform !== "linux" ? [] : processTree(child.pid)),
    peakBytes: () => (child.pid === undefined ? undefined : peakOf(child.pid)),
    async end() {
      stdin.end();
      const timer = setTimeout(kill, 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function peakOf(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
