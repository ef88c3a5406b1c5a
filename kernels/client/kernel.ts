import type { ConnectionInfo } from "../protocol/connection.ts";
import type { KernelInfoReply, Message } from "../protocol/message.ts";
import { Channels } from "./channels.ts";
import { CommandError, exitCodes } from "./exit-codes.ts";
import { type ExecuteOptions, type Execution, execute } from "./execution.ts";
import { describeDeath, type KernelDeath, KernelProcess } from "./kernel-process.ts";
import type { FoundKernel } from "./kernelspecs.ts";
import { freeConnection, releasePorts } from "./ports.ts";

export interface StartOptions {
  /** The kernel's working directory: the notebook's folder. */
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** How long the kernel may take until it answers, in ms. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A kernel that could not be started: exit code 4 if it died, 3 if it never answered. */
export class KernelStartError extends CommandError {
  override readonly name = "KernelStartError";
}

const retryMs = 100;
const bindFailure = /address already in use|address in use|EADDRINUSE/i;

/** A running kernel of any language, driven over Jupyter's protocol. */
export class Kernel {
  readonly kernel: FoundKernel;
  readonly info: KernelInfoReply;
  /** From the start of the process to its first kernel_info_reply, in seconds. */
  readonly startSeconds: number;
  readonly channels: Channels;
  readonly connection: ConnectionInfo;
  readonly #process: KernelProcess;
  readonly #release: () => void;

  private constructor(kernel: FoundKernel, started: Started) {
    this.kernel = kernel;
    this.info = started.info;
    this.startSeconds = started.startSeconds;
    this.channels = started.channels;
    this.connection = started.connection;
    this.#process = started.process;
    this.#release = started.release;
  }

  /**
   * Starts a kernel and waits until it is ready: it has answered, and we hear what it publishes.
   * @throws {KernelStartError} with the end of what the process wrote, if it dies or does not answer
   */
  static async start(kernel: FoundKernel, options: StartOptions): Promise<Kernel> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await startOnce(kernel, options);
      if (!("failure" in outcome)) return new Kernel(kernel, outcome);
      if (attempt < 5 && bindFailure.test(outcome.tail)) continue;
      throw outcome.failure;
    }
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exited(): Promise<KernelDeath> {
    return this.#process.exited;
  }

  get death(): KernelDeath | undefined {
    return this.#process.death;
  }

  /** The last of what the process itself wrote to its standard output and error. */
  get tail(): string {
    return this.#process.tail;
  }

  execute(code: string, options?: ExecuteOptions): Promise<Execution> {
    return execute(this, code, options);
  }

  /** Interrupts what runs, in the way the kernelspec asks for. */
  interrupt(): void {
    if (this.kernel.spec.interrupt_mode === "message") this.channels.request("control", "interrupt_request", {});
    else this.#process.signal("SIGINT");
  }

  kill(): void {
    this.#process.signal("SIGKILL");
  }

  /** Asks the kernel to end, insists after `boundMs`, and leaves nothing behind. */
  async shutdown(boundMs = 3000): Promise<void> {
    if (this.death === undefined) {
      this.channels.request("control", "shutdown_request", { restart: false });
      if (!(await within(this.exited, boundMs))) this.#process.signal("SIGTERM");
      if (!(await within(this.exited, 1000))) this.#process.signal("SIGKILL");
      await within(this.exited, 5000);
    }
    this.#release();
  }
}

interface Started {
  readonly info: KernelInfoReply;
  readonly startSeconds: number;
  readonly channels: Channels;
  readonly connection: ConnectionInfo;
  readonly process: KernelProcess;
  readonly release: () => void;
}

async function startOnce(kernel: FoundKernel, options: StartOptions): Promise<Started | { failure: Error; tail: string }> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const connection = await freeConnection(kernel.name);
  const channels = new Channels(connection);
  const started = performance.now();
  let child: KernelProcess;
  try {
    // What runs headlessly is no history of a person's.
    const env = { NOISEBOOK_HISTORY: "off", ...(options.env ?? process.env) };
    child = new KernelProcess(kernel, connection, options.cwd, env);
  } catch (error) {
    channels.close();
    throw error;
  }
  const release = (): void => {
    channels.close();
    child.destroy();
    releasePorts(connection);
  };
  let answered = 0;
  let info: KernelInfoReply | undefined;
  const take = (message: Message): void => {
    answered ||= performance.now();
    info = message.content as unknown as KernelInfoReply;
  };
  try {
    for (let asked = -Infinity, heard: Promise<void> = Promise.resolve(); ; ) {
      // A request waits in its socket until the kernel binds. Another is due when an answer came whose idle we missed
      // because the kernel did not know our subscription yet, or after a second, lest the first was lost.
      const now = performance.now();
      if (info !== undefined || now - asked > 1000) {
        asked = now;
        heard = ask(channels, take);
      }
      const outcome = await Promise.race([
        heard.then(() => "ready" as const),
        child.exited.then(() => "died" as const),
        sleep(retryMs),
      ]);
      if (outcome === "ready" && info) {
        // A kernel without input need not bind for it.
        await within(channels.canBeAsked, 1000);
        return { info, startSeconds: (answered - started) / 1000, channels, connection, process: child, release };
      }
      options.signal?.throwIfAborted();
      if (outcome === "died") throw startError(kernel, `${describeDeath(await child.exited)} before it answered`, child.tail, exitCodes.kernelLost);
      if (performance.now() - started > timeoutMs) {
        const why = [`did not answer within ${timeoutMs / 1000} s`, channels.rejections].filter(Boolean).join("; ");
        throw startError(kernel, why, child.tail, exitCodes.timedOut);
      }
    }
  } catch (error) {
    // The exit may be reported before the last of stderr is read.
    await sleep(20);
    const { tail } = child;
    release();
    return { failure: error as Error, tail };
  }
}

/** Resolves when the kernel has both replied and published that it is idle again. */
function ask(channels: Channels, take: (reply: Message) => void): Promise<void> {
  let idle: () => void = () => {};
  const wentIdle = new Promise<void>((resolve) => (idle = resolve));
  const { reply } = channels.request("shell", "kernel_info_request", {}, (message) => {
    if (message.header.msg_type === "status" && message.content.execution_state === "idle") idle();
  });
  return Promise.all([reply.then(take), wentIdle]).then(() => {});
}

function startError(kernel: FoundKernel, why: string, tail: string, code: number): KernelStartError {
  const lines = tail === "" ? "" : `; it wrote:\n${tail.split("\n").slice(-12).map((line) => `    ${line}`).join("\n")}`;
  return new KernelStartError(`kernel "${kernel.name}" ${why}${lines}`, code);
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const done = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return done;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
