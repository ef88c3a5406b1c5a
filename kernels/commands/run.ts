import os from "node:os";
import path from "node:path";
import { writeFile } from "node:fs/promises";
import { CommandError, exitCodes, systemReason } from "../client/exit-codes.ts";
import { parseParameter } from "../client/notebook/parameters.ts";
import { summary } from "../client/progress/summary.ts";
import { jsonReport } from "../client/run/report.ts";
import { runNotebooks } from "../client/run/run-notebooks.ts";
import { openTerminal } from "./terminal.ts";

/** The options of `noisebook run` as the command line gives them. */
export interface RunFlags {
  readonly outputDir?: string;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly kernel?: string;
  readonly param: readonly string[];
  readonly timeout?: number;
  readonly totalTimeout?: number;
  readonly startTimeout?: number;
  readonly allowErrors?: boolean;
  readonly recordTiming?: boolean;
  readonly report?: string;
  readonly reportFile?: string;
}

/** `noisebook run`: returns the exit code. */
export async function run(notebooks: readonly string[], flags: RunFlags): Promise<number> {
  const startedAt = new Date();
  const { out, colours, observer, interruption, print } = openTerminal(flags);
  try {
    const result = await runNotebooks(notebooks, {
      cwd: process.cwd(),
      outputDir: path.resolve(flags.outputDir ?? defaultOutputDir),
      force: flags.force ?? false,
      jobs: flags.jobs ?? Math.max(1, Math.floor(os.availableParallelism() / 2)),
      parameters: new Map(flags.param.map(parseParameter)),
      allowErrors: flags.allowErrors ?? false,
      recordTiming: flags.recordTiming ?? false,
      ...(flags.kernel !== undefined && { kernel: flags.kernel }),
      ...(flags.timeout !== undefined && { timeoutMs: flags.timeout * 1000 }),
      ...(flags.totalTimeout !== undefined && { totalTimeoutMs: flags.totalTimeout * 1000 }),
      ...(flags.startTimeout !== undefined && { startTimeoutMs: flags.startTimeout * 1000 }),
      signal: interruption.signal,
      observer,
    });
    print(summary(result, colours, out.isTTY === true && !process.env.NO_COLOR));
    if (flags.report !== undefined || flags.reportFile !== undefined) await report(jsonReport(result, startedAt), flags.reportFile);
    return result.exitCode;
  } finally {
    interruption.done();
  }
}

export const defaultOutputDir = path.join(".noisebook", "runs");

async function report(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CommandError(`report ${file} cannot be written: ${systemReason(error)}`, exitCodes.cannotWrite);
  }
}
