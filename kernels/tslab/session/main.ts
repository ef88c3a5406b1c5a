import { tokenVariable } from "../../typescript/pipes/barrier.ts";
import { createCellContext } from "../../typescript/session/cell-context.ts";
import { CellSources } from "../../typescript/session/cell-sources.ts";
import { Execution } from "../../typescript/session/execution.ts";
import { InterruptSignals } from "../../typescript/session/interrupt-signals.ts";
import { Interrupts } from "../../typescript/session/interrupts.ts";
import { Output, replaceStreams } from "../../typescript/session/output.ts";
import { serve } from "../../typescript/session/serve.ts";
import { trackTimers } from "../../typescript/session/timers.ts";
import { setDisplaySink } from "./library.ts";
import { terminable } from "./terminable.ts";
import { TslabCells } from "./tslab-cells.ts";

// The session process of the second engine: tslab's converter and executor between our pipes.
const token = process.env[tokenVariable] ?? "";
delete process.env[tokenVariable];

const context = createCellContext();
const output = new Output(token, context.current);
replaceStreams(output);
const timers = trackTimers(context);
const sources = new CellSources();
const interrupts = new Interrupts();
const signals = new InterruptSignals(context.current);
const cells = new TslabCells(process.cwd(), sources);
setDisplaySink(({ data, metadata, transient }, update) =>
  output.frame({ type: "display", cell: context.current(), bundle: { data, metadata }, displayId: transient.display_id, update }),
);
const execution = new Execution({
  evaluator: terminable(cells),
  output,
  displays: { settled: () => Promise.resolve(), abandon() {} },
  context,
  sources,
  timers,
  interrupts,
  signals,
  forgetUnfinished: () => cells.abandon(),
});
serve({
  execution,
  interrupts,
  signals,
  output,
  context,
  answer: (question) => cells.answer(question),
});
