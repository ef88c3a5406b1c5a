import { inspect, types } from "node:util";
import type { ErrorContent } from "../../protocol/message.ts";
import { codeFrame } from "../code-frame.ts";
import type { CellSources } from "./cell-sources.ts";

export const interruptError: ErrorContent = { ename: "KeyboardInterrupt", evalue: "interrupted", traceback: ["KeyboardInterrupt: interrupted"] };

const ownFrames = /^\s+at .*(node:internal|node:inspector|node:events|node:net|node:vm|[/\\]dist[/\\]kernel[/\\](session|control)\.cjs)/;

/** What was thrown, as Jupyter's error content: positions in cells and in imported TypeScript, the source line, causes. */
export function describeError(thrown: unknown, sources: CellSources): ErrorContent {
  if (!isError(thrown)) {
    const evalue = attempt(() => (typeof thrown === "string" ? thrown : inspect(thrown)), "a value that cannot be shown");
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const ename = attempt(() => String(thrown.name), "Error") || "Error";
  const evalue = attempt(() => String(thrown.message), "");
  const printed = attempt(() => inspect(thrown, { depth: 4 }), `${ename}: ${evalue}`);
  const lines = printed.split("\n").filter((line) => !ownFrames.test(line));
  const mapped = attempt(() => sources.mapStack(lines.join("\n")), lines.join("\n"));
  const place = sources.firstPlace(mapped);
  const traceback = mapped.split("\n");
  return { ename, evalue, traceback: place ? [...traceback, "", ...codeFrame(place.source, place.line, place.column)] : traceback };
}

function isError(value: unknown): value is Error {
  return attempt(() => types.isNativeError(value) || value instanceof Error, false);
}

function attempt<T>(body: () => T, otherwise: T): T {
  try {
    return body();
  } catch {
    return otherwise;
  }
}
