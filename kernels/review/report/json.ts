import type { CheckResult } from "../check/check-notebooks.ts";
import { count } from "../check/verdict.ts";
import { describeDifference } from "../compare/difference.ts";
import type { Environment } from "../environment.ts";
import { defaultTolerance } from "../tolerance.ts";

/** Everything a check found, for machines. `version` grows when a field changes its meaning or goes. */
export function jsonReport(result: CheckResult, environment: Environment): string {
  const { notebooks } = result;
  const report = {
    version: 1,
    started: result.startedAt.toISOString(),
    seconds: rounded(result.seconds),
    exitCode: result.exitCode,
    outputDir: result.outputDir,
    totals: { notebooks: count(notebooks), cells: count(notebooks.flatMap(({ cells }) => cells)) },
    defaultTolerance,
    environment,
    notebooks: notebooks.map(({ label, source, verdict, exitCode, message, neverExecuted, tolerance, run, outputSha256, cells }) => ({
      label,
      source,
      ...(run.output !== undefined && { output: run.output, outputSha256 }),
      ...(run.kernel !== undefined && { kernel: run.kernel }),
      verdict,
      exitCode,
      ...(message !== undefined && { message }),
      neverExecuted,
      seconds: rounded(run.seconds),
      ...(run.startSeconds !== undefined && { startSeconds: rounded(run.startSeconds) }),
      tolerance,
      counts: count(cells),
      warnings: run.warnings,
      cells: cells.map(({ outputs, source: _, seconds, error, ...cell }) => ({
        ...cell,
        seconds: rounded(seconds),
        ...(error && { error: { ename: error.ename, evalue: error.evalue } }),
        differences: outputs.flatMap((pair) =>
          pair.differences.map((difference) => ({ kind: difference.kind, where: difference.where, summary: describeDifference(difference) })),
        ),
      })),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
