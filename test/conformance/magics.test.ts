import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, JupyterClient, jupyterOrSkip, resultText, streamText, temporaryFolder } from "./jupyter.ts";

const jupyter = await jupyterOrSkip("magics under jupyter_client");

const duration = String.raw`\d+(?:\.\d+)? (?:ns|µs|ms|s)`;
const timing = new RegExp(`^wall ${duration}, CPU ${duration} \\(user ${duration}, system ${duration}\\)\n$`);

describe.skipIf(!jupyter)("magics under jupyter_client", () => {
  const temporary = temporaryFolder();
  let client: JupyterClient;
  const run = (code: string): Promise<Answer> => client.execute(code);
  const output = async (code: string): Promise<string> => streamText(await run(code));

  beforeAll(() => {
    if (jupyter) client = new JupyterClient(jupyter, temporary.folder);
  });
  afterAll(async () => {
    await client.close();
    temporary.remove();
  });

  describe("timing", () => {
    it("%time tells how long a statement took, and keeps its value and names", async () => {
      const value = await run("%time 6 * 7");
      expect(resultText(value)).toBe("42");
      expect(streamText(value)).toMatch(timing);
      const slept = await output("%time const slept = await new Promise<number>((resolve) => setTimeout(() => resolve(3), 60));");
      expect(slept).toMatch(timing);
      expect(Number(/^wall (\d+)(?:\.\d+)? ms/.exec(slept)?.[1])).toBeGreaterThanOrEqual(59);
      expect(resultText(await run("slept + 1"))).toBe("4");
    });

    it("%%time does so for a cell, also for one that fails", async () => {
      const value = await run("%%time\nlet product = 1;\nfor (const n of [2, 3, 7]) product *= n;\nproduct");
      expect(resultText(value)).toBe("42");
      expect(streamText(value)).toMatch(timing);
      const failed = await run("%%time\nthrow new Error('late');");
      expect(streamText(failed)).toMatch(timing);
      expect(failed.reply.traceback?.join("\n")).toContain(`cell[${failed.reply.execution_count}]:2:7`);
      expect(await output("'next'")).toBe("");
    });

    it("%timeit counts loops and runs; its names are its own", async () => {
      expect(await output("let calls = 0;\n%timeit -n 5 -r 3 calls++")).toMatch(/ per loop \(mean ± standard deviation of 3 runs, 5 loops each\), best /);
      expect(resultText(await run("calls"))).toBe("15");
      const cell = await output("%%timeit -n 2 -r 2\nconst own = calls++;\nawait null;\nown + 1;");
      expect(cell).toMatch(/of 2 runs, 2 loops each/);
      expect(resultText(await run("calls"))).toBe("19");
      expect((await run("own")).reply.evalue).toContain("TS2304");
      expect(await output("%timeit -n 1 -r 1 Promise.resolve(1)")).toContain("is a Promise: %timeit await … times its work");
    });

    it("%timeit chooses the loops by itself", async () => {
      const text = await output("%timeit -r 2 await new Promise((resolve) => setTimeout(resolve, 30))");
      expect(text).toMatch(/^\d+(?:\.\d)? ms ± .* of 2 runs, (?:1|2|5|10) loops? each\), best \d+(?:\.\d)? ms\n$/);
    });

    it("checks what it times, at its place", async () => {
      const { reply } = await run("%timeit const wrong: number = 'text'");
      expect(reply.traceback?.[0]).toMatch(/:1:15 - error TS2322/);
    });
  });

  describe("the shell", () => {
    it("puts out in order with the cell's own output", async () => {
      const answer = await run("!echo one; echo two >&2\nconsole.log('three');\n!printf four");
      expect(streamText(answer)).toBe("one\nthree\nfour");
      expect(streamText(answer, "stderr")).toBe("two\n");
    });

    it("delivers a flood complete", async () => {
      expect(await output("!seq 1 50000")).toBe(Array.from({ length: 50_000 }, (_, i) => `${i + 1}\n`).join(""));
    });

    it("fails the cell where the command fails, and says where", async () => {
      const { reply } = await run("console.log('before');\n!sh -c 'exit 3'\nconsole.log('after');");
      expect(reply).toMatchObject({ status: "error", ename: "CommandError", evalue: `"sh -c 'exit 3'" ended with exit code 3` });
      expect(reply.traceback).toContain("> 2 | !sh -c 'exit 3'");
      expect(reply.traceback?.join("\n")).toContain(`cell[${reply.execution_count}]:2:1`);
      expect((await run("!kill -9 $$")).reply.evalue).toBe('"kill -9 $$" was ended by SIGKILL');
      expect((await run("!no_such_command_here")).reply.evalue).toContain("if it is meant as TypeScript, write (!no_such_command_here)");
    });

    it("leaves expressions alone", async () => {
      await run("const ready = false; function check() { return true; }");
      expect(resultText(await run("!ready"))).toBe("true");
      expect(resultText(await run("!ready && check()"))).toBe("true");
      expect(resultText(await run("const here = 0;\n!here"))).toBe("true");
      expect(resultText(await run("!check()"))).toBe("false");
      expect(resultText(await run("const rest = 17\n% 5;\nrest"))).toBe("2");
    });

    it.each([
      ["a command", "!sleep 77"],
      ["a pipeline", "!sh -c 'sleep 77; echo no' | cat"],
      ["a command that will not", "!trap '' INT; sleep 77"],
    ])("is interrupted: %s", async (_, code) => {
      const { reply } = await client.interrupt(code, "message");
      expect(reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
      const left = "import { execSync } from 'node:child_process';\nimport { setTimeout as pause } from 'node:timers/promises';\n" +
        "const family = () => { try { return execSync('ps -o args= -g ' + process.pid, { encoding: 'utf8' }).split('\\n').filter((line) => /sleep 77/.test(line) && !/ps -o/.test(line)).length; } catch { return 0; } };\n" +
        "let waited = 0; while (family() > 0 && waited++ < 40) await pause(100);\nfamily()";
      expect(resultText(await run(left))).toBe("0");
    });
  });

  describe("checks", () => {
    it("are stopped, told or left out by %check, from its cell on", async () => {
      expect((await run("const bad1: number = 'x';")).reply.evalue).toContain("TS2322");
      const told = await run("%check warn\nconst bad2: number = 'x'; bad2");
      expect(resultText(told)).toBe("'x'");
      expect(streamText(told, "stderr")).toMatch(/:2:7 - error TS2322/);
      expect(streamText(await run("const bad3: number = 'x';"), "stderr")).toContain("TS2322");
      const off = await run("%check off\nconst bad4: number = 'x'; bad4");
      expect([resultText(off), streamText(off, "stderr")]).toEqual(["'x'", ""]);
      expect(await output("%check")).toBe("types are checked: off\n");
      expect((await run("%check strict\nconst bad5: number = 'x';")).reply.evalue).toContain("TS2322");
    });

    it("are left out of one cell by %%check off, whose names later cells know", async () => {
      expect(resultText(await run("%%check off\nconst loose: number = 'x' as any as number; const odd: number = 'y';\nodd"))).toBe("'y'");
      expect((await run("const bad6: string = loose;")).reply.evalue).toContain("TS2322");
    });
  });

  describe("the environment", () => {
    it("%env lists, gets and sets, for commands too", async () => {
      expect(await output("%env GREETING=good morning\n!echo $GREETING\n%env GREETING")).toBe("good morning\ngood morning\n");
      expect(await output("%env")).toContain("GREETING=good morning\n");
      expect((await run("%env NO_SUCH_NAME")).reply.evalue).toContain("%env NO_SUCH_NAME=value sets it");
    });

    it("%cd and %pwd move and tell", async () => {
      expect(await output("%cd ..\n!pwd")).toBe(`${path.dirname(temporary.folder)}\n`.repeat(2));
      expect(await output(`%cd "${temporary.folder}"`)).toBe(`${temporary.folder}\n`);
    });
  });

  describe("names", () => {
    it("%whos tells types and values, %reset forgets all", async () => {
      expect(resultText(await run("%reset -f\nconst n = 5; let xs = new Float64Array(300); const f = (x: number) => 2 * x; import fs from 'node:fs';\nn"))).toBe("5");
      expect(await output("let more = 1;\n%who")).toBe("n  xs  f  fs  more\n");
      const { seen } = await run("%whos");
      const { data } = seen.find(({ type }) => type === "display_data")!.content;
      const lines = String(data?.["text/plain"]).split("\n").map((line) => line.trim().split(/ {2,}/));
      expect(lines[0]).toEqual(["name", "type", "value"]);
      expect(lines[2]).toEqual(["n", "5", "5"]);
      expect(lines[3][1]).toMatch(/^Float64Array/);
      expect(lines[3][2]).toBe("Float64Array(300) [ 0, 0, 0, 0, 0, 0, … 0, 0, 0 ]");
      expect(lines[4]).toEqual(["f", "(x: number) => number", "function f(x)"]);
      expect(data?.["text/html"]).toContain("<table>");
      expect(await output("%reset\n%who")).toBe("no names are declared\n");
      expect((await run("n")).reply.evalue).toContain("TS2304");
      expect(resultText(await run("%%check off\ntypeof n"))).toBe("'undefined'");
    });
  });

  it("refuses a magic that does not exist, with those it may have been", async () => {
    const { reply } = await run("1;\n%tiem f()");
    expect(reply).toMatchObject({ ename: "SyntaxError", evalue: 'there is no magic "%tiem"; near it: %time. %lsmagic lists all' });
    expect(reply.traceback).toContain("> 2 | %tiem f()");
    expect(await output("%lsmagic")).toMatch(/^%cd \[folder\] [^]*%timeit \[-n loops\] \[-r runs\] statement [^]*!command /);
  });

  it("keeps the places of errors in cells with magics", async () => {
    const type = await run("!true\n%time 1\nconst wrong: string = 5;");
    expect(type.reply.traceback?.[0]).toMatch(/\]:3:7 - error TS2322/);
    const thrown = await run("!true\n%time 1;\n  throw new Error('here');");
    expect(thrown.reply.traceback).toContain("> 3 |   throw new Error('here');");
    const syntax = await run("%time 1\nconst = 2;");
    expect(syntax.reply.traceback?.join("\n")).toContain(`cell[${syntax.reply.execution_count}]:2:7`);
  });

  it("completes and inspects magics, and TypeScript beside them", async () => {
    await run("const completable = 1;");
    const names = async (code: string): Promise<unknown> => (await client.request("complete", code)).reply;
    expect(await names("%timei")).toMatchObject({ matches: ["%timeit", "%%timeit"], cursor_start: 0, cursor_end: 6 });
    expect(await names("%time complet")).toMatchObject({ matches: ["completable"], cursor_start: 6, cursor_end: 13 });
    expect(await names("!ls\ncomplet")).toMatchObject({ matches: ["completable"], cursor_start: 4, cursor_end: 11 });
    expect((await client.request("inspect", "%time 1", 3)).reply).toMatchObject({ found: true });
    expect((await client.request("is_complete", "%%timeit")).reply.status).toBe("incomplete");
    expect((await client.request("is_complete", "%time f(")).reply).toMatchObject({ status: "incomplete", indent: "  " });
    expect((await client.request("is_complete", "!ls -l")).reply.status).toBe("complete");
  });

  it("shows a progress bar in one place, updated while a synchronous loop runs", async () => {
    const { seen } = await run(
      'import { progress } from "noisebook";\nlet sum = 0;\nfor (const n of progress([1, 2, 3, 4], { label: "steps" })) { sum += n; const end = performance.now() + 120; while (performance.now() < end); }\nsum',
    );
    const shown = seen.filter(({ type }) => type.endsWith("display_data"));
    expect(shown.map(({ type }) => type)).toEqual(["display_data", ...Array<string>(4).fill("update_display_data")]);
    expect(new Set(shown.map(({ content }) => JSON.stringify(content.transient))).size).toBe(1);
    expect(shown[2].content.data?.["text/plain"]).toMatch(/^steps █{12}░{12} 2\/4 · \d+\.\d+\/s · \d+ s left$/);
    expect(shown.at(-1)?.content.data?.["text/plain"]).toBe(`steps ${"█".repeat(24)} 4/4`);
  });

  it("does not show what display gives back, awaited or not", async () => {
    const outputs = async (code: string): Promise<string[]> => (await run(code)).seen.map(({ type }) => type).filter((type) => /display_data|execute_result/.test(type));
    expect(await outputs("display(1)")).toEqual(["display_data"]);
    expect(await outputs("await display(1)")).toEqual(["display_data"]);
    expect(await outputs('display(1, { id: "one" }); display(2, { id: "one", update: true })')).toEqual(["display_data", "update_display_data"]);
  });

  it("shows tables and tensors to a client", async () => {
    const rows = await run("[{ name: 'a', n: 1 }, { name: 'b', n: 2 }]");
    expect(rows.seen.find(({ type }) => type === "execute_result")?.content.data).toMatchObject({ "text/plain": "name  n\n────  ─\na     1\nb     2", "text/html": expect.stringContaining("<table>") as string });
    await run('import * as tf from "@tensorflow/tfjs";');
    expect(resultText(await run("tf.tensor2d([[1, 2], [3, 4]])"))).toBe("Tensor float32 [2, 2]\n[[1, 2],\n [3, 4]]");
    expect(resultText(await run("({ loss: tf.scalar(1) })"))).toBe("{ loss: Tensor float32 [] }");
  });
});
