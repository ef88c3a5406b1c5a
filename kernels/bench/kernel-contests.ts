import os from "node:os";
import { Kernel } from "../client/kernel.ts";
import type { Peer } from "./peers.ts";
import type { Contestant } from "./rounds.ts";

/** How many cells a round times, after how many that do not count. */
const cellsInRound = 40;
const warmCells = 5;

/** From the start of a kernel's process to its first kernel_info_reply. */
export const startContest = (peers: readonly Peer[]): Contestant[] =>
  peers.map(({ name, kernel }) => ({
    name,
    async measure() {
      const running = await Kernel.start(kernel, { cwd: os.tmpdir() });
      await running.shutdown();
      return [running.startSeconds];
    },
  }));

/** A warm cell that the kernel has not seen: from the request to the later of reply and idle. */
export const cellContest = (peers: readonly Peer[]): Contestant[] =>
  peers.map(({ name, kernel, cell }) => ({
    name,
    async measure() {
      const running = await Kernel.start(kernel, { cwd: os.tmpdir() });
      try {
        const seconds: number[] = [];
        for (let n = 0; n < warmCells + cellsInRound; n++) {
          const execution = await running.execute(cell(n), { timeoutMs: 60_000 });
          if (execution.status !== "ok") throw new Error(`cell ${n} ended with status "${execution.status}"`);
          if (n >= warmCells) seconds.push(execution.seconds);
        }
        return seconds;
      } finally {
        await running.shutdown();
      }
    },
  }));
