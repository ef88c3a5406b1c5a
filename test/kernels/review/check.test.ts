import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { until, World } from "../client/fixtures/world.ts";

let world: World;
beforeEach(async () => {
  world = await World.make();
  return () => world.remove();
});

interface CellReport {
  readonly index: number;
  readonly verdict: string;
  readonly reason?: string;
  readonly differences: readonly { summary: string }[];
}

interface Report {
  readonly exitCode: number;
  readonly totals: Record<"notebooks" | "cells", Record<string, number>>;
  readonly notebooks: readonly { label: string; verdict: string; message?: string; neverExecuted: boolean; cells: readonly CellReport[] }[];
}

const report = (): Report => JSON.parse(world.read(".noisebook/check/report.json")) as Report;
const page = (): string => world.read(".noisebook/check/report.html");
const verdicts = (index = 0): string[] => report().notebooks[index].cells.map(({ verdict }) => verdict);

const text = (value: string): object => ({ output_type: "execute_result", data: { "text/plain": value }, metadata: {}, execution_count: 1 });
const cell = (source: string, outputs: readonly object[], metadata: object = {}): Record<string, unknown> => ({ source, outputs, metadata, execution_count: 1 });
const notebook = (name: string, cells: readonly (string | Record<string, unknown>)[], metadata: Record<string, unknown> = {}): string =>
  world.notebook(name, cells, "noisebook", metadata);

function addsUp(counts: Record<string, number>): void {
  const { total, ...parts } = counts;
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
}

describe("noisebook check", () => {
  it("finds that outputs agree, and leaves the source alone", async () => {
    const file = notebook("a.ipynb", [cell("0.1 + 0.2", [text("0.3")]), cell('"quiet";\nconst x = 1;', [])]);
    const before = readFileSync(file);
    const { code, stdout } = await world.run(["check", "a.ipynb"]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("2 code cells: 2 agree") as string });
    expect(stdout).toContain(`report: ${path.join(world.folder, ".noisebook", "check", "report.html")}`);
    expect(readFileSync(file)).toEqual(before);
    expect(existsSync(path.join(world.folder, ".noisebook/check/a.ipynb"))).toBe(true);
    expect(page()).toContain("The outputs agree with the committed ones");
  });

  it("goes red where an output differs, and says which cell and by how much", async () => {
    notebook("a.ipynb", [cell("0.5", [text("0.5")]), cell("0.25 * 3", [text("0.76")]), cell("[1, 2]", [])]);
    const { code, stdout } = await world.run(["check", "a.ipynb"]);
    expect(code).toBe(5);
    expect(stdout).toContain("a.ipynb, cell 2: differ");
    expect(stdout).toContain("text/plain: line 1: 0.76 became 0.75 (relative 0.013, allowed 1e-9)");
    expect(stdout).toContain("new: it was not there before");
    expect(verdicts()).toEqual(["agree", "differ", "differ"]);
    expect(page()).toContain("2 cells differ");
  });

  it("counts every cell once: those that agree, differ, fail, do not run, are volatile, cannot be compared here", async () => {
    notebook("a.ipynb", [
      cell("1", [text("1")]),
      cell("2", [text("3")]),
      cell("Math.random()", [text("0.5")], { tags: ["volatile"] }),
      cell("throw new Error('never run')", [text("1")], { tags: ["needs:tensorflow"] }),
      cell("throw new Error('never run')", [text("1")], { tags: ["skip-execution"] }),
      cell("throw new RangeError('wrong')", []),
      cell("4", [text("4")]),
    ]);
    notebook("b.ipynb", [cell("1", [text("1")])]);
    const { code, stdout } = await world.run(["check", "a.ipynb", "b.ipynb", "--jobs", "1"], { NOISEBOOK_BACKEND: "wasm" });
    expect(code).toBe(1);
    expect(verdicts()).toEqual(["agree", "differ", "volatile", "not-comparable", "not-run", "failed", "not-run"]);
    expect(report().totals.cells).toEqual({ total: 8, agree: 2, differ: 1, failed: 1, "not-run": 2, volatile: 1, "not-comparable": 1 });
    expect(report().totals.notebooks).toMatchObject({ total: 2, agree: 1, failed: 1 });
    Object.values(report().totals).forEach(addsUp);
    expect(stdout).toContain("2 notebooks: 1 agree + 1 failed");
    expect(report().notebooks[0].cells[3].reason).toBe("it needs tensorflow, which is not here");
    const copy = JSON.parse(world.read(".noisebook/check/a.ipynb")) as { cells: { metadata: { tags?: string[] }; outputs: unknown[] }[] };
    expect(copy.cells[3]).toMatchObject({ metadata: { tags: ["needs:tensorflow"] }, outputs: [{ output_type: "execute_result" }] });
  });

  it("takes tolerances from the notebook, and from the cell before that", async () => {
    const tolerance = (value: object): Record<string, unknown> => ({ noisebook: { tolerance: value } });
    notebook("a.ipynb", [cell("0.5", [text("0.504")]), cell("0.5", [text("0.504")], tolerance({ relative: 1e-6 })), cell("5", [text("6")])], tolerance({ relative: 0.01 }));
    expect((await world.run(["check", "a.ipynb"])).code).toBe(5);
    expect(verdicts()).toEqual(["agree", "differ", "differ"]);
    notebook("b.ipynb", [cell("0.5", [text("0.5")], tolerance({ relativ: 0.1 }))]);
    const wrong = await world.run(["check", "b.ipynb"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toContain('cell 1: metadata.noisebook.tolerance has an unknown member "relativ": it may have relative, absolute, pixels');
  });

  it("says that a notebook was never executed, also one whose cells say nothing", async () => {
    notebook("a.ipynb", ["const x = 1;"]);
    const { code, stdout } = await world.run(["check", "a.ipynb"]);
    expect(code).toBe(5);
    expect(stdout).toContain("a.ipynb: never executed");
    expect(report().notebooks[0]).toMatchObject({ neverExecuted: true, verdict: "differ" });
  });

  it("lets cells fail that are to, and holds them to their error", async () => {
    const error = (evalue: string): object => ({ output_type: "error", ename: "RangeError", evalue, traceback: ["elsewhere"] });
    const raises = { tags: ["raises-exception"] };
    const source = "throw new RangeError('t = 5');";
    notebook("a.ipynb", [cell(source, [error("t = 5")], raises), cell(source, [error("t = 7")], raises)]);
    expect((await world.run(["check", "a.ipynb"])).code).toBe(5);
    expect(verdicts()).toEqual(["agree", "differ"]);
  });

  it("shows outputs without ever running them", async () => {
    const html = '<img src=x onerror="alert(1)"><script>alert(2)</script></iframe></pre>';
    const bundle = { "text/html": html, "text/plain": "</pre><script>alert(3)</script>\u202eabc" };
    notebook("<b>.ipynb", [cell("({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>1</b>', 'text/plain': '1' }) }) // <script>", [{ output_type: "execute_result", data: bundle, metadata: {}, execution_count: 1 }])]);
    expect((await world.run(["check", "<b>.ipynb"])).code).toBe(5);
    const written = page();
    expect(written).not.toMatch(/<script/i);
    expect(written).not.toMatch(/<img src=x/i);
    expect(written).not.toContain("<b>.ipynb");
    expect(written).not.toContain("\u202e");
    expect(written).toContain('<iframe sandbox=""');
    expect(written).toContain("default-src 'none'");
    expect(written.match(/(?:src|href)="(?!data:|#)[^"]*"/g)).toBeNull();
  });

  it("prints a report for machines alone on stdout", async () => {
    notebook("a.ipynb", [cell("1", [text("1")])]);
    const { code, stdout, stderr } = await world.run(["check", "--report", "json", "a.ipynb"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(report());
    expect(stderr).toContain("1 code cell: 1 agree");
    await world.run(["check", "--report-file", "r.json", "-o", "elsewhere", "a.ipynb"]);
    expect(JSON.parse(world.read("r.json"))).toEqual(JSON.parse(world.read("elsewhere/report.json")));
  });

  it("tells what it could not check, and checks the others", async () => {
    world.write("broken.ipynb", "{");
    notebook("a.ipynb", [cell("1", [text("2")])]);
    world.notebook("unknown.ipynb", ["1"], "no-such-kernel");
    const { code } = await world.run(["check", "broken.ipynb", "a.ipynb", "unknown.ipynb"]);
    expect(code).toBe(2);
    expect(report().notebooks.map(({ verdict }) => verdict)).toEqual(["not-run", "differ", "not-run"]);
    expect((await world.run(["check", "nowhere"])).code).toBe(2);
  });

  it("times out, loses a kernel and is interrupted as the runner is", async () => {
    notebook("slow.ipynb", [cell("while (true);", []), cell("1", [text("1")])]);
    expect((await world.run(["check", "--timeout", "0.5", "slow.ipynb"])).code).toBe(3);
    expect(verdicts()).toEqual(["failed", "not-run"]);
    notebook("exit.ipynb", [cell("process.exit(3)", [])]);
    expect((await world.run(["check", "exit.ipynb"])).code).toBe(4);
    const running = world.start(["check", "slow.ipynb", "exit.ipynb", "--jobs", "1"]);
    await until(() => running.output().includes("code cells"), "the kernel is up");
    running.kill("SIGINT");
    expect((await running.finished).code).toBe(130);
    expect(report().notebooks.map(({ verdict }) => verdict)).toEqual(["failed", "not-run"]);
  });

  it.runIf(process.platform === "linux")("does not compare what the kernel says of types that could not be checked here", async () => {
    // Stops the kernel's TypeScript, whose parent is ours, in a cell that declares no type that needs it.
    const stop = `import { readdirSync, readFileSync } from "node:fs";
      const stat = (pid: string) => readFileSync(\`/proc/\${pid}/stat\`, "utf8").split(") ").at(-1)!.split(" ");
      const siblings = readdirSync("/proc").filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid);
      const compilers = siblings.filter((pid) => { try { return stat(pid)[1] === String(process.ppid) && readFileSync(\`/proc/\${pid}/cmdline\`, "utf8").includes("--api"); } catch { return false; } });
      for (const pid of compilers) process.kill(Number(pid), "SIGSTOP");
      const running = (pid: string) => readdirSync(\`/proc/\${pid}/task\`).some((thread) => !/\\) T /.test(readFileSync(\`/proc/\${pid}/task/\${thread}/stat\`, "utf8")));
      while (compilers.some(running)) await new Promise((resolve) => setTimeout(resolve, 5));
      compilers.length`;
    notebook("a.ipynb", [cell(stop, [text("1")]), cell("const n: number = 2;\nn", [text("2")])]);
    const { code, stdout } = await world.run(["check", "a.ipynb"]);
    expect(code, stdout).toBe(0);
    expect(JSON.stringify(JSON.parse(world.read(".noisebook/check/a.ipynb")))).toContain("types are not checked: TypeScript did not answer within 5 s");
  });

  it("says so when the report cannot be written", async () => {
    notebook("a.ipynb", [cell("1", [text("1")])]);
    world.write(".noisebook/check/report.html/in the way", "");
    const { code, stdout, stderr } = await world.run(["check", "a.ipynb"]);
    expect(code).toBe(6);
    expect(stdout).toContain("1 code cell: 1 agree");
    expect(stderr).toContain("report.html cannot be written: it is a folder");
  });
});
