import { benchTrain } from "../bench/train/bench.ts";
import { trainBenchText } from "../bench/train/print.ts";
import { trainRecordOf, trainResultFile, writeTrainPage } from "../bench/train/table.ts";
import { keep } from "../bench/record.ts";
import { CommandError, exitCodes } from "../client/exit-codes.ts";
import { exitOnSignals } from "../client/kernel-process.ts";

export interface BenchTrainFlags {
  readonly rounds: number;
  readonly peer: boolean;
  readonly long?: boolean;
  readonly scale?: boolean;
  readonly record?: boolean;
  readonly json?: boolean;
}

/** `noisebook bench train`: returns the exit code; a missing PyTorch is no failure. */
export async function runBenchTrain({ rounds, peer, long = false, scale = false, record, json }: BenchTrainFlags): Promise<number> {
  if (record && !peer) throw new CommandError("--record keeps a whole run: leave out --no-peer", exitCodes.usage);
  const line = process.stderr.isTTY === true;
  exitOnSignals();
  const progress = (text: string): void => void process.stderr.write(line ? `\r\u001b[K${text}` : `${text}\n`);
  const result = await benchTrain({ rounds, peer, long, scale }, progress);
  if (line) process.stderr.write("\r\u001b[K");
  if (record) {
    keep(trainResultFile, trainRecordOf(result));
    writeTrainPage();
  }
  console.log(json ? JSON.stringify(result, null, 2) : trainBenchText(result));
  return exitCodes.fine;
}
