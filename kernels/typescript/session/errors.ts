import { inspect, types } from "node:util";
import type { ErrorContent } from "../../protocol/message.ts";
import { codeFrame } from "../code-frame.ts";
import type { CellSources } from "./cell-sources.ts";

export const interruptError: ErrorContent = { ename: "KeyboardInterrupt", evalue: "interrupted", traceback: ["KeyboardInterrupt: interrupted"] };

/** Frames that are ours or Node.js's, not the user's. */
export const ownFrames = /^\s+at (new Promise \(<anonymous>\)|Generator\.next \(<anonymous>\)|.*(node:internal|node:inspector|node:events|node:net|node:vm|[/\\]dist[/\\]kernel[/\\](session|control|tslab-session)\.cjs|[/\\]node_modules[/\\]tslab[/\\]dist[/\\]))/;

/** What was thrown, as Jupyter's error content: positions in cells and in imported TypeScript, the source line, causes. */
export function describeError(thrown: unknown, sources: CellSources): ErrorContent {
  if (!isError(thrown)) {
    const evalue = attempt(() => (typeof thrown === "string" ? thrown : inspect(thrown)), "a value that cannot be shown");
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const ename = attempt(() => String(thrown.name), "Error") || "Error";
  const evalue = attempt(() => String(thrown.message), "");
  const traceback = attempt(() => describe(thrown, sources), [`${ename}: ${evalue}`]);
  const place = sources.firstPlace(traceback.join("\n"));
  return { ename, evalue, traceback: place ? [...traceback, "", ...codeFrame(place.source, place.line, place.column)] : traceback };
}

/** The stack without our own frames, the error's further properties, then what caused it. */
function describe(error: Error, sources: CellSources, seen: readonly Error[] = []): string[] {
  const { name, message } = error;
  const stack = sources.stackOf(error);
  const head = `${name}: ${message}`;
  const lines = (stack === "" ? head : stack).split("\n").filter((line) => !ownFrames.test(line));
  // A message that was set after the error was made is not in its stack.
  if (message !== "" && !lines.join("\n").includes(message)) lines.unshift(head);
  const properties = Object.fromEntries(Object.entries(error).filter(([key]) => !["name", "message", "stack", "cause", "errors"].includes(key)));
  if (Object.keys(properties).length > 0) lines.push(...inspect(properties, { depth: 2 }).split("\n").map((line) => `  ${line}`));
  const further: [string, unknown][] = error.cause === undefined ? [] : [["Caused by", error.cause]];
  if (error instanceof AggregateError) error.errors.forEach((each: unknown, n) => further.push([`Error ${n + 1} of ${error.errors.length}`, each]));
  for (const [title, each] of further) {
    const [first, ...rest] = !isError(each) ? inspect(each).split("\n") : seen.includes(each) ? ["(circular)"] : describe(each, sources, [...seen, error]);
    lines.push(`${title}: ${first}`, ...rest);
  }
  return lines;
}

/** The number of the cell that an error comes from, where its stack tells. */
export function cellOf(thrown: unknown, sources: CellSources): number | undefined {
  return attempt(() => (isError(thrown) ? sources.cellOf(thrown) : undefined), undefined);
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
