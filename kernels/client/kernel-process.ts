import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import type { ConnectionInfo } from "../protocol/connection.ts";
import { systemReason } from "./exit-codes.ts";
import type { FoundKernel } from "./kernelspecs.ts";

/** How a kernel process ended. */
export interface KernelDeath {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly failure?: string;
}

/** `exited with code 1`, `was killed by SIGKILL`, … */
export function describeDeath(death: KernelDeath): string {
  if (death.failure !== undefined) return death.failure;
  return death.signal === null ? `exited with code ${death.code}` : `was killed by ${death.signal}`;
}

const tailLength = 16_384;
const living = new Set<KernelProcess>();
let guarded = false;

/**
 * A kernel's operating-system side: its process in a group of its own and its connection file (mode 0600, in a private
 * folder). However this process ends, short of SIGKILL, group and file go with it.
 */
export class KernelProcess {
  readonly exited: Promise<KernelDeath>;
  readonly pid: number | undefined;
  readonly connectionFile: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #death: KernelDeath | undefined;
  #tail = "";

  /** @throws if the connection file cannot be written */
  constructor(kernel: FoundKernel, connection: ConnectionInfo, cwd: string, env: NodeJS.ProcessEnv) {
    this.#folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-kernel-"));
    const file = path.join(this.#folder, "kernel.json");
    this.connectionFile = file;
    try {
      writeFileSync(file, JSON.stringify(connection, null, 1), { mode: 0o600 });
      const [program, ...args] = expandArgv(kernel, file);
      this.#child = spawn(program, args, {
        cwd,
        env: { ...env, ...expandEnv(kernel.spec.env ?? {}, env), JPY_PARENT_PID: String(process.pid) },
        detached: process.platform !== "win32",
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      });
    } catch (error) {
      rmSync(this.#folder, { recursive: true, force: true });
      throw error;
    }
    this.pid = this.#child.pid;
    living.add(this);
    guard();
    this.exited = new Promise((resolve) => {
      const ended = (death: KernelDeath): void => {
        this.#death ??= death;
        this.#clear();
        resolve(this.#death);
      };
      this.#child.once("error", (error) => ended({ code: null, signal: null, failure: `could not be started: ${program(kernel)}: ${systemReason(error)}` }));
      this.#child.once("exit", (code, signal) => ended({ code, signal }));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#keepTail(stream);
  }

  get death(): KernelDeath | undefined {
    return this.#death;
  }

  /** The last of what the process itself wrote to its standard output and error. */
  get tail(): string {
    return this.#tail.trimEnd();
  }

  /** Signals the process group; a process that is gone is left alone. */
  signal(signal: NodeJS.Signals): void {
    if (this.#death === undefined) this.#signalGroup(signal);
  }

  /** Ends the group without a word and removes what belongs to it. Synchronous, so that it also works while exiting. */
  destroy(): void {
    if (this.#death === undefined) this.#signalGroup("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
    living.delete(this);
  }

  /** The leader is gone: so must be whatever it left in its group. */
  #clear(): void {
    this.#signalGroup("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
    living.delete(this);
    // A grandchild outside the group may hold the pipes open; they must not keep this process.
    setTimeout(() => {
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    }, 200).unref();
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      if (process.platform === "win32") this.#child.kill(signal);
      else process.kill(-this.pid, signal);
    } catch {
      // The group is gone.
    }
  }

  #keepTail(stream: Readable | null): void {
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => {
      this.#tail = (this.#tail + text).slice(-tailLength);
    });
    stream?.on("error", () => {});
  }
}

/** Ends every kernel that this process started: for exits that wait for nothing. */
export function destroyAllKernels(): void {
  for (const kernel of [...living]) kernel.destroy();
}

function guard(): void {
  if (guarded) return;
  guarded = true;
  process.on("exit", destroyAllKernels);
  exitOnSignals();
}

let signalsHandled = false;

/** Makes signals that nobody else handles end this process by way of "exit", where everyone cleans up. */
export function exitOnSignals(): void {
  if (signalsHandled) return;
  signalsHandled = true;
  for (const [name, number] of [["SIGHUP", 1], ["SIGINT", 2], ["SIGTERM", 15]] as const) {
    process.on(name, () => {
      if (process.listenerCount(name) === 1) process.exit(128 + number);
    });
  }
}

const program = (kernel: FoundKernel): string => kernel.spec.argv[0];

function expandArgv(kernel: FoundKernel, connectionFile: string): [string, ...string[]] {
  const values: Readonly<Record<string, string>> = { connection_file: connectionFile, resource_dir: kernel.dir ?? "" };
  const [first, ...rest] = kernel.spec.argv.map((part) => part.replace(/\{(connection_file|resource_dir)\}/g, (_, name: string) => values[name]));
  return [first, ...rest];
}

/** Values of a kernelspec's env may refer to the environment as `${NAME}`. */
function expandEnv(values: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): Record<string, string> {
  const expand = (value: string): string => String(value).replace(/\$\{([A-Za-z_]\w*)\}/g, (whole, name: string) => env[name] ?? whole);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, expand(value)]));
}
