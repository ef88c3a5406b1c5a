import { inspect, types } from "node:util";
import type { ErrorContent } from "../../protocol/message.ts";
import { codeFrame } from "../code-frame.ts";
import type { CellSources } from "./cell-sources.ts";

export const interruptError: ErrorContent = { ename: "KeyboardInterrupt", evalue: "interrupted", traceback: ["KeyboardInterrupt: interrupted"] };

const ownFrames = /^\s+at (new Promise \(<anonymous>\)|Generator\.next \(<anonymous>\)|.*(node:internal|node:inspector|node:events|node:net|node:vm|[/\\]dist[/\\]kernel[/\\](session|control|tslab-session)\.cjs|[/\\]node_modules[/\\]tslab[/\\]dist[/\\]))/;

/** What was thrown, as Jupyter's error content: positions in cells and in imported TypeScript, the source line, causes. */
export function describeError(thrown: unknown, sources: CellSources): ErrorContent {
  if (!isError(thrown)) {
    const evalue = attempt(() => (typeof thrown === "string" ? thrown : inspect(thrown)), "a value that cannot be shown");
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const ename = attempt(() => String(thrown.name), "Error") || "Error";
  const evalue = attempt(() => String(thrown.message), "");
  const traceback = attempt(() => sources.mapStack(describe(thrown).join("\n")).split("\n"), [`${ename}: ${evalue}`]);
  const place = sources.firstPlace(traceback.join("\n"));
  return { ename, evalue, traceback: place ? [...traceback, "", ...codeFrame(place.source, place.line, place.column)] : traceback };
}

/** The stack without our own frames, the error's further properties, then what caused it. */
function describe(error: Error, seen: readonly Error[] = []): string[] {
  const { name, message, stack } = error;
  const head = `${name}: ${message}`;
  const lines = (typeof stack === "string" && stack !== "" ? stack : head).split("\n").filter((line) => !ownFrames.test(line));
  // A message that was set after the error was made is not in its stack.
  if (message !== "" && !lines.join("\n").includes(message)) lines.unshift(head);
  const properties = Object.fromEntries(Object.entries(error).filter(([key]) => !["name", "message", "stack", "cause", "errors"].includes(key)));
  if (Object.keys(properties).length > 0) lines.push(...inspect(properties, { depth: 2 }).split("\n").map((line) => `  ${line}`));
  const further: [string, unknown][] = error.cause === undefined ? [] : [["Caused by", error.cause]];
  if (error instanceof AggregateError) error.errors.forEach((each: unknown, n) => further.push([`Error ${n + 1} of ${error.errors.length}`, each]));
  for (const [title, each] of further) {
    const [first, ...rest] = !isError(each) ? inspect(each).split("\n") : seen.includes(each) ? ["(circular)"] : describe(each, [...seen, error]);
    lines.push(`${title}: ${first}`, ...rest);
  }
  return lines;
}

/** The number of the cell that an error's stack begins in: of those on it, the one that called the others. */
export function cellOf(thrown: unknown): number | undefined {
  const stack = attempt(() => (isError(thrown) ? String(thrown.stack) : ""), "");
  const cell = [...stack.matchAll(/\bcell-(\d+)\.ts:/g)].at(-1)?.[1];
  return cell === undefined ? undefined : Number(cell);
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
