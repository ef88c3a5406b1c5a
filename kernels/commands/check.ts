import os from "node:os";
import path from "node:path";
import { writeFileAtomically } from "../client/atomic.ts";
import { CommandError, combinedExitCode, exitCodes, systemReason } from "../client/exit-codes.ts";
import { checkNotebooks } from "../review/check/check-notebooks.ts";
import { captureEnvironment } from "../review/environment.ts";
import { providesHere } from "../review/needs.ts";
import { jsonReport } from "../review/report/json.ts";
import { htmlReport } from "../review/report/page.ts";
import { summary, verdictLine } from "../review/report/terminal.ts";
import { openTerminal } from "./terminal.ts";

/** The options of `noisebook check` as the command line gives them. */
export interface CheckFlags {
  readonly outputDir?: string;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly kernel?: string;
  readonly timeout?: number;
  readonly totalTimeout?: number;
  readonly startTimeout?: number;
  readonly report?: string;
  readonly reportFile?: string;
}

export const defaultCheckDir = path.join(".noisebook", "check");

/** `noisebook check`: returns the exit code. */
export async function check(notebooks: readonly string[], flags: CheckFlags): Promise<number> {
  const { colours, observer, interruption, print } = openTerminal(flags);
  try {
    const result = await checkNotebooks(notebooks, {
      cwd: process.cwd(),
      outputDir: path.resolve(flags.outputDir ?? defaultCheckDir),
      force: flags.force ?? false,
      jobs: flags.jobs ?? Math.max(1, Math.floor(os.availableParallelism() / 2)),
      ...(flags.kernel !== undefined && { kernel: flags.kernel }),
      ...(flags.timeout !== undefined && { timeoutMs: flags.timeout * 1000 }),
      ...(flags.totalTimeout !== undefined && { totalTimeoutMs: flags.totalTimeout * 1000 }),
      ...(flags.startTimeout !== undefined && { startTimeoutMs: flags.startTimeout * 1000 }),
      provides: providesHere(),
      signal: interruption.signal,
      observer,
      judged: (notebook) => observer.note(verdictLine(notebook, colours)),
    });
    print(summary(result, colours));
    const environment = await captureEnvironment();
    const json = jsonReport(result, environment);
    const page = path.join(result.outputDir, "report.html");
    const files: [string, string][] = [
      [page, htmlReport(result, environment)],
      [path.join(result.outputDir, "report.json"), json],
    ];
    if (flags.reportFile !== undefined) files.push([path.resolve(flags.reportFile), json]);
    const written = await writeAll(files);
    if (written) print(`\nreport: ${page}`);
    if (flags.report !== undefined && flags.reportFile === undefined) await toStdout(json);
    return written ? result.exitCode : combinedExitCode([result.exitCode, exitCodes.cannotWrite]);
  } finally {
    interruption.done();
  }
}

/** Writes the reports; the verdict on the notebooks must reach its reader even where these cannot. */
async function writeAll(files: readonly [string, string][]): Promise<boolean> {
  let written = true;
  for (const [file, text] of files) {
    try {
      await writeFileAtomically(file, text);
    } catch (error) {
      written = false;
      console.error(`noisebook: ${new CommandError(`report ${file} cannot be written: ${systemReason(error)}`, exitCodes.cannotWrite).message}`);
    }
  }
  return written;
}

const toStdout = (text: string): Promise<void> => new Promise((resolve) => process.stdout.write(text, () => resolve()));
