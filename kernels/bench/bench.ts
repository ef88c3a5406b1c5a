import os from "node:os";
import { withHeadlessContest } from "./headless-contest.ts";
import { cellContest, startContest } from "./kernel-contests.ts";
import { findPeers, type Missing } from "./peers.ts";
import { interleave, type Rounds } from "./rounds.ts";
import { type Measured, sumUp } from "./statistics.ts";

export const contests = ["start", "cell", "headless"] as const;
export type Contest = (typeof contests)[number];

export const contestTitles: Readonly<Record<Contest, string>> = {
  start: "kernel start to its first reply",
  cell: "warm distinct cell",
  headless: "ten-cell notebook, headless, as whole commands",
};

export interface BenchResult {
  readonly machine: { readonly node: string; readonly platform: string; readonly cpu: string; readonly cores: number; readonly load: number };
  readonly rounds: number;
  readonly results: readonly { readonly contest: Contest; readonly measured: readonly Measured[] }[];
  /** Peers that are not here or failed, and why. */
  readonly missing: readonly Missing[];
}

/** Measures this project beside its peers, all in one run, and reports medians with the raw seconds. */
export async function bench(only: readonly Contest[], rounds: number, progress: (line: string) => void): Promise<BenchResult> {
  progress("finding the peers");
  const peers = await findPeers();
  const missing = [...peers.missing];
  const results: { contest: Contest; measured: Measured[] }[] = [];
  for (const contest of contests.filter((name) => only.includes(name))) {
    const told = (line: string): void => progress(`${contestTitles[contest]}, ${line}`);
    const measured: Rounds =
      contest === "headless"
        ? await withHeadlessContest(peers.jupyter, (contestants) => interleave(contestants, rounds, told))
        : await interleave(contest === "start" ? startContest(peers.kernels) : cellContest(peers.kernels), rounds, told);
    results.push({ contest, measured: sumUp(measured.samples) });
    missing.push(...measured.failed.map(({ name, reason }) => ({ name: `${name} (${contestTitles[contest]})`, reason })));
  }
  const machine = {
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model ?? "unknown",
    cores: os.availableParallelism(),
    load: os.loadavg()[0],
  };
  return { machine, rounds, results, missing };
}
