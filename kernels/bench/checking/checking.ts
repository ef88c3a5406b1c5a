import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../root.ts";
import { kernelName } from "../../typescript/kernelspec.ts";
import { run } from "../command.ts";
import type { PythonTools } from "../peers.ts";
import type { Case, Cell, Output } from "./cases.ts";
import { type Checker, checkers } from "./checkers.ts";

/** What checkers of notebooks find and what they let pass. */
export interface CheckingResult {
  /** As year-month-day. */
  readonly date: string;
  /** In the order of the table's columns. */
  readonly checkers: readonly string[];
  readonly rows: readonly { readonly id: string; readonly what: string; readonly found: Readonly<Record<string, true | string>> }[];
}

/** Hands every case to every checker. */
export async function checking(python: PythonTools | undefined, asked: readonly Case[], progress: (line: string) => void): Promise<CheckingResult> {
  const all = checkers(python);
  const rows: CheckingResult["rows"][number][] = [];
  for (const each of asked) {
    const found: Record<string, true | string> = {};
    for (const checker of all) {
      progress(`${each.id}: ${checker.name}`);
      found[checker.name] = await put(each, checker);
    }
    rows.push({ id: each.id, what: each.what, found });
  }
  return { date: new Date().toISOString().slice(0, 10), checkers: all.map(({ name }) => name), rows };
}

/** Hands one case to one checker: `true` if it judges rightly, else what it does. */
export async function put(each: Case, checker: Checker): Promise<true | string> {
  // Below this project's packages, which the cells import.
  const parent = path.join(packageRoot, ".noisebook", "bench");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "checking-"));
  try {
    const outputs = each.cells.length > 0 ? await execute(folder, each.cells) : [];
    const { commit, now = each.cells } = each;
    // A checker that refuses the unchanged notebook as well has not found the change.
    if (commit && !each.content && !(await checker.check(committed(folder, each.cells, outputs)))) return "refuses it unchanged as well";
    commit?.(outputs);
    const content = await checker.check(committed(folder, now, outputs));
    if (content === each.content) return true;
    return content ? "passes it" : "a false alarm";
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The file of a notebook with these outputs; with none at all it was never executed. */
function committed(folder: string, cells: readonly Cell[], outputs: readonly Output[][]): string {
  return write(folder, cells, (n) => (outputs.length > 0 ? { outputs: outputs[n], execution_count: n + 1 } : { outputs: [], execution_count: null }));
}

async function execute(folder: string, cells: readonly Cell[]): Promise<Output[][]> {
  const file = committed(folder, cells, []);
  const { status, wrote } = await run(process.execPath, [path.join(packageRoot, "dist", "cli.js"), "run", "--output-dir", path.join(folder, "executed"), file], folder);
  if (status !== 0) throw new Error(`the notebook to commit could not be executed: ${wrote}`);
  const executed = JSON.parse(readFileSync(path.join(folder, "executed", path.basename(file)), "utf8")) as { cells: { outputs: Output[] }[] };
  return executed.cells.map(({ outputs }) => outputs);
}

function write(folder: string, cells: readonly Cell[], ran: (n: number) => { outputs: readonly Output[]; execution_count: number | null }): string {
  const file = path.join(folder, "notebook.ipynb");
  const kernelspec = { name: kernelName, display_name: "TypeScript", language: "typescript" };
  const written = cells.map(({ source, tags = [] }, n) => ({ cell_type: "code", id: `cell-${n}`, metadata: { tags }, source, ...ran(n) }));
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: written }));
  return file;
}

