import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DebugClient, values } from "./debugging.ts";
import { type JupyterClient, resultText, streamText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";
import { alive, descendants, until } from "./processes.ts";

const helper = `// A helper of two functions.
export interface Point { x: number; y: number }

export function norm(p: Point): number {
  const squares: number = p.x * p.x + p.y * p.y;
  return Math.sqrt(squares);
}
`;

onKernel("the debugger under jupyter_client", (kernel) => {
  let client: JupyterClient;
  let debug: DebugClient;

  beforeEach(async () => {
    client = kernel().client;
    debug = new DebugClient(client);
    await debug.attach();
  });
  afterEach(async () => {
    await debug.ask("disconnect");
  });

  it("says so, and how cells are named", async () => {
    expect((await client.request("kernel_info")).reply.supported_features).toEqual(["debugger"]);
    const info = await debug.ask("debugInfo");
    expect(info).toMatchObject({ isStarted: true, hashMethod: "Murmur2", breakpoints: [], stoppedThreads: [] });
    expect(await debug.dump("1 + 1")).toMatch(new RegExp(`^${String(info.tmpFilePrefix)}\\d+\\.ts$`));
  });

  it("stops in a cell at a breakpoint set before the cell existed, and steps through its lines", async () => {
    const code = "// a comment\nconst x: number = 1;\ninterface A { a: number }\nfunction f(a: number): number {\n  const y: number = a * 2;\n\n  return y + x;\n}\nconst z = f(20);\nconst w = z + 1;\nconsole.log(w);";
    const source = await debug.dump(code);
    expect(await debug.breakAt(source, 5, 10)).toMatchObject([
      { verified: true, line: 5 },
      { verified: true, line: 10 },
    ]);
    const finish = await debug.start(code);
    const { reason, stack, at } = await debug.stopped();
    expect(reason).toBe("breakpoint");
    expect(at).toEqual(["f:5", expect.stringMatching(/^cell\[\d+\]:9$/)]);
    expect(stack.map((frame) => frame.source.path)).toEqual([source, source]);
    expect((await debug.ask("debugInfo")).stoppedThreads).toEqual([1]);
    expect((await debug.step("next"))[0]).toBe("f:7");
    expect(values((await debug.scopes()).Locals)).toMatchObject({ a: "20", y: "40" });
    expect(await debug.evaluate("a * 100 + x as number", 1)).toBe("2001");
    expect(await debug.step("next")).toEqual([expect.stringMatching(/^cell\[\d+\]:10$/)]);
    expect(await debug.step("next")).toEqual([expect.stringMatching(/^cell\[\d+\]:11$/)]);
    expect(values((await debug.scopes()).Globals)).toMatchObject({ x: "1", z: "41", w: "42", f: "ƒ f(a)" });
    await debug.continue();
    expect(await debug.event("continued")).toMatchObject({ threadId: 1 });
    expect(streamText(await finish())).toBe("42\n");
  });

  it("stops in an earlier cell's function that a later cell calls, whose breakpoint outlives a second run of the cell", async () => {
    const code = "function twice(n: number): number {\n  return 2 * n;\n}";
    await client.execute(code);
    await debug.breakAt(await debug.dump(code), 2);
    for (const argument of [3, 4]) {
      const finish = await debug.start(`twice(${argument})`);
      expect((await debug.stopped()).at).toEqual(["twice:2", expect.stringMatching(/^cell\[\d+\]:1$/)]);
      await debug.continue();
      expect(resultText(await finish())).toBe(String(2 * argument));
      await client.execute(code);
    }
  });

  it("stops in imported TypeScript, before it is loaded and after it was edited", async () => {
    const file = path.join(kernel().folder, "helper.ts");
    writeFileSync(file, helper);
    await debug.breakAt(file, 5);
    const code = 'import { norm } from "./helper.ts";\nnorm({ x: 3, y: 4 })';
    for (const shift of [0, 2]) {
      if (shift > 0) {
        writeFileSync(file, `export interface Other { a: number }\n// two lines more\n${helper}`);
        await debug.breakAt(file, 5 + shift);
      }
      const finish = await debug.start(code);
      const { at, stack } = await debug.stopped();
      expect(at).toEqual([`norm:${5 + shift}`, expect.stringMatching(/^cell\[\d+\]:2$/)]);
      expect(stack[0].source).toEqual({ name: "helper.ts", path: file });
      expect(values((await debug.scopes()).Locals)).toMatchObject({ p: "{ x: 3, y: 4 }" });
      expect((await debug.step("next"))[0]).toBe(`norm:${6 + shift}`);
      expect(await debug.evaluate("squares", 1)).toBe("25");
      expect((await debug.ask<{ modules: unknown[] }>("modules")).modules).toContainEqual(expect.objectContaining({ name: "helper.ts", path: file }));
      await debug.continue();
      expect(resultText(await finish())).toBe("5");
    }
    expect((await debug.ask("source", { source: { path: file } })).content).toBe(readFileSync(file, "utf8"));
  });

  it("steps into functions of files and callbacks, past Node's own code, over an await, and out again", async () => {
    writeFileSync(path.join(kernel().folder, "inner.ts"), helper.replace("norm", "length"));
    const code = 'import { length } from "./inner.ts";\nconst side: number = length({ x: 3, y: 4 });\nconsole.log(side);\nconst all = [2, 1].map((n) => n + side);\nawait new Promise((resolve) => setTimeout(resolve, 5));\nall;';
    await debug.breakAt(await debug.dump(code), 2);
    const finish = await debug.start(code);
    await debug.stopped();
    const cell = (line: number): unknown => expect.stringMatching(new RegExp(`^cell\\[\\d+\\]:${line}$`));
    expect(await debug.step("stepIn")).toEqual(["length:5", cell(2)]);
    expect(await debug.step("stepOut")).toEqual([cell(3)]);
    expect(await debug.step("stepIn")).toEqual([cell(4)]);
    expect(await debug.step("stepIn")).toEqual([expect.stringMatching(/:4$/), cell(4)]);
    expect(await debug.step("stepOut")).toEqual([cell(5)]);
    expect(await debug.step("next")).toEqual([cell(6)]);
    await debug.continue();
    expect(resultText(await finish())).toBe("[ 7, 6 ]");
  });

  it("shows values of all kinds, without calling getters, lists in pages, and sets variables", async () => {
    const code = `class Secret { #inner = 1; constructor(public x: number) {} }
function outer(k: number) {
  let hits = 0;
  return (list: number[]) => {
    hits += k;
    const text: string = "it's";
    const o = { a: 1, get g(): number { throw new Error("called"); } };
    const map = new Map<string, number>([["one", 1]]), secret = new Secret(7), wide = new Float32Array(5000);
    debugger;
    return text + hits;
  };
}
outer(3)([1, 2])`;
    const finish = await debug.start(code);
    expect((await debug.stopped()).at[0]).toBe("(anonymous):9");
    const { Locals: locals, ["Closure (outer)"]: closure } = await debug.scopes();
    expect(values(locals)).toMatchObject({ list: "Array(2) [1, 2]", text: "'it\\'s'", o: "{ a: 1, g: (getter) }", map: "Map(1) { 'one' => 1 }", secret: "Secret { #inner: 1, x: 7 }" });
    expect(locals.secret.type).toBe("Secret");
    expect(values(closure)).toEqual({ k: "3", hits: "3" });
    expect(await debug.children(locals.o.variablesReference)).toMatchObject([{ name: "a", value: "1" }, { name: "g", value: "(getter)" }]);
    expect(await debug.children(locals.map.variablesReference)).toMatchObject([{ name: '"one"', value: "1" }]);
    expect(await debug.children(locals.wide.variablesReference)).toHaveLength(5);
    expect((await debug.children(locals.wide.variablesReference, { start: 4990, count: 20 })).map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, n) => String(4990 + n)));
    const { scopes } = await debug.ask<{ scopes: { name: string; variablesReference: number }[] }>("scopes", { frameId: 1 });
    const inScope = (name: string): number => scopes.find((each) => each.name === name)?.variablesReference ?? 0;
    await debug.ask("setVariable", { variablesReference: inScope("Locals"), name: "text", value: "'set' as string" });
    await debug.ask("setVariable", { variablesReference: inScope("Closure (outer)"), name: "hits", value: "100" });
    expect(await debug.ask("richInspectVariables", { variableName: "list", frameId: 1 })).toMatchObject({ data: { "text/plain": "[ 1, 2 ]" } });
    await debug.ask("copyToGlobals", { srcVariableName: "list", dstVariableName: "copied", srcFrameId: 1 });
    await expect(debug.evaluate("missing", 1)).rejects.toThrow("ReferenceError: missing is not defined");
    await expect(debug.evaluate("1 +", 1)).rejects.toThrow("SyntaxError");
    await debug.continue();
    expect(resultText(await finish())).toBe("'set100'");
    expect(resultText(await client.execute("copied"))).toBe("[ 1, 2 ]");
    expect((await debug.ask<{ variables: { name: string }[] }>("inspectVariables")).variables.map(({ name }) => name)).toEqual(expect.arrayContaining(["Secret", "outer", "copied"]));
  });

  it("takes conditions and log messages, and settles at a line that runs", async () => {
    const code = "for (let i: number = 0; i < 3; i++) {\n  // nothing here\n  console.log(`i=${i}`);\n}";
    const source = await debug.dump(code);
    expect(await debug.breakAt(source, { line: 2, condition: "(i as number) === 1" })).toMatchObject([{ verified: true, line: 3 }]);
    const stopped = await debug.start(code);
    await debug.stopped();
    expect(await debug.evaluate("i", 1)).toBe("1");
    await debug.continue();
    await stopped();
    await debug.breakAt(source, { line: 3, logMessage: "now {i + 1}" });
    expect(streamText(await (await debug.start(code))())).toBe("now 1\ni=0\nnow 2\ni=1\nnow 3\ni=2\n");
  });

  it.each([
    ["a busy loop", "let turns = 0;\nfor (;;) {\n  turns++;\n}"],
    ["a loop of awaits", "for (;;) {\n  await null;\n}"],
    ["a loop of sleeps", "for (;;) {\n  await new Promise((resolve) => setTimeout(resolve, 5));\n}"],
  ])("pauses %s, and an interrupt ends what is paused", async (_, code) => {
    const finish = await debug.start(code);
    await sleep(300);
    await debug.ask("pause");
    const { reason, at } = await debug.stopped();
    expect(reason).toBe("pause");
    expect(at.at(-1)).toMatch(/^cell\[\d+\]:[23]$/);
    await client.signal("message");
    expect((await finish()).reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    expect(await debug.event("continued")).toBeDefined();
    expect(resultText(await client.execute("6 * 7"))).toBe("42");
  });

  it("stops before the next cell when paused between cells", async () => {
    await debug.ask("pause");
    const finish = await debug.start("const first = 1;\nfirst + 1");
    expect((await debug.stopped()).at).toEqual([expect.stringMatching(/^cell\[\d+\]:1$/)]);
    await debug.continue();
    expect(resultText(await finish())).toBe("2");
  });

  it("stops at uncaught exceptions, or at all, where the client asks for it", async () => {
    const caught = "try {\n  throw new RangeError('caught');\n} catch {}";
    const uncaught = "function fail(): never {\n  throw new TypeError('uncaught');\n}\nfail();";
    expect((await client.execute(uncaught)).reply.ename).toBe("TypeError");
    await debug.ask("setExceptionBreakpoints", { filters: ["uncaught"] });
    expect((await client.execute(caught)).reply.status).toBe("ok");
    const finish = await debug.start(uncaught);
    expect(await debug.stopped()).toMatchObject({ reason: "exception", text: "TypeError: uncaught", at: ["fail:2", expect.stringMatching(/:4$/)] });
    expect(await debug.ask("exceptionInfo")).toMatchObject({ exceptionId: "TypeError" });
    await debug.continue();
    expect((await finish()).reply).toMatchObject({ status: "error", evalue: "uncaught" });
    const caughtLater = "const failing = async (): Promise<void> => {\n  await null;\n  throw new Error('handled');\n};\nawait null;\ntry {\n  JSON.parse('no JSON');\n} catch {}\nawait failing().catch(() => {});";
    expect((await client.execute(caughtLater)).reply.status).toBe("ok");
    const afterAwait = await debug.start("await null;\nfail();");
    expect((await debug.stopped()).at).toEqual(["fail:2", expect.stringMatching(/:2$/)]);
    await debug.continue();
    expect((await afterAwait()).reply.evalue).toBe("uncaught");
    await debug.ask("setExceptionBreakpoints", { filters: ["raised"] });
    const second = await debug.start(caught);
    expect((await debug.stopped()).at).toEqual([expect.stringMatching(/:2$/)]);
    await debug.continue();
    expect((await second()).reply.status).toBe("ok");
  });

  it("goes on when the client lets go", async () => {
    const code = "const before = 1;\nbefore + 1";
    await debug.breakAt(await debug.dump(code), 2);
    const finish = await debug.start(code);
    await debug.stopped();
    await debug.ask("disconnect");
    expect(resultText(await finish())).toBe("2");
    expect(resultText(await client.execute(code))).toBe("2");
    expect(await debug.ask("debugInfo")).toMatchObject({ isStarted: false, breakpoints: [], stoppedThreads: [] });
  });

  it("serves the new session after one was lost at a breakpoint", async () => {
    const code = "const pid = process.pid;\npid;";
    await debug.breakAt(await debug.dump(code), 2);
    const lost = await debug.start(code);
    await debug.stopped();
    process.kill(Number(await debug.evaluate("pid", 1)), "SIGKILL");
    expect((await lost()).reply.ename).toBe("SessionLost");
    expect(await debug.event("continued")).toBeDefined();
    const finish = await debug.start(code);
    expect((await debug.stopped()).at).toEqual([expect.stringMatching(/:2$/)]);
    await debug.continue();
    expect((await finish()).reply.status).toBe("ok");
  });

  it("leaves no process when it is shut down at a breakpoint", async () => {
    const other = kernel().another();
    const paused = new DebugClient(other);
    await paused.attach();
    await paused.start("debugger;");
    await paused.stopped();
    const pid = await other.pid();
    const processes = [pid, ...descendants(pid)];
    expect(await other.shutdown()).toEqual({ alive: false });
    expect(await until(() => !processes.some(alive), 2)).toBe(true);
  });
});
