import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import type { Execution } from "../client/execution.ts";
import { Kernel } from "../client/kernel.ts";
import type { Message } from "../protocol/message.ts";
import { packageRoot } from "../root.ts";
import type { CommandContest, Contest } from "./contests.ts";
import { memoryOf } from "./memory.ts";
import type { Peer } from "./peers.ts";
import type { Contestant, Samples } from "./rounds.ts";
import { median } from "./statistics.ts";

/** How many cells a round times, after how many that do not count. */
const cellsInRound = 40;
const warmCells = 5;
const floodLines = 100_000;
const cellMs = 60_000;

type Measure = (kernel: Kernel, peer: Peer) => Promise<Samples>;

const measures: Readonly<Record<Exclude<Contest, CommandContest>, Measure>> = {
  async start({ startSeconds }) {
    return { start: [startSeconds] };
  },

  /** From the request to the later of reply and idle; the kernel has not seen the cell. */
  async cell(kernel, { code }) {
    return { cell: await timed(kernel, code.cell, cellsInRound) };
  },

  async unchecked(kernel, { code }) {
    if (code.unchecked) await run(kernel, code.unchecked);
    return { unchecked: await timed(kernel, code.cell, cellsInRound) };
  },

  async typed(kernel, { code }) {
    const { first, cell } = code.typed ?? never("TensorFlow.js");
    await run(kernel, first);
    return { typed: await timed(kernel, cell, cellsInRound) };
  },

  async growth(kernel, { code }) {
    const seconds: number[] = [];
    for (let n = 1; n <= 510; n++) seconds.push((await run(kernel, code.cell(n))).seconds);
    const early = median(seconds.slice(40, 60));
    const late = median(seconds.slice(490, 510));
    return { "cell-50": [early], "cell-500": [late], growth: [late / early] };
  },

  async memory(kernel, { code }) {
    const pid = kernel.pid ?? 0;
    await run(kernel, code.cell(0));
    // What starts beside the first cell is part of the kernel, too.
    await sleep(1000);
    const first = memoryOf(pid);
    for (let n = 1; n < 300; n++) await run(kernel, code.cell(n));
    await sleep(200);
    const last = memoryOf(pid);
    return {
      "memory-first": [first.proportional],
      "memory-300": [last.proportional],
      "resident-first": [first.resident],
      "resident-300": [last.resident],
    };
  },

  async flood(kernel, { code }) {
    await run(kernel, code.cell(0));
    let lines = 0;
    const count = ({ header, content }: Message): void => {
      if (header.msg_type === "stream") for (const character of String(content.text)) if (character === "\n") lines++;
    };
    const { seconds, truncated } = await run(kernel, code.flood(floodLines), count);
    if (truncated) throw new Error(`never said that it was idle again; ${lines} of ${floodLines} lines arrived`);
    return { flood: [seconds], "flood-lines": [lines] };
  },

  async completion(kernel, { code }) {
    await run(kernel, code.text);
    const seconds: number[] = [];
    for (let n = 0; n < warmCells + cellsInRound; n++) {
      // Another question each time, as when someone types.
      const question = `${" ".repeat(n)}${code.completion}`;
      const started = performance.now();
      const { reply } = kernel.channels.request("shell", "complete_request", { code: question, cursor_pos: question.length });
      const { content } = await bounded(reply, "complete_request");
      if (n >= warmCells) seconds.push((performance.now() - started) / 1000);
      const { matches } = content as { matches?: string[] };
      if (!matches?.some((match) => match.includes(code.completed))) throw new Error(`completes ${code.completion} without ${code.completed}`);
    }
    return { completion: seconds };
  },

  async interrupt(kernel, { code }) {
    await run(kernel, code.cell(0));
    const seconds: number[] = [];
    for (let n = 0; n < 3; n++) {
      // Some kernels refuse what comes right after an error.
      await sleep(300);
      const running = kernel.execute(code.busyLoop, { timeoutMs: 10_000 });
      await sleep(300);
      const started = performance.now();
      kernel.interrupt();
      const { status } = await running;
      if (status !== "error") throw new Error(status === "died" ? "the kernel dies of it" : `the cell ends with "${status}"`);
      seconds.push((performance.now() - started) / 1000);
    }
    return { interrupt: seconds };
  },
};

/** The kernels of one contest, each started anew for each round, in a folder below this project's packages. */
export function kernelContest(contest: Exclude<Contest, CommandContest>, peers: readonly Peer[]): Contestant[] {
  const able = contest === "typed" || contest === "unchecked" ? peers.filter(({ code }) => code[contest] !== undefined) : peers;
  return able.map((peer) => ({
    name: peer.name,
    async measure() {
      const parent = path.join(packageRoot, ".noisebook", "bench");
      mkdirSync(parent, { recursive: true });
      const cwd = mkdtempSync(path.join(parent, "kernel-"));
      try {
        const kernel = await Kernel.start(peer.kernel, { cwd });
        try {
          return await measures[contest](kernel, peer);
        } finally {
          await kernel.shutdown();
        }
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    },
  }));
}

async function timed(kernel: Kernel, cell: (n: number) => string, count: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let n = 0; n < warmCells + count; n++) {
    const execution = await run(kernel, cell(n));
    if (n >= warmCells) seconds.push(execution.seconds);
  }
  return seconds;
}

async function run(kernel: Kernel, code: string, onPublished?: (message: Message) => void): Promise<Execution> {
  const execution = await kernel.execute(code, { timeoutMs: cellMs, onPublished });
  if (execution.status !== "ok") throw new Error(`the cell ${JSON.stringify(code)} ended with "${execution.status}"`);
  return execution;
}

async function bounded<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to ${what} within 10 s`)), 10_000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function never(what: string): never {
  throw new Error(`has no ${what}`);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
