import { packageRoot } from "../../root.ts";
import type { Completeness } from "../cell/complete.ts";
import type { CellScript } from "../cell/transform.ts";
import { Checker, type CheckMode } from "../checker/client.ts";
import type { CompiledCell, MagicCells } from "../magics/index.ts";
import type { Question } from "../pipes/frames.ts";
import { built } from "./built.ts";
import { log } from "./log.ts";
import { type SessionProcess, startSession } from "./session-process.ts";

/** Turns cells into what the engine's session runs. */
export interface CellCompiler {
  /** @throws CellSyntaxError */
  transform(code: string, url: string): CompiledCell;
  /** Adds what only the type service knows, for a cell that asks for it. */
  finish?(cell: CompiledCell): Promise<CompiledCell>;
  /** Told of each script that was sent to the session. */
  commit(script: CellScript): void;
  /** Told of each fresh session. */
  reset(): void;
}

/** Knows the types of cells. */
export type TypeService = Pick<Checker, "check" | "commit" | "reset" | "complete" | "inspect" | "dispose">;

/** A session that can be asked something between cells. */
export interface Askable {
  /** Undefined where no answer comes: the session computes, or ended. */
  ask(question: Question): Promise<unknown>;
}

/** What a kernel does with TypeScript. Protocol, queue, output, interrupts and crashes are the server's, whatever the engine. */
export interface Engine {
  /** The name of its kernelspec. */
  readonly name: string;
  /** The folder of the TypeScript that it checks cells with. */
  readonly typescript: string;
  readonly mode: CheckMode;
  /** Whether its cells can be debugged. */
  readonly debugs?: boolean;
  readonly firstSession: SessionProcess;
  startSession(): SessionProcess;
  /** Called once, after the session was started: compilers take time to load. */
  createCells(): CellCompiler;
  readonly types: TypeService | undefined;
  /** For an engine whose cells are not only TypeScript. */
  isComplete?(code: string): Completeness;
  /** Told of each session, for an engine whose session itself knows the types. */
  onSession?(session: Askable): void;
}

/** Our own: cells are checked by TypeScript 7 beside the server and run by V8's REPL in the session. */
export function startNoisebookEngine(): Engine {
  const mode = checkMode(process.env.NOISEBOOK_CHECK);
  const start = (): SessionProcess => startSession("session.cjs");
  const firstSession = start();
  const checker = mode === "off" ? undefined : new Checker({ workerFile: built("checker.cjs"), cwd: process.cwd(), packageRoot });
  let known: MagicCells | undefined;
  const cells = (): MagicCells => {
    if (known) return known;
    const { MagicCells: Cells } = require("../magics/index.ts") as typeof import("../magics/index.ts");
    return (known = new Cells(mode, checker !== undefined));
  };
  return {
    name: "noisebook",
    typescript: "node_modules/typescript",
    mode,
    debugs: true,
    firstSession,
    startSession: start,
    createCells: () => ({
      transform: (code, url) => cells().transform(code, url),
      finish: (cell) => cells().finish(cell, checker),
      commit: (script) => cells().commit(script),
      reset: () => cells().reset(),
    }),
    types: checker && {
      check: (code) => checker.check(code),
      commit: (code) => checker.commit(code),
      reset: () => checker.reset(),
      complete: (code, offset) => cells().editing(checker).complete(code, offset),
      inspect: (code, offset) => cells().editing(checker).inspect(code, offset),
      dispose: () => checker.dispose(),
    },
    isComplete: (code) => cells().completeness(code),
  };
}

function checkMode(value: string | undefined): CheckMode {
  if (value === undefined || value === "strict") return "strict";
  if (value === "warn" || value === "off") return value;
  log(`NOISEBOOK_CHECK="${value}" is none of strict, warn, off; types are checked strictly`);
  return "strict";
}
