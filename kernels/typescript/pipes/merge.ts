import { StringDecoder } from "node:string_decoder";
import { type Barrier, BarrierReader } from "./barrier.ts";
import { type Frame, FrameReader } from "./frames.ts";

export type Stream = "stdout" | "stderr";

export interface MergeHandlers {
  text(stream: Stream, cell: number, text: string): void;
  frame(frame: Frame): void;
}

interface Lane {
  readonly stream: Stream;
  readonly decoder: StringDecoder;
  readonly reader: BarrierReader;
  readonly queue: (string | Barrier)[];
  cell: number;
  reached: number;
}

/** Puts stdout, stderr and frames of a session back into the order in which they were written. */
export class Merge {
  readonly #handlers: MergeHandlers;
  readonly #lanes: readonly [Lane, Lane];
  readonly #frameReader = new FrameReader<Frame>();
  readonly #frames: Frame[] = [];
  #handled = 0;

  constructor(token: string, handlers: MergeHandlers) {
    const lane = (stream: Stream): Lane => ({ stream, decoder: new StringDecoder("utf8"), reader: new BarrierReader(token), queue: [], cell: 0, reached: 0 });
    this.#handlers = handlers;
    this.#lanes = [lane("stdout"), lane("stderr")];
  }

  pushText(stream: Stream, chunk: Buffer): void {
    const lane = this.#lanes[stream === "stdout" ? 0 : 1];
    lane.queue.push(...lane.reader.push(lane.decoder.write(chunk)));
    this.#pump();
  }

  pushFrames(chunk: Buffer): void {
    this.#frames.push(...this.#frameReader.push(chunk));
    this.#pump();
  }

  /** All pipes are closed: whatever waits for a barrier that will never come is let through. */
  end(): void {
    for (const lane of this.#lanes) {
      const rest = lane.decoder.end() + lane.reader.end();
      if (rest) lane.queue.push(rest);
    }
    this.#pump();
    while (this.#lanes.some((lane) => lane.queue.length > 0) || this.#frames.length > 0) {
      const stuck = this.#lanes.find((lane) => lane.queue.length > 0);
      if (stuck) {
        this.#pass(stuck);
      } else {
        this.#handle(this.#frames.shift() as Frame);
      }
      this.#pump();
    }
  }

  #pump(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const lane of this.#lanes) {
        while (this.#mayPass(lane)) {
          this.#pass(lane);
          moved = true;
        }
      }
      while (this.#frames.length > 0 && this.#due(this.#frames[0])) {
        this.#handle(this.#frames.shift() as Frame);
        moved = true;
      }
    }
  }

  #mayPass(lane: Lane): boolean {
    if (lane.queue.length === 0) return false;
    const next = lane.queue[0];
    if (typeof next === "string" || next.kind === "cell") return true;
    lane.reached = Math.max(lane.reached, next.n);
    return next.kind === "frame" ? this.#handled >= next.n || this.#lost(next.n) : this.#other(lane).reached >= next.n;
  }

  #pass(lane: Lane): void {
    const next = lane.queue.shift() as string | Barrier;
    if (typeof next === "string") this.#handlers.text(lane.stream, lane.cell, next);
    else if (next.kind === "cell") lane.cell = next.n;
    else lane.reached = Math.max(lane.reached, next.n);
  }

  #due(frame: Frame): boolean {
    return !("barrier" in frame) || this.#lanes.every((lane) => lane.reached >= frame.barrier);
  }

  /** An interrupt may hit between a barrier and its frame; frames keep their order, so a later one shows that it is lost. */
  #lost(n: number): boolean {
    const next = this.#frames.find((frame) => "barrier" in frame);
    return next !== undefined && "barrier" in next && next.barrier > n;
  }

  #handle(frame: Frame): void {
    if ("barrier" in frame) this.#handled = Math.max(this.#handled, frame.barrier);
    this.#handlers.frame(frame);
  }

  #other(lane: Lane): Lane {
    return this.#lanes[lane.stream === "stdout" ? 1 : 0];
  }
}
