import { messageOf } from "../../client/exit-codes.ts";
import { type BenchResult, machineNow } from "../bench.ts";
import type { Missing } from "../peers.ts";
import { type Contestant, interleave } from "../rounds.ts";
import { sumUp } from "../statistics.ts";
import { coreContests } from "./registry.ts";

/** Measures the core beside what others do the same with, contest by contest, and reports medians with the raw samples. */
export async function benchCore(only: readonly string[], rounds: number, progress: (line: string) => void): Promise<BenchResult<string>> {
  const machine = machineNow();
  const results: BenchResult<string>["results"][number][] = [];
  const missing: Missing[] = [];
  for (const { name: contest, quantities, contestants } of coreContests.filter(({ name }) => only.includes(name))) {
    const present: Contestant[] = [];
    for (const { name, start } of contestants) {
      progress(`${contest}: finding ${name}`);
      try {
        present.push(await start());
      } catch (error) {
        missing.push({ name, reason: messageOf(error) });
      }
    }
    const { samples, failed } = await interleave(present, rounds, (line) => progress(`${contest}, ${line}`));
    missing.push(...failed.map(({ name, reason }) => ({ name: `${name} (${contest})`, reason })));
    for (const [quantity, { title, unit }] of Object.entries(quantities)) {
      results.push({ contest, quantity, title, unit, measured: sumUp(new Map([...samples].map(([name, found]) => [name, found[quantity] ?? []]))) });
    }
  }
  return { date: new Date().toISOString().slice(0, 10), machine: { ...machine, load: [machine.load[0], machineNow().load[0]] }, rounds, results, missing };
}
