import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureConformance } from "../../kernels/setup/jupyter.mjs";
import { temporaryFolder } from "./jupyter.ts";

const kit = await ensureConformance({ quiet: true });
if (!kit.available) process.stderr.write(`skipped: the kernel under nbconvert, nbmake, nbval, papermill and jupyter console: ${kit.reason}\n`);

describe.skipIf(!kit.available)("the tools around Jupyter", () => {
  let folder: string;
  beforeAll(() => {
    const temporary = temporaryFolder();
    folder = temporary.folder;
    write("good.ipynb", ["const T: number = 10;", "console.log(`T is ${T}`); T * 2", 'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>bold</b>", "text/plain": "bold" }) });']);
    write("throws.ipynb", ['throw new RangeError("on purpose");', "1"]);
    write("mistyped.ipynb", ["const text: string = 1;"]);
    return temporary.remove;
  });

  const write = (name: string, sources: readonly string[]): void => {
    const cells = sources.map((source, n) => ({ cell_type: "code", id: `cell-${n}`, metadata: {}, execution_count: null, outputs: [], source }));
    const metadata = { kernelspec: { name: "noisebook", display_name: "TypeScript", language: "typescript" } };
    writeFileSync(path.join(folder, name), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
  };
  const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  const run = (program: string, ...args: string[]): { status: number | null; text: string } => {
    if (!kit.available) throw new Error(kit.reason);
    const env = { ...kit.env, TERM: "xterm", NO_COLOR: undefined, NOISEBOOK_HISTORY: path.join(folder, "history") };
    const { status, stdout, stderr } = spawnSync(path.join(kit.bin, program), args, { cwd: folder, env, encoding: "utf8", timeout: 110_000 });
    return { status, text: stdout + stderr };
  };
  const execute = (name: string): { status: number | null; text: string } =>
    run("jupyter", "nbconvert", "--execute", "--to", "notebook", "--output", `executed-${name}`, name);

  it("nbconvert executes, and writes the outputs as a page, the cells as a TypeScript file", () => {
    expect(execute("good.ipynb")).toMatchObject({ status: 0 });
    const { cells } = JSON.parse(read("executed-good.ipynb")) as { cells: { outputs: { output_type: string }[] }[] };
    expect(cells.map(({ outputs }) => outputs.map(({ output_type }) => output_type))).toEqual([[], ["stream", "execute_result"], ["display_data"]]);
    expect(run("jupyter", "nbconvert", "--to", "html", "executed-good.ipynb")).toMatchObject({ status: 0 });
    expect(read("executed-good.html")).toContain("<b>bold</b>");
    expect(run("jupyter", "nbconvert", "--to", "script", "executed-good.ipynb")).toMatchObject({ status: 0 });
    expect(read("executed-good.ts")).toContain("const T: number = 10;");
  }, 120_000);

  it("nbconvert stops at a cell that throws and at one that does not type, naming both", () => {
    const thrown = execute("throws.ipynb");
    expect(thrown.status).not.toBe(0);
    expect(thrown.text).toContain("RangeError: on purpose");
    const mistyped = execute("mistyped.ipynb");
    expect(mistyped.status).not.toBe(0);
    expect(mistyped.text).toContain("TS2322");
    expect(existsSync(path.join(folder, "executed-throws.ipynb"))).toBe(false);
  }, 120_000);

  it("nbmake passes what runs and fails what does not", () => {
    const { status, text } = run("pytest", "--nbmake", "-q", "-p", "no:cacheprovider", "good.ipynb", "throws.ipynb", "mistyped.ipynb");
    expect(status).toBe(1);
    expect(text).toMatch(/2 failed, 1 passed/);
    expect(text).toContain("RangeError: on purpose");
    expect(text).toContain("TS2322");
  }, 120_000);

  it("nbval passes the outputs that come again, and fails others", () => {
    expect(execute("good.ipynb")).toMatchObject({ status: 0 });
    expect(run("pytest", "--nbval", "-q", "-p", "no:cacheprovider", "executed-good.ipynb").text).toMatch(/3 passed/);
    writeFileSync(path.join(folder, "changed.ipynb"), read("executed-good.ipynb").replace("T is 10", "T is 11"));
    const { status, text } = run("pytest", "--nbval", "-q", "-p", "no:cacheprovider", "changed.ipynb");
    expect(status).toBe(1);
    expect(text).toMatch(/1 failed, 2 passed/);
  }, 120_000);

  it("papermill executes, and keeps what ran of a notebook that fails", () => {
    expect(run("papermill", "good.ipynb", "by-papermill.ipynb")).toMatchObject({ status: 0 });
    expect(read("by-papermill.ipynb")).toContain("T is 10");
    const failed = run("papermill", "throws.ipynb", "failed.ipynb");
    expect(failed.status).not.toBe(0);
    expect(failed.text).toContain("RangeError: on purpose");
    expect(read("failed.ipynb")).toContain('"ename": "RangeError"');
  }, 120_000);

  it("jupyter console: results, completion, type errors, an interrupt, a question, and a way out", () => {
    if (!kit.available) return;
    const { status, text } = run("python", path.join(import.meta.dirname, "console.py"), path.join(kit.bin, "jupyter"), "noisebook");
    expect(status, text).toBe(0);
  }, 120_000);
});
