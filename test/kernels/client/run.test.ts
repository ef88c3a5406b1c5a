import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { clear, print, show, steps, update } from "./fixtures/steps.ts";
import { type Finished, until, World } from "./fixtures/world.ts";

/** `noisebook run` as a process, with the fake kernel. */
let world: World;
beforeEach(async () => {
  world = await World.make();
  return () => world.remove();
});

const hello = steps(print("hello\n"));
const runs = path.join(".noisebook", "runs");
const nothingLeft = (): void => {
  expect(world.leftovers()).toEqual([]);
  if (process.platform === "linux") expect(world.kernelProcesses()).toEqual([]);
};

async function expectRun(args: readonly string[], code: number, env?: NodeJS.ProcessEnv): Promise<Finished> {
  const finished = await world.run(["run", ...args], env);
  expect(finished.code, finished.stdout + finished.stderr).toBe(code);
  nothingLeft();
  return finished;
}

describe("noisebook run", () => {
  it("writes an executed copy elsewhere and leaves the source alone", async () => {
    const cells = [{ cell_type: "markdown", source: "# Title" }, steps(show("old", "id"), print("a\nb\n")), steps(update("new", "id"), print("x"), clear(true), print("y"))];
    const source = world.notebook("a.ipynb", cells, "fake-plain", { vendor: { kept: true } });
    const before = readFileSync(source);
    chmodSync(source, 0o640);
    const { stdout } = await expectRun(["a.ipynb"], 0);
    expect(readFileSync(source).equals(before)).toBe(true);
    const { cells: executed, metadata } = world.executed("a.ipynb");
    expect(executed[1]).toMatchObject({ execution_count: 1, outputs: [{ data: { "text/plain": ["new"] } }, { text: ["a\n", "b\n"] }] });
    expect(executed[2]).toMatchObject({ execution_count: 2, outputs: [{ text: ["y"] }] });
    expect(metadata).toMatchObject({ vendor: { kept: true }, language_info: { name: "steps" }, kernelspec: { name: "fake-plain" } });
    expect(statSync(path.join(world.folder, runs, "a.ipynb")).mode & 0o777).toBe(0o640);
    expect(stdout).toContain(path.join(world.folder, runs, "a.ipynb"));
    expect(stdout).toContain("1 notebook: 1 passed · 2 code cells: 2 ok");
    expect(stdout).not.toContain("\u001b");
  });

  it("stops at a failing cell with code 1, and keeps what there is", async () => {
    world.notebook("a.ipynb", [hello, steps(print("so far"), { do: "fail", ename: "Oops", evalue: "it broke" }), { source: hello, outputs: [{ output_type: "stream", name: "stdout", text: "stale" }] }]);
    const { stdout } = await expectRun(["a.ipynb"], 1);
    expect(stdout).toContain("cell 2: Oops: it broke");
    expect(stdout).toContain("3 code cells: 1 ok, 1 failed, 1 not run");
    const { cells } = world.executed("a.ipynb");
    expect(cells[1].outputs).toMatchObject([{ text: ["so far"] }, { output_type: "error", ename: "Oops" }]);
    expect(cells[2]).toMatchObject({ outputs: [], execution_count: null });
  });

  it("takes a failure that only the reply tells of for one", async () => {
    world.notebook("a.ipynb", [steps({ do: "fail", ename: "Oops", evalue: "quietly", silently: true })]);
    await expectRun(["a.ipynb"], 1);
    expect(world.executed("a.ipynb").cells[0].outputs).toMatchObject([{ output_type: "error", ename: "Oops", evalue: "quietly" }]);
    world.notebook("b.ipynb", [steps({ do: "abort" })]);
    await expectRun(["b.ipynb"], 1);
  });

  it("heeds the tags raises-exception and skip-execution, and --allow-errors", async () => {
    const failing = steps({ do: "fail", ename: "Oops", evalue: "" });
    const kept = [{ output_type: "stream", name: "stdout", text: ["kept"] }];
    world.notebook("a.ipynb", [
      { source: failing, metadata: { tags: ["raises-exception"] } },
      { source: steps({ do: "die", code: 1 }), metadata: { tags: ["skip-execution"] }, outputs: kept },
      hello,
    ]);
    const { stdout } = await expectRun(["a.ipynb"], 0);
    expect(stdout).toContain("3 code cells: 1 ok, 1 with errors that may be, 1 skipped");
    expect(world.executed("a.ipynb").cells[1].outputs).toEqual(kept);
    world.notebook("b.ipynb", [failing, hello]);
    await expectRun(["b.ipynb", "--allow-errors"], 0);
    expect(world.executed("b.ipynb").cells.map((cell) => cell.execution_count)).toEqual([1, 2]);
  });

  it("tells of a kernel that dies, at its start or in a cell, or loses its session: code 4", async () => {
    world.notebook("start.ipynb", [hello], "fake-dies-at-start");
    expect((await expectRun(["start.ipynb"], 4)).stdout).toContain("no licence found");
    world.notebook("cell.ipynb", [hello, steps(print("last"), { do: "die", code: 7 }), hello]);
    expect((await expectRun(["cell.ipynb"], 4)).stdout).toContain("cell 2: the kernel exited with code 7; it wrote:\n        dying as told");
    expect(world.executed("cell.ipynb").cells[1].outputs).toMatchObject([{ text: ["last"] }, { ename: "KernelDied" }]);
    world.notebook("session.ipynb", [{ source: steps({ do: "fail", ename: "SessionLost", evalue: "out of memory" }), metadata: { tags: ["raises-exception"] } }]);
    await expectRun(["session.ipynb", "--allow-errors"], 4);
  });

  it("interrupts a cell past --timeout and a notebook past --total-timeout, kills what ignores that: code 3", async () => {
    const waits = steps(print("begun"), { do: "wait", ms: 60_000 });
    world.notebook("a.ipynb", [waits, hello]);
    expect((await expectRun(["a.ipynb", "--timeout", "0.3"], 3)).stdout).toContain("cell 1 timed out: it ran longer than 0.3 s");
    expect(world.executed("a.ipynb").cells[0].outputs).toMatchObject([{ text: ["begun"] }, { ename: "CellTimeout" }]);
    expect((await expectRun(["a.ipynb", "--timeout", "60", "--total-timeout", "6"], 3)).stdout).toContain("the notebook ran longer than 6 s");
    world.notebook("b.ipynb", [waits], "fake-stubborn");
    await expectRun(["b.ipynb", "--timeout", "0.3"], 3);
    world.notebook("c.ipynb", [hello], "fake-silent");
    expect((await expectRun(["c.ipynb", "--start-timeout", "0.5"], 3)).stdout).toContain("did not answer within 0.5 s");
  });

  it("says when output may be truncated", async () => {
    world.notebook("a.ipynb", [steps({ do: "withhold", what: "idle" })]);
    expect((await expectRun(["a.ipynb"], 0)).stdout).toContain("warning: the kernel did not announce the end of its output");
  });

  it("puts late output where it belongs", async () => {
    world.notebook("a.ipynb", [steps(show("x", "id"), { do: "later", ms: 50, type: "stream", content: { name: "stdout", text: "late" } }), steps({ do: "wait", ms: 300 }, update("stray", "id", true))]);
    await expectRun(["a.ipynb"], 0);
    expect(world.executed("a.ipynb").cells.map((cell) => cell.outputs)).toMatchObject([[{ data: { "text/plain": ["stray"] } }, { text: ["late"] }], []]);
  });

  it("records when cells ran only with --record-timing", async () => {
    world.notebook("a.ipynb", [{ source: hello, metadata: { execution: { "iopub.status.busy": "2020-01-01T00:00:00Z" } } }]);
    await expectRun(["a.ipynb"], 0);
    expect(world.executed("a.ipynb").cells[0].metadata).toEqual({});
    await expectRun(["a.ipynb", "--record-timing"], 0);
    const { execution } = world.executed("a.ipynb").cells[0].metadata as { execution: Record<string, string> };
    expect(Object.keys(execution)).toEqual(["iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply"]);
    expect(Date.parse(execution["iopub.status.busy"])).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe("what cannot be run", () => {
  it.each([
    ["damaged", '{"cells": [}', "is not valid JSON: line 1, column 12"],
    ["truncated", '{"nbformat": 4, "cells": [{"cell_type": "co', "is truncated: it breaks off at line 1, column 44"],
    ["empty", "", "is empty"],
    ["not a notebook", "[]", "is JSON, but no notebook"],
    ["newer", '{"nbformat": 9}', "has notebook format 9, newer"],
    ["in another language", '{"nbformat":4,"nbformat_minor":4,"cells":[],"metadata":{"kernelspec":{"name":"ir","language":"R"}}}', 'it wants kernel "ir" (R), which is not installed'],
  ])("a notebook that is %s: code 2, a clear line, the others run", async (_, text, message) => {
    const source = world.write("bad.ipynb", text);
    world.notebook("good.ipynb", [hello]);
    const { stdout } = await expectRun(["bad.ipynb", "good.ipynb"], 2);
    expect(stdout).toContain(message);
    expect(stdout).toContain("2 notebooks: 1 passed, 1 not passed");
    expect(readFileSync(source, "utf8")).toBe(text);
    expect(existsSync(path.join(world.folder, runs, "bad.ipynb"))).toBe(false);
    expect(existsSync(path.join(world.folder, runs, "good.ipynb"))).toBe(true);
  });

  it("arguments that are wrong: code 2 before anything runs", async () => {
    world.notebook("a.ipynb", [hello]);
    mkdirSync(path.join(world.folder, "none"));
    for (const [args, message] of [
      [[], "missing required argument"],
      [["missing.ipynb"], "missing.ipynb cannot be read: it does not exist"],
      [["a.ipynb", "missing.ipynb"], "missing.ipynb cannot be read"],
      [["none"], "none holds no notebook"],
      [["a.ipynb", "--jobs", "0"], "must be a whole number from 1"],
      [["a.ipynb", "--timeout", "soon"], "must be a number of seconds"],
      [["a.ipynb", "--frobnicate"], "unknown option '--frobnicate'"],
      [["a.ipynb", "-p", "novalue"], "write -p name=value"],
      [["a.ipynb", "--report", "xml"], "Allowed choices are json"],
    ] as const) {
      const { stderr } = await expectRun(args, 2);
      expect(stderr).toContain(message);
    }
    expect((await expectRun(["a.ipynb", "--kernel", "nope"], 2)).stdout).toContain('no kernel "nope" is installed; installed are noisebook (typescript)');
    expect((await expectRun(["a.ipynb", "-p", "a=1"], 2)).stdout).toContain("-p cannot set parameters in a notebook in steps");
    expect(existsSync(path.join(world.folder, runs, "a.ipynb"))).toBe(false);
  });
});

describe("the output folder", () => {
  const touch = (): string => steps(print("ran"));

  it("that cannot be written is found before anything runs: code 6", async () => {
    world.notebook("a.ipynb", [touch()]);
    world.write("file", "mine");
    for (const dir of ["file", path.join("file", "below")]) {
      const { stdout, stderr } = await expectRun(["a.ipynb", "-o", dir], 6);
      expect(stderr).toMatch(/^noisebook: output folder .*file.* cannot be written: .*; choose another with --output-dir\n$/);
      expect(stdout).toBe("");
    }
    expect(world.read("file")).toBe("mine");
  });

  it.runIf(existsSync("/proc/self"))("where no folder can be made is told of: code 6", async () => {
    world.notebook("a.ipynb", [touch()]);
    expect((await expectRun(["a.ipynb", "-o", "/proc/noisebook/out"], 6)).stderr).toContain("output folder /proc/noisebook");
  });

  it("on a disk that fills up meanwhile keeps the earlier copy whole: code 6", async (context) => {
    mkdirSync(path.join(world.folder, "small"));
    const onSmallDisk = (...commands: string[]) => spawnSync("unshare", ["-rm", "sh", "-ec", ["mount -t tmpfs -o size=256k none small", ...commands].join("\n")], { cwd: world.folder, env: world.env, encoding: "utf8" });
    if (onSmallDisk("true").status !== 0) context.skip("no small file system can be mounted here");
    world.notebook("a.ipynb", [touch()]);
    world.notebook("big/a.ipynb", [steps({ do: "flood", messages: 60_000 })]);
    const cli = `"${process.execPath}" "${path.join(packageRoot, "dist", "cli.js")}" run -o small`;
    const { stdout, stderr } = onSmallDisk(`${cli} a.ipynb`, "cp small/a.ipynb before", `${cli} big/a.ipynb && exit 99 || echo "code $?"`, "cmp small/a.ipynb before && ls -A small");
    expect(stdout, stderr).toContain("small/a.ipynb cannot be written: no space left on the disk");
    expect(stdout).toMatch(/code 6\n\.noisebook-run\na\.ipynb\n$/);
  });

  it("is never a source's own, by whichever name: code 2", async () => {
    const source = world.notebook("a.ipynb", [touch()]);
    const before = readFileSync(source);
    symlinkSync(world.folder, path.join(world.folder, "link"));
    mkdirSync(path.join(world.folder, "hard"));
    linkSync(source, path.join(world.folder, "hard", "a.ipynb"));
    for (const dir of [".", "link", "hard"]) {
      expect((await expectRun(["a.ipynb", "-o", dir, "--force"], 2)).stderr).toContain("would replace a source");
      expect(readFileSync(source).equals(before)).toBe(true);
    }
  });

  it("keeps files that are not our earlier copies, unless --force", async () => {
    world.notebook("a.ipynb", [touch()]);
    const target = world.write("out/a.ipynb", "precious");
    expect((await expectRun(["a.ipynb", "-o", "out"], 6)).stderr).toContain("is not the copy of an earlier run: move it, choose another --output-dir, or say --force");
    expect(world.read("out/a.ipynb")).toBe("precious");
    await expectRun(["a.ipynb", "-o", "out", "--force"], 0);
    await expectRun(["a.ipynb", "-o", "out"], 0);
    writeFileSync(target, `${world.read("out/a.ipynb")} `);
    await expectRun(["a.ipynb", "-o", "out"], 6);
  });

  it("takes one run a notebook at a time: the second says so, code 6", async () => {
    world.notebook("a.ipynb", [steps({ do: "wait", ms: 1500 }, print("first"))]);
    world.notebook("b.ipynb", [touch()]);
    const first = world.start(["run", "a.ipynb"]);
    await until(() => first.output().includes("1 code cell"), "the first run has begun");
    const second = await world.run(["run", "a.ipynb"]);
    expect(second.code).toBe(6);
    expect(second.stderr).toMatch(new RegExp(`another run \\(process ${first.pid} on .*\\) is writing the executed copy of a.ipynb`));
    expect((await world.run(["run", "b.ipynb"])).code).toBe(0);
    expect((await first.finished).code).toBe(0);
    expect(world.executed("a.ipynb").cells[0].outputs).toMatchObject([{ text: ["first"] }]);
    nothingLeft();
  });

  it("is freed by a run that was killed", async () => {
    world.notebook("a.ipynb", [steps({ do: "wait", ms: 500 }, print("done"))]);
    const killed = world.start(["run", "a.ipynb"]);
    await until(() => killed.output().includes("1 code cell"), "the run has begun");
    killed.kill("SIGKILL");
    await killed.finished;
    expect((await world.run(["run", "a.ipynb"])).code).toBe(0);
    for (const pid of world.kernelProcesses()) process.kill(pid, "SIGKILL");
  });

  it("keeps apart what folders keep apart, and finds notebooks in them", async () => {
    for (const name of ["n/10.ipynb", "n/9.ipynb", "n/deep/a.ipynb", "n/.ipynb_checkpoints/9-checkpoint.ipynb", "n/node_modules/x.ipynb", "m/a.ipynb"]) world.notebook(name, [touch()]);
    const { stdout } = await expectRun(["n"], 0);
    expect(stdout.match(/^✓ \S+/gm)).toEqual(["✓ n/9.ipynb:", "✓ n/10.ipynb:", "✓ n/deep/a.ipynb:"]);
    expect(readdirSync(path.join(world.folder, runs), { recursive: true }).map(String).filter((name) => name.endsWith(".ipynb")).sort()).toEqual(["10.ipynb", "9.ipynb", "deep/a.ipynb"]);
    await expectRun(["m/a.ipynb", "n/deep/a.ipynb", "./m/a.ipynb", "-o", "out"], 0);
    expect(existsSync(path.join(world.folder, "out/m/a.ipynb")) && existsSync(path.join(world.folder, "out/n/deep/a.ipynb"))).toBe(true);
  });
});

describe("several notebooks", () => {
  it.skipIf(process.platform === "win32")("run to their end although nobody reads on", async () => {
    for (const name of ["1.ipynb", "2.ipynb"]) world.notebook(name, [hello, hello]);
    const run = world.start(["run", "1.ipynb", "2.ipynb"]);
    run.closeOutput();
    expect((await run.finished).code).toBe(0);
    expect(world.executed("2.ipynb").cells.map((cell) => cell.execution_count)).toEqual([1, 2]);
    nothingLeft();
  });

  it("run at once with --jobs, and the exit code is the gravest", async () => {
    world.notebook("1.ipynb", [steps({ do: "fail", ename: "E", evalue: "" })]);
    world.notebook("2.ipynb", [steps({ do: "die", code: 1 })]);
    world.notebook("3.ipynb", [hello]);
    world.notebook("4.ipynb", [steps({ do: "wait", ms: 60_000 })]);
    const { stdout } = await expectRun(["1.ipynb", "2.ipynb", "3.ipynb", "4.ipynb", "--jobs", "4", "--timeout", "5"], 4);
    expect(stdout).toContain("4 notebooks: 1 passed, 3 not passed · 4 code cells: 1 ok, 3 failed");
    await expectRun(["1.ipynb", "4.ipynb", "--timeout", "1"], 3);
  });

  it("are reported as JSON, on stdout or in a file", async () => {
    world.notebook("1.ipynb", [steps(print("x"), { do: "fail", ename: "E", evalue: "v" }), hello]);
    world.notebook("2.ipynb", [hello]);
    const { stdout, stderr } = await expectRun(["1.ipynb", "2.ipynb", "--report", "json"], 1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      exitCode: 1,
      totals: { notebooks: 2, passed: 1, notPassed: 1, cells: { code: 3, ran: 2, ok: 1, failed: 1, notRun: 1 } },
      notebooks: [
        { source: "1.ipynb", status: "failed", kernel: "fake-plain", cells: [{ status: "failed", error: { ename: "E", evalue: "v" } }, { status: "not-run" }] },
        { source: "2.ipynb", status: "passed", output: path.join(world.folder, runs, "2.ipynb") },
      ],
    });
    expect(stderr).toContain("2 notebooks: 1 passed, 1 not passed");
    expect((await expectRun(["2.ipynb", "--report-file", "report.json"], 0)).stdout).toContain("1 passed");
    expect(JSON.parse(world.read("report.json"))).toMatchObject({ exitCode: 0 });
    expect((await expectRun(["2.ipynb", "--report-file", "no/such/report.json"], 6)).stderr).toContain("cannot be written");
  });
});

describe("an interrupt", () => {
  it.each([["SIGINT", 130], ["SIGTERM", 143]] as const)("by %s writes what there is, ends the kernels: code %i", async (signal, code) => {
    world.notebook("a.ipynb", [hello, steps(print("begun"), { do: "wait", ms: 60_000 }), hello]);
    world.notebook("b.ipynb", [hello]);
    const run = world.start(["run", "a.ipynb", "b.ipynb", "--jobs", "1"]);
    await until(() => run.output().includes("[cell 1] ok"), "the first cell is done");
    run.kill(signal);
    const { code: ended, stdout } = await run.finished;
    expect(ended, stdout).toBe(code);
    expect(world.executed("a.ipynb").cells.map((cell) => cell.execution_count)).toEqual([1, expect.toBeOneOf([2, null]), null]);
    expect(stdout).toContain("interrupted before it began");
    expect(existsSync(path.join(world.folder, runs, "b.ipynb"))).toBe(false);
    nothingLeft();
  });

  it("the second time ends at once, with nothing left behind", async () => {
    world.notebook("a.ipynb", [steps({ do: "wait", ms: 60_000 })], "fake-stubborn");
    const run = world.start(["run", "a.ipynb"]);
    await until(() => run.output().includes("1 code cell"), "the kernel is up");
    run.kill("SIGINT");
    await until(() => run.output().includes("once more"), "the first is taken");
    run.kill("SIGINT");
    expect((await run.finished).code).toBe(130);
    nothingLeft();
  });
});
