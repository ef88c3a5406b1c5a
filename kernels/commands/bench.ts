import { behaviour, probes } from "../bench/behaviour/behaviour.ts";
import { bench } from "../bench/bench.ts";
import { contestNames } from "../bench/contests.ts";
import { cases } from "../bench/checking/cases.ts";
import { checking } from "../bench/checking/checking.ts";
import { benchCore } from "../bench/core/core.ts";
import { coreContests } from "../bench/core/registry.ts";
import { findPeers, findTools } from "../bench/peers.ts";
import { behaviourText, benchText, checkingText } from "../bench/print.ts";
import { keep, recordOf } from "../bench/record.ts";
import { resultFiles, writeComparison } from "../bench/table.ts";
import { CommandError, exitCodes } from "../client/exit-codes.ts";
import { exitOnSignals } from "../client/kernel-process.ts";

export interface BenchFlags {
  readonly rounds: number;
  readonly only?: string;
  readonly behaviour?: boolean;
  readonly record?: boolean;
  readonly json?: boolean;
}

/** `noisebook bench`: returns the exit code; a missing peer is no failure, our own absence is. */
export async function runBench(subject: string, flags: BenchFlags): Promise<number> {
  const measure = subject === "core" ? measureCore : subject === "check" ? measureChecking : flags.behaviour ? measureBehaviour : measureSpeed;
  if (subject === "core" && flags.record) throw new CommandError("bench core has no --record", exitCodes.usage);
  if (subject !== "kernel" && flags.behaviour) throw new CommandError(`bench ${subject} has no --behaviour`, exitCodes.usage);
  if (flags.record && flags.only !== undefined) throw new CommandError("--record keeps a whole run: leave out --only", exitCodes.usage);
  const line = process.stderr.isTTY === true;
  const progress = (text: string): void => void process.stderr.write(line ? `\r\u001b[K${text}` : `${text}\n`);
  exitOnSignals();
  const { result, text, complete } = await measure(flags, progress);
  if (line) process.stderr.write("\r\u001b[K");
  if (flags.record) writeComparison();
  console.log(flags.json ? JSON.stringify(result, null, 2) : text);
  return complete ? exitCodes.fine : exitCodes.kernelLost;
}

interface Measurement {
  readonly result: unknown;
  readonly text: string;
  /** Whether our own kernel was there. */
  readonly complete: boolean;
}

type Progress = (line: string) => void;

async function measureSpeed({ only, rounds, record }: BenchFlags, progress: Progress): Promise<Measurement> {
  const result = await bench(chosen(only, contestNames, "bench"), rounds, progress);
  if (record) keep(resultFiles.speed, recordOf(result));
  return { result, text: benchText(result), complete: result.results.every(({ measured }) => measured[0]?.name.startsWith("noisebook")) };
}

async function measureBehaviour({ only, record }: BenchFlags, progress: Progress): Promise<Measurement> {
  const ids = chosen(only, probes.map(({ id }) => id), "probe");
  const peers = await findPeers();
  const result = await behaviour(peers.kernels, probes.filter(({ id }) => ids.includes(id)), progress);
  if (record) keep(resultFiles.behaviour, result);
  return { result, text: behaviourText(result, peers.missing), complete: result.kernels[0]?.name === "noisebook" };
}

async function measureChecking({ only, record }: BenchFlags, progress: Progress): Promise<Measurement> {
  const ids = chosen(only, cases.map(({ id }) => id), "case");
  const { tools, missing } = await findTools();
  const result = await checking(tools, cases.filter(({ id }) => ids.includes(id)), progress);
  if (record) keep(resultFiles.checking, result);
  return { result, text: checkingText(result, missing), complete: true };
}

async function measureCore({ only, rounds }: BenchFlags, progress: Progress): Promise<Measurement> {
  const result = await benchCore(chosen(only, coreContests.map(({ name }) => name), "bench of the core"), rounds, progress);
  return { result, text: benchText(result), complete: result.results.every(({ measured }) => measured[0]?.name === "noisebook") };
}

function chosen<T extends string>(only: string | undefined, names: readonly T[], what: string): readonly T[] {
  if (only === undefined) return names;
  return only.split(",").map((text) => {
    const found = names.find((name) => name === text.trim());
    if (found === undefined) throw new CommandError(`there is no ${what} "${text.trim()}": there are ${names.join(", ")}`, exitCodes.usage);
    return found;
  });
}
