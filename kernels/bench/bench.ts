import os from "node:os";
import { type Contest, contestNames, contests, isCommandContest, type Quantity } from "./contests.ts";
import { withCommandContest } from "./command-contests.ts";
import { kernelContest } from "./kernel-contests.ts";
import { findPeers, type Missing } from "./peers.ts";
import { interleave, type Rounds } from "./rounds.ts";
import { type Measured, sumUp } from "./statistics.ts";

export interface BenchResult<Name extends string = Contest> {
  /** When it was measured, as year-month-day. */
  readonly date: string;
  /** `load` is what else kept the cores busy: the mean number of runnable processes of the last minute before and after. */
  readonly machine: { readonly node: string; readonly platform: string; readonly cpu: string; readonly cores: number; readonly load: readonly [number, number] };
  readonly rounds: number;
  readonly results: readonly (Quantity & { readonly contest: Name; readonly quantity: string; readonly measured: readonly Measured[] })[];
  /** Peers that are not here or failed, and why. */
  readonly missing: readonly Missing[];
}

/** Measures this project beside its peers, all in one run, and reports medians with the raw samples. */
export async function bench(only: readonly Contest[], rounds: number, progress: (line: string) => void): Promise<BenchResult> {
  const before = machineNow();
  progress("finding the peers");
  const peers = await findPeers();
  const missing = [...peers.missing];
  const results: BenchResult["results"][number][] = [];
  for (const contest of contestNames.filter((name) => only.includes(name))) {
    const told = (line: string): void => progress(`${contest}, ${line}`);
    const { samples, failed }: Rounds =
      isCommandContest(contest)
        ? await withCommandContest(contest, peers, (contestants) => interleave(contestants, rounds, told))
        : await interleave(kernelContest(contest, peers.kernels), rounds, told);
    const quantities: Readonly<Record<string, Quantity>> = contests[contest];
    for (const [quantity, { title, unit }] of Object.entries(quantities)) {
      const measured = sumUp(new Map([...samples].map(([name, found]) => [name, found[quantity] ?? []])));
      results.push({ contest, quantity, title, unit, measured });
    }
    missing.push(...failed.map(({ name, reason }) => ({ name: `${name} (${contest})`, reason })));
  }
  const machine = { ...before, load: [before.load[0], machineNow().load[0]] as const };
  return { date: new Date().toISOString().slice(0, 10), machine, rounds, results, missing };
}

/** This machine, and its load at the moment. */
export function machineNow(): BenchResult["machine"] {
  const load = os.loadavg()[0];
  return {
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    load: [load, load],
  };
}
