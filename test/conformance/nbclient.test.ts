import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { jupyterOrSkip, temporaryFolder } from "./jupyter.ts";

const jupyter = await jupyterOrSkip("notebooks under nbclient");

interface Cell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly { readonly output_type: string; readonly text?: string[]; readonly data?: Record<string, unknown>; readonly ename?: string }[];
}

function execute(sources: readonly string[]): { cells: readonly Cell[]; failure: { ename: string; evalue: string } | null } {
  const temporary = temporaryFolder();
  const cells = sources.map((source, n) => ({ cell_type: "code", id: `cell-${n}`, metadata: {}, execution_count: null, outputs: [], source }));
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: "noisebook", display_name: "TypeScript" } }, cells };
  const script = path.join(import.meta.dirname, "execute.py");
  const { stdout, stderr, status } = spawnSync(jupyter!.python, [script, JSON.stringify({ folder: temporary.folder })], {
    input: JSON.stringify(notebook),
    env: jupyter!.env,
    maxBuffer: 1e8,
    encoding: "utf8",
  });
  temporary.remove();
  if (status !== 0) throw new Error(stderr);
  const result = JSON.parse(stdout) as { notebook: string; failure: { ename: string; evalue: string } | null };
  return { cells: (JSON.parse(result.notebook) as { cells: Cell[] }).cells, failure: result.failure };
}

describe.skipIf(!jupyter)("notebooks under nbclient", () => {
  it("are executed: state, streams, results, displays", () => {
    const { cells, failure } = execute([
      'import { linearSchedule, marginal, key, normal } from "noisebook";\nconst schedule = linearSchedule({ T: 1000, betaStart: 1e-4, betaEnd: 0.02 });',
      "console.log(schedule.name);\nmarginal(schedule, 1000).variance > 0.9999",
      "await display(normal(key(1), 2)); 'done'",
    ]);
    expect(failure).toBeNull();
    expect(cells.map(({ execution_count }) => execution_count)).toEqual([1, 2, 3]);
    expect(cells[1].outputs).toMatchObject([{ output_type: "stream", text: ["linear\n"] }, { output_type: "execute_result", data: { "text/plain": ["true"] } }]);
    expect(cells[2].outputs?.map(({ output_type }) => output_type)).toEqual(["display_data", "execute_result"]);
  });

  it("stop at a type error and at a thrown error, with the error among the outputs", () => {
    const typed = execute(["const n: number = 'x';", "console.log('must not run')"]);
    expect(typed.failure).toMatchObject({ ename: "TypeScriptError", evalue: expect.stringContaining("TS2322") as string });
    expect(typed.cells[0].outputs).toMatchObject([{ output_type: "error", ename: "TypeScriptError" }]);
    expect(typed.cells[1].outputs).toEqual([]);
    expect(execute(["throw new RangeError('beyond')"]).failure).toEqual({ ename: "RangeError", evalue: "beyond" });
  });

  it("keep every line of a flood", () => {
    const { cells } = execute(["for (let i = 0; i < 100_000; i++) console.log(i);"]);
    const text = cells[0].outputs?.flatMap(({ text }) => text ?? []).join("");
    expect(text).toBe(Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(""));
  });
});
