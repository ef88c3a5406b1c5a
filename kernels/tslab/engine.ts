import type { Completions, Inspection } from "../typescript/checker/client.ts";
import type { Askable, CellCompiler, Engine, TypeService } from "../typescript/server/engine.ts";
import { startSession } from "../typescript/server/session-process.ts";
import { SpareSession } from "./spare-session.ts";

/** tslab's converter and executor: both live in the session, which checks, converts and runs a cell in one go. */
export function startTslabEngine(): Engine {
  const sessions = new SpareSession(() => startSession("tslab-session.cjs"));
  let session: Askable | undefined;
  const types: TypeService = {
    check: () => Promise.resolve([]),
    commit() {},
    reset() {},
    complete: async (code, offset) =>
      ((await session?.ask({ about: "complete", code, offset })) as Completions | undefined) ?? { start: offset, end: offset, matches: [] },
    inspect: async (code, offset) => (await session?.ask({ about: "inspect", code, offset })) as Inspection | undefined,
    dispose: () => Promise.resolve(),
  };
  return {
    name: "noisebook-tslab",
    typescript: "node_modules/@tslab/typescript-for-tslab",
    mode: "strict",
    firstSession: sessions.take(),
    startSession: () => sessions.take(),
    createCells: () => verbatim,
    types,
    onSession: (next) => void (session = next),
  };
}

/** Cells travel as they were typed. */
const verbatim: CellCompiler = {
  transform: (code, url) => ({ code, url, map: { version: 3, sources: [], names: [], mappings: "" }, names: [], parenthesized: false }),
  commit() {},
  reset() {},
};
