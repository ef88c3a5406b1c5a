import type { CellSources } from "./cell-sources.ts";
import { ownFrames } from "./errors.ts";

/**
 * Makes `error.stack` itself, and so console.log(error), show places in what the user wrote. V8 calls this when a stack is
 * first looked at, so that errors nobody looks at cost nothing.
 */
export function mapStackTraces(sources: CellSources): void {
  Error.prepareStackTrace = (error, sites) => {
    const head = headOf(error);
    try {
      const frames = sites.map((site) => `    at ${String(site)}`).filter((line) => !ownFrames.test(line));
      return sources.prepared(error, [head, ...frames].join("\n"));
    } catch {
      return [head, ...sites.map((site) => `    at ${String(site)}`)].join("\n");
    }
  };
}

function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
