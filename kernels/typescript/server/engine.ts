import { packageRoot } from "../../root.ts";
import type { CellTransformer } from "../cell/transform.ts";
import { Checker, type CheckMode } from "../checker/client.ts";
import type { Question } from "../pipes/frames.ts";
import { built } from "./built.ts";
import { log } from "./log.ts";
import { type SessionProcess, startSession } from "./session-process.ts";

/** Turns cells into what the engine's session runs. */
export type CellCompiler = Pick<CellTransformer, "transform" | "commit" | "reset">;

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
  readonly firstSession: SessionProcess;
  startSession(): SessionProcess;
  /** Called once, after the session was started: compilers take time to load. */
  createCells(): CellCompiler;
  readonly types: TypeService | undefined;
  /** Told of each session, for an engine whose session itself knows the types. */
  onSession?(session: Askable): void;
}

/** Our own: cells are checked by TypeScript 7 beside the server and run by V8's REPL in the session. */
export function startNoisebookEngine(): Engine {
  const mode = checkMode(process.env.NOISEBOOK_CHECK);
  const start = (): SessionProcess => startSession("session.cjs");
  return {
    name: "noisebook",
    typescript: "node_modules/typescript",
    mode,
    firstSession: start(),
    startSession: start,
    createCells() {
      const { CellTransformer } = require("../cell/transform.ts") as typeof import("../cell/transform.ts");
      return new CellTransformer();
    },
    types: mode === "off" ? undefined : new Checker({ workerFile: built("checker.cjs"), cwd: process.cwd(), packageRoot }),
  };
}

function checkMode(value: string | undefined): CheckMode {
  if (value === undefined || value === "strict") return "strict";
  if (value === "warn" || value === "off") return value;
  log(`NOISEBOOK_CHECK="${value}" is none of strict, warn, off; types are checked strictly`);
  return "strict";
}
