import { Console } from "node:console";
import { writeSync } from "node:fs";
import { Writable } from "node:stream";
import { encodeBarrier } from "../pipes/barrier.ts";
import { encodeFrame, type Frame, fds } from "../pipes/frames.ts";

type TextFd = 1 | 2;

/** Frames as their senders know them: the barrier is set when the frame is written. */
export type Unsent = Frame extends infer F ? (F extends { barrier: number } ? Omit<F, "barrier"> : F) : never;

/**
 * Everything that leaves the session. All writes are synchronous: what was written before a crash or process.exit has left.
 * File descriptors 1 and 2 must stay blocking, so process.stdout and process.stderr are replaced before Node opens them.
 */
export class Output {
  readonly #token: string;
  readonly #cell: () => number;
  readonly #tagged: Record<TextFd, number> = { 1: 0, 2: 0 };
  #last: TextFd = 1;
  #barrier = 0;

  /** @param cell the cell that is writing now */
  constructor(token: string, cell: () => number) {
    this.#token = token;
    this.#cell = cell;
  }

  text(fd: TextFd, chunk: string | Uint8Array, encoding?: BufferEncoding): void {
    const cell = this.#cell();
    if (fd !== this.#last) {
      const n = ++this.#barrier;
      this.#mark(this.#last, { kind: "switch", n });
      this.#mark(fd, { kind: "switch", n });
      this.#last = fd;
    }
    if (this.#tagged[fd] !== cell) this.#tag(fd, cell);
    writeAll(fd, typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
  }

  /** Marks both streams as belonging to a cell, so that raw writes and children's output are attributed to it too. */
  begin(cell: number): void {
    this.#tag(1, cell);
    this.#tag(2, cell);
  }

  frame(frame: Unsent): void {
    if (frame.type === "ready" || frame.type === "answer" || frame.type === "started") return writeAll(fds.toServer, encodeFrame(frame));
    const n = ++this.#barrier;
    this.#mark(1, { kind: "frame", n });
    this.#mark(2, { kind: "frame", n });
    writeAll(fds.toServer, encodeFrame({ ...frame, barrier: n } as Frame));
  }

  #tag(fd: TextFd, cell: number): void {
    this.#mark(fd, { kind: "cell", n: cell });
    this.#tagged[fd] = cell;
  }

  #mark(fd: TextFd, barrier: Parameters<typeof encodeBarrier>[1]): void {
    writeAll(fd, Buffer.from(encodeBarrier(this.#token, barrier)));
  }
}

/** Replaces process.stdout, process.stderr and console by ones that write through the output. */
export function replaceStreams(output: Output): void {
  const streams = { stdout: textStream(output, 1), stderr: textStream(output, 2) };
  for (const name of ["stdout", "stderr"] as const) Object.defineProperty(process, name, { get: () => streams[name], configurable: true });
  globalThis.console = new Console({ stdout: streams.stdout, stderr: streams.stderr, colorMode: false });
}

/** Writes go past the Writable's queue: an interrupt in the middle of one would leave the queue waiting for ever. */
function textStream(output: Output, fd: TextFd): Writable & { fd: number } {
  const stream = Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk: string | Uint8Array, encoding, done) {
        output.text(fd, chunk, encoding);
        done();
      },
    }),
    { fd, columns: 120 },
  );
  const queued = stream.write.bind(stream) as (...all: unknown[]) => boolean;
  stream.write = ((chunk: unknown, ...rest: unknown[]) => {
    if (stream.writableEnded || stream.destroyed || !(typeof chunk === "string" || chunk instanceof Uint8Array)) return queued(chunk, ...rest);
    const done = rest.find((each) => typeof each === "function") as (() => void) | undefined;
    output.text(fd, chunk, typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : undefined);
    if (done) process.nextTick(done);
    return true;
  }) as typeof stream.write;
  return stream;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
    }
  }
}
