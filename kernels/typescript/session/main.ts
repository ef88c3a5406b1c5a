import { subscribe } from "node:diagnostics_channel";
import path from "node:path";
import { packageRoot } from "../../root.ts";
import { withMagics } from "../magics/session/install.ts";
import type { Loader } from "../modules/index.ts";
import { tokenVariable } from "../pipes/barrier.ts";
import { Awaited } from "./awaited.ts";
import { createCellContext } from "./cell-context.ts";
import { CellSources } from "./cell-sources.ts";
import { Displays } from "./displays.ts";
import { Evaluator } from "./evaluate.ts";
import { Execution } from "./execution.ts";
import { installGlobals, scopeName } from "./globals.ts";
import { InterruptSignals } from "./interrupt-signals.ts";
import { Interrupts } from "./interrupts.ts";
import { Output, replaceStreams } from "./output.ts";
import { serve } from "./serve.ts";
import { mapStackTraces } from "./stack-traces.ts";
import { trackTimers } from "./timers.ts";

// The session process: user code on the main thread, the control worker beside it.
const token = process.env[tokenVariable] ?? "";
delete process.env[tokenVariable];

const context = createCellContext();
const output = new Output(token, context.current);
replaceStreams(output);
const timers = trackTimers(context);
const displays = new Displays(output, context);
const sources = new CellSources();
mapStackTraces(sources);
const interrupts = new Interrupts();
const whole = <T>(body: () => T): T => interrupts.whole(body);
const signals = new InterruptSignals(context.current);
const notebookFile = path.join(process.cwd(), "notebook.ts");

let loader: Loader | undefined;
function theLoader(): Loader {
  // Required at the first import, not at the start: its compiler takes longer to load than all the rest.
  const { createLoader } = whole(() => require("../modules/index.ts") as typeof import("../modules/index.ts"));
  return (loader ??= createLoader({ notebookFile, packageRoot, sourceMaps: sources.maps, whole }));
}
const awaited = new Awaited();
const scope = installGlobals({
  loader: theLoader,
  displays,
  awaited,
  notebookFile,
});
const evaluator = withMagics(new Evaluator(scope, scopeName, awaited), scope, { display: displays.display.bind(displays), signal: () => signals.signal(), whole });
const execution = new Execution({ evaluator, output, displays, context, sources, timers, interrupts, signals, forgetUnfinished: () => loader?.forgetUnfinished() });

// What tensors run on depends on the machine: said once, and not compared by `noisebook check`.
subscribe("noisebook:tensor-backend", (report) => {
  displays.show({ data: { "text/plain": (report as { line: string }).line }, metadata: { noisebook: { volatile: true } } });
});

serve({ execution, interrupts, signals, output, context });
