import vm from "node:vm";
import type { Question } from "../../typescript/pipes/frames.ts";
import type { Outcome } from "../../typescript/session/evaluate.ts";
import type { CellEvaluator, ExecuteCommand } from "../../typescript/session/execution.ts";
import type { CellSources } from "../../typescript/session/cell-sources.ts";
import { diagnosticsError } from "./diagnostics-error.ts";
import { type ConvertResult, createExecutor, type Diagnostic, type Executor, printQuickInfo } from "./library.ts";
import { RenewableConverter } from "./renewable-converter.ts";

/** What tslab's executor did with one cell; it prints results and errors alike, here into this. */
interface Run {
  readonly command: ExecuteCommand | undefined;
  diagnostics: readonly Diagnostic[];
  resultName?: string;
  result?: unknown;
  thrown?: { readonly error: unknown };
}

const noMap = { version: 3, sources: [], names: [], mappings: "" } as const;

/** Cells as stock tslab checks, converts and runs them, with what it prints told apart: results, type errors, thrown errors. */
export class TslabCells implements Pick<CellEvaluator, "evaluate"> {
  readonly #executor: Executor;
  readonly #sources: CellSources;
  #run: Run = { command: undefined, diagnostics: [] };

  constructor(folder: string, sources: CellSources) {
    this.#sources = sources;
    const steps = { converted: (result: ConvertResult) => this.#converted(result), moduleAdded: (errors: readonly Diagnostic[]) => void (this.#run.diagnostics = errors) };
    const node = new RenewableConverter({}, steps);
    const browser = new RenewableConverter({ isBrowser: true }, steps);
    node.warm();
    this.#nameScripts();
    this.#executor = createExecutor(folder, { node, browser, close: () => node.close() }, {
      log: (value) => void (this.#run.result = value),
      // Printed diagnostics come as a format and its values; a thrown error comes alone.
      error: (...values) => void (values.length === 1 && (this.#run.thrown = { error: values[0] })),
    });
  }

  async evaluate(source: string, command?: ExecuteCommand): Promise<Outcome> {
    const run: Run = (this.#run = { command, diagnostics: [] });
    const ran = await this.#executor.execute(source);
    if (run.diagnostics.length > 0) return { kind: "thrown", error: diagnosticsError(run.diagnostics, source, command?.label ?? "expression") };
    if (!ran) return { kind: "thrown", error: run.thrown?.error };
    const { locals } = this.#executor;
    // tslab neither prints null nor forgets it.
    if (run.resultName !== undefined && locals[run.resultName] === null) return { kind: "value", value: null };
    return { kind: "value", value: run.result };
  }

  /** An interrupted cell that awaits something must not, when that comes, undo what later cells declared. */
  abandon(): void {
    this.#executor.interrupt();
  }

  answer({ about, code, offset }: Question): unknown {
    if (about === "complete") {
      const { start, end, candidates, original } = this.#executor.complete(code, offset);
      const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind as string]));
      return { start, end, matches: candidates.map((name) => ({ name, kind: kinds.get(name) ?? "" })) };
    }
    const info = this.#executor.inspect(code, offset);
    return info && { text: printQuickInfo(info) };
  }

  #converted(result: ConvertResult): ConvertResult {
    const run = this.#run;
    run.diagnostics = result.diagnostics;
    run.resultName = result.lastExpressionVar;
    if (!run.command || result.output === undefined) return result;
    const { label, script } = run.command;
    this.#sources.add({ url: script.url, map: noMap }, `${label}.js`, result.output);
    return result;
  }

  /**
   * tslab's executor runs scripts by node:vm. Here they get their cell's name, no source line above their stacks, and no signal
   * handling of their own: interrupts are the control worker's, and one that cuts node:vm short would leave SIGINT unhandled.
   */
  #nameScripts(): void {
    const { runInThisContext } = vm;
    vm.runInThisContext = (code, options) => {
      const tslabs = typeof options === "object" && options.breakOnSigint === true;
      return runInThisContext(code, tslabs ? { filename: this.#run.command?.script.url, displayErrors: false } : options) as unknown;
    };
  }
}
