import { createRequire } from "node:module";
import { lookInsteadOfWatching } from "./watched-files.ts";

export type { CompletionInfo, Converter, ConvertResult, Diagnostic } from "tslab/dist/converter.js";
export type { Executor } from "tslab/dist/executor.js";

type ConverterModule = typeof import("tslab/dist/converter.js");
type ExecutorModule = typeof import("tslab/dist/executor.js");
type InspectModule = typeof import("tslab/dist/inspect.js");

/** What tslab's `display` hands to its kernel. */
export interface DisplayData {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly transient: { readonly display_id?: string };
}

/** tslab has no exports map, so that its parts can be had one by one; none of these opens a socket. */
const require = createRequire(import.meta.url);
export const { createConverter } = require("tslab/dist/converter.js") as ConverterModule;
export const { createExecutor } = require("tslab/dist/executor.js") as ExecutorModule;
export const { printQuickInfo } = require("tslab/dist/inspect.js") as InspectModule;

/** Lets tslab's TypeScript know of files that were edited. */
export const lookAtFiles = lookInsteadOfWatching((require("@tslab/typescript-for-tslab") as typeof import("@tslab/typescript-for-tslab")).sys);

/** Where the displays of `import { display } from "tslab"` go. */
export function setDisplaySink(sink: (data: DisplayData, update: boolean) => void): void {
  (require("tslab/dist/jupyter.js") as { lastWriteDisplayData: typeof sink }).lastWriteDisplayData = sink;
}
