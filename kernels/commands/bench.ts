import { bench, type Contest, contests } from "../bench/bench.ts";
import { benchText } from "../bench/print.ts";
import { CommandError, exitCodes } from "../client/exit-codes.ts";
import { exitOnSignals } from "../client/kernel-process.ts";

export interface BenchFlags {
  readonly rounds: number;
  readonly only?: string;
  readonly json?: boolean;
}

/** `noisebook bench`: returns the exit code; a missing peer is no failure, our own absence is. */
export async function runBench(flags: BenchFlags): Promise<number> {
  const only = flags.only === undefined ? [...contests] : flags.only.split(",").map((name) => name.trim()).map(contestNamed);
  const line = process.stderr.isTTY === true;
  const progress = (text: string): void => void process.stderr.write(line ? `\r\u001b[K${text}` : `${text}\n`);
  exitOnSignals();
  const result = await bench(only, flags.rounds, progress);
  if (line) process.stderr.write("\r\u001b[K");
  console.log(flags.json ? JSON.stringify(result, null, 2) : benchText(result));
  return result.results.every(({ measured }) => measured[0]?.name.startsWith("noisebook")) ? exitCodes.fine : exitCodes.kernelLost;
}

function contestNamed(name: string): Contest {
  const found = contests.find((contest) => contest === name);
  if (found === undefined) throw new CommandError(`there is no bench "${name}": there are ${contests.join(", ")}`, exitCodes.usage);
  return found;
}
