import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type Answer, type JupyterClient, resultText, streamText } from "./jupyter.ts";
import { alive, descendants, until } from "./processes.ts";

export type Define = (name: string, body: () => Promise<void>, timeoutMs?: number) => void;

/** A started kernel and what is known of it. */
export interface CaseKernel {
  readonly name: string;
  /** The notebook's folder. */
  readonly folder: string;
  readonly client: () => JupyterClient;
}

const files = {
  "helper.ts": "export const twice = (x: number): number => 2 * x;\nexport function fail(): never {\n  throw new TypeError('from a file');\n}\n",
  "shows.ts": 'import { display } from "tslab";\nexport const show = (): void => display.text("from a file");\n',
  "data.json": '{ "n": 5 }\n',
  "lib/deep.ts": "export const deep = 9;\n",
  "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }\n',
  "node_modules/esm-only/package.json": '{ "name": "esm-only", "version": "1.0.0", "type": "module", "exports": { ".": "./main.js", "./part": "./inner.js" } }\n',
  "node_modules/esm-only/main.js": "export const answer = 42;\n",
  "node_modules/esm-only/main.d.ts": "export declare const answer: number;\n",
  "node_modules/esm-only/inner.js": "export const part = 7;\n",
  "node_modules/esm-only/inner.d.ts": "export declare const part: number;\n",
} as const;

/** Writes what the cases import into the notebook's folder. */
export function writeCaseFiles(folder: string): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** A small heap, so that running out of memory does not take long. */
export const caseEnvironment = { NODE_OPTIONS: "--max-old-space-size=400" } as const;

/** What a kernel must do, whichever engine it runs. One client for all, in this order; some build on what earlier ones declared. */
export function defineCases(it: Define, { name, client }: CaseKernel): void {
  const run = (code: string, options?: Record<string, unknown>): Promise<Answer> => client().execute(code, options);

  it("describes itself", async () => {
    const { reply } = await client().request("kernel_info");
    expect(reply).toMatchObject({ status: "ok", implementation: name, language_info: { name: "typescript", file_extension: ".ts" } });
  });

  it("tells busy, input, output, result and idle of a cell, in that order", async () => {
    const { seen, reply } = await run("console.log('hello');\n6 * 7");
    expect(seen.map(({ type, content }) => content.execution_state ?? type)).toEqual(["busy", "execute_input", "stream", "execute_result", "idle"]);
    expect(reply).toMatchObject({ status: "ok", payload: [], user_expressions: {} });
    expect(seen[3].content).toMatchObject({ data: { "text/plain": "42" }, metadata: {}, execution_count: reply.execution_count });
  });

  it("has a REPL's state: closures see what a later cell redeclares", async () => {
    await run("let count = 0; function inc() { count++; return count; }");
    await run("inc(); inc(); count");
    expect(resultText(await run("count = 100; inc()"))).toBe("101");
    await run("const cfg = { lr: 0.1 }; function train() { return cfg.lr; }");
    expect(resultText(await run("const cfg = { lr: 0.5 }; train()"))).toBe("0.5");
  });

  it("awaits at the top level", async () => {
    expect(resultText(await run("const later = await new Promise<number>((resolve) => setTimeout(() => resolve(7), 5)); later"))).toBe("7");
  });

  it("iterates by for await at the top level", async () => {
    expect(resultText(await run("let sum = 0; for await (const n of [1, Promise.resolve(2)]) sum += n; sum"))).toBe("3");
  });

  it("takes a cell that is an object literal for one, and checks it", async () => {
    expect(resultText(await run("{ a: 1, b: [2] }"))).toBe("{ a: 1, b: [ 2 ] }");
    const { reply } = await run("{ a: missing }");
    expect(reply.traceback?.[0]).toBe(`cell[${reply.execution_count}]:1:6 - error TS2304: Cannot find name 'missing'.`);
  });

  it("keeps stdout and stderr apart and in the order of writing", async () => {
    const { seen } = await run("console.log('1'); console.error('2'); process.stdout.write('3\\n'); console.log('4'); console.error('5');");
    expect(seen.filter(({ type }) => type === "stream").map(({ content }) => `${content.name}:${content.text}`)).toEqual([
      "stdout:1\n",
      "stderr:2\n",
      "stdout:3\n4\n",
      "stderr:5\n",
    ]);
  });

  it("delivers 100,000 lines, complete and in order, before idle", async () => {
    const answer = await run("for (let i = 0; i < 100_000; i++) console.log('line ' + i);");
    expect(streamText(answer)).toBe(Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join(""));
    expect(answer.seen.at(-1)?.content.execution_state).toBe("idle");
  });

  it("captures what bypasses process.stdout, and what children write", async () => {
    const raw = await run("import fs from 'node:fs';\nconsole.log('a'); fs.writeSync(1, 'b\\n'); console.log('c');");
    expect(streamText(raw)).toBe("a\nb\nc\n");
    const child = await run("import { execSync } from 'node:child_process';\nconsole.log('x'); execSync('echo y', { stdio: 'inherit' }); console.log('z');");
    expect(streamText(child)).toBe("x\ny\nz\n");
  });

  it("shows a value that has bundles of its own by them", async () => {
    await run("const rich = { [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>hi</b>', 'text/plain': 'hi' }) };");
    const result = await run("rich");
    expect(result.seen.find(({ type }) => type === "execute_result")?.content.data).toEqual({ "text/html": "<b>hi</b>", "text/plain": "hi" });
  });

  it("has display, its updates, and clearOutput in every cell", async () => {
    const shown = await run("console.log('before'); const handle = await display(1); console.log('between'); await handle.update('new'); clearOutput();");
    expect(shown.seen.map(({ type }) => type)).toEqual([
      "status",
      "execute_input",
      "stream",
      "display_data",
      "stream",
      "update_display_data",
      "clear_output",
      "status",
    ]);
    const [first, second] = shown.seen.filter(({ type }) => type.endsWith("display_data"));
    expect(first.content.transient).toEqual(second.content.transient);
  });

  it("shows with metadata: a value's own, and those of display and its updates before them", async () => {
    const code = `const bytes = Uint8Array.of(1, 2, 3);
class Picture { [Symbol.for("Jupyter.display")](): DisplayBundle { return { data: { "image/png": bytes }, metadata: { "image/png": { width: 20 }, mine: { a: 1 } } }; } }
const shown = await display(new Picture());
await shown.update(new Picture(), { metadata: { "image/png": { width: 40 } } });
await display({ [Symbol.for("Jupyter.display")]: () => ({ "image/png": bytes }) }, { metadata: { "image/png": { width: 60 } } });
new Picture()`;
    const { seen } = await run(code);
    const png = Buffer.from([1, 2, 3]).toString("base64");
    expect(seen.filter(({ content }) => content.data).map(({ content }) => [content.data?.["image/png"], content.metadata])).toEqual([
      [png, { "image/png": { width: 20 }, mine: { a: 1 } }],
      [png, { "image/png": { width: 40 }, mine: { a: 1 } }],
      [png, { "image/png": { width: 60 } }],
      [png, { "image/png": { width: 20 }, mine: { a: 1 } }],
    ]);
    expect((await run("await display(1, { metadata: 7 as never })")).reply.evalue).toContain('an object by MIME type, such as { "image/png": { width: 200 } }, not 7');
  });

  it("keeps the order of displays whose bundles take their time, and waits for them", async () => {
    const code = `const slow = (name: string, ms: number) => ({ [Symbol.for("Jupyter.display")]: () => new Promise((resolve) => setTimeout(() => resolve({ "text/plain": name }), ms)) });
display(slow("a", 40)); display(slow("b", 1)); display("c");`;
    const answer = await run(code);
    expect(answer.seen.filter(({ type }) => type === "display_data").map(({ content }) => content.data?.["text/plain"])).toEqual(["a", "b", "'c'"]);
  });

  it("reports a thrown error with its place in the cell and its source line", async () => {
    await run("function outer(n: number) {\n  if (n > 1) throw new RangeError('too large: ' + n);\n}");
    const { seen, reply } = await run("const ok = 1;\nouter(5);");
    const label = `cell[${Number(reply.execution_count) - 1}]:2:20`;
    expect(reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "too large: 5" });
    expect(reply.traceback?.join("\n")).toContain(label);
    expect(reply.traceback?.join("\n")).toContain(`cell[${reply.execution_count}]:2:1`);
    expect(reply.traceback).toContain("> 2 |   if (n > 1) throw new RangeError('too large: ' + n);");
    expect(reply.traceback?.join("\n")).not.toMatch(/node:internal|session\.cjs/);
    expect(seen.filter(({ type }) => type === "error")).toHaveLength(1);
  });

  it("maps errors of imported TypeScript to its own lines", async () => {
    const file = await run("import { fail, twice } from './helper';\nfail();");
    expect(file.reply.traceback?.join("\n")).toMatch(/helper\.ts:3:9/);
    expect(resultText(await run("twice(21)"))).toBe("42");
  });

  it("shows causes, and thrown values that are no errors", async () => {
    const cause = await run("throw new Error('outer', { cause: new Error('inner') });");
    expect(cause.reply.traceback?.join("\n")).toContain("inner");
    expect((await run("throw { code: 7 };")).reply).toMatchObject({ ename: "Thrown", evalue: "{ code: 7 }" });
  });

  it("fails a cell for a rejection or a timer's error that nobody handles while it runs", async () => {
    const rejected = await run("Promise.reject(new Error('nobody'));\nawait new Promise((resolve) => setTimeout(resolve, 50));");
    expect(rejected.reply).toMatchObject({ status: "error", evalue: "nobody" });
    expect(rejected.seen.filter(({ type }) => type === "error")).toHaveLength(1);
    const timer = await run("setTimeout(() => { throw new Error('late'); }, 5);\nawait new Promise((resolve) => setTimeout(resolve, 60));");
    expect(timer.reply).toMatchObject({ status: "error", evalue: "late" });
  });

  it("refuses a type error before anything of the cell runs", async () => {
    const { reply, seen } = await run("console.log('must not appear');\nconst n: number = 'text';");
    expect(reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(reply.evalue).toContain("TS2322");
    expect(reply.traceback?.join("\n")).toContain(`cell[${reply.execution_count}]:2:7`);
    expect(seen.some(({ type }) => type === "stream")).toBe(false);
  });

  it("checks types across cells", async () => {
    await run("interface Point { x: number; y: number }\nconst p: Point = { x: 1, y: 2 };");
    expect((await run("p.z")).reply.evalue).toContain("TS2339");
    expect(resultText(await run("p.x + p.y"))).toBe("3");
  });

  it("names a syntax error's place", async () => {
    const { reply } = await run("const a = 1;\nconst b = = 2;");
    expect(reply).toMatchObject({ status: "error", ename: "SyntaxError" });
    expect(reply.traceback?.join("\n")).toContain(`cell[${reply.execution_count}]:2:11`);
  });

  it("aborts what is queued behind an error, unless told not to", async () => {
    const [first, second] = await client().pair("await new Promise((resolve) => setTimeout(resolve, 300)); throw new Error('stop')", "1 + 1");
    expect(first.reply.status).toBe("error");
    expect(second.reply.status).toBe("aborted");
    expect((await run("1 + 1")).reply.status).toBe("ok");
  });

  it("counts executions only where history is stored, and keeps silent cells silent", async () => {
    const before = Number((await run("1")).reply.execution_count);
    const silent = await run("2", { silent: true });
    expect(silent.seen.map(({ type }) => type)).toEqual(["status", "status"]);
    expect((await run("3", { store_history: false })).reply.execution_count).toBe(before);
    expect((await run("4")).reply.execution_count).toBe(before + 1);
  });

  it("evaluates user expressions", async () => {
    const { reply } = await run("const ue = 5;", { user_expressions: { good: "ue + 1", bad: "nope" } });
    expect(reply.user_expressions).toMatchObject({ good: { status: "ok", data: { "text/plain": "6" } }, bad: { status: "error", ename: expect.stringMatching(/^(Reference|TypeScript)Error$/) } });
  });

  for (const [code, status] of [
    ["1 + 1", "complete"],
    ["function f() {", "incomplete"],
    ["`open", "incomplete"],
    ["const = 3", "invalid"],
  ]) {
    it(`knows that ${JSON.stringify(code)} is ${status}`, async () => {
      expect((await client().request("is_complete", code)).reply.status).toBe(status);
    });
  }

  it("imports the core, live from its source", async () => {
    const { reply } = await run('import { linearSchedule } from "noisebook";\nlinearSchedule({ T: 1000, betaStart: 1e-4, betaEnd: 0.02 }).alphaBar[1000]');
    expect(reply.status).toBe("ok");
  });

  it("serves every name of TensorFlow.js by one instance, says what it runs on, and gives formulas its tensors", async () => {
    const imported = await run('import * as tf from "@tensorflow/tfjs-node-gpu";\nimport { linearSchedule as schedule, marginal, tensorBackend } from "noisebook";');
    const told = imported.seen.filter(({ type }) => type === "display_data");
    expect(told.map(({ content }) => [content.data?.["text/plain"], content.metadata])).toEqual([
      [expect.stringMatching(/^tensors: /), { noisebook: { volatile: true } }],
    ]);
    expect(streamText(imported, "stderr")).toBe("");
    expect(resultText(await run('(await import("@tensorflow/tfjs")).tensor === tf.tensor && tf.getBackend() === tensorBackend().name'))).toBe("true");
    expect(streamText(await run("console.log({ x: tf.zeros([2, 3]) })"))).toBe("{ x: Tensor float32 [2, 3] }\n");
    const code = "const slope = tf.grad((x: tf.Tensor) => marginal(schedule({ T: 2, betaStart: 0.19, betaEnd: 0.19 }), 1).mean({ x0: x }));\nslope(tf.scalar(3)).dataSync()[0].toFixed(6)";
    expect(resultText(await run(code))).toBe("'0.900000'");
  });

  it("waits for what nothing refers to while garbage is collected, and keeps state through an interrupt of it", async () => {
    await run('import { setFlagsFromString } from "node:v8";\nimport { runInNewContext } from "node:vm";\nconst kept = "kept";');
    await run('setFlagsFromString("--expose-gc");\nconst collecting = setInterval(runInNewContext("gc") as () => void, 20);');
    for (const code of ["await new Promise(() => {})", "for (;;) await new Promise((resolve) => setTimeout(resolve, 10));"]) {
      const { reply } = await client().interrupt(code, "message");
      expect(reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
      expect(resultText(await run("await new Promise((resolve) => setTimeout(resolve, 200)); kept"))).toBe("'kept'");
    }
    await run("clearInterval(collecting)");
  });

  for (const how of ["message", "signal"] as const) {
    for (const [what, code] of [
      ["a synchronous loop", "for (;;) {}"],
      ["a promise that never settles", "await new Promise(() => {})"],
      ["a microtask loop", "for (;;) await null;"],
      ["a loop of sleeps", "for (;;) await new Promise((resolve) => setTimeout(resolve, 10));"],
      ["a loop of timers/promises", "import { setTimeout as pause } from 'node:timers/promises';\nfor (;;) await pause(10);"],
      ["a loop in try and catch", "for (;;) { try { for (;;) {} } catch {} }"],
      ["a catastrophic regular expression", "/^(a+)+$/.test('a'.repeat(40) + 'b')"],
      ["Atomics.wait", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)"],
      ["a child process", "import { execSync as sync } from 'node:child_process';\nsync('sleep 60');"],
      ["a loop that prints", "for (let i = 0; ; i++) console.log(i);"],
    ]) {
      it(`stops ${what} by ${how}, and keeps state`, async () => {
        await run("const kept = 'kept';");
        const { reply } = await client().interrupt(code, how);
        expect(reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
        expect(resultText(await run("kept"))).toBe("'kept'");
      });
    }
  }

  it("ends the timers of an interrupted cell", async () => {
    await client().interrupt("let ticks = 0; setInterval(() => ticks++, 5);\nawait new Promise(() => {});", "message");
    const first = resultText(await run("ticks"));
    await sleep(60);
    expect(resultText(await run("ticks"))).toBe(first);
  });

  for (const [what, code, reason] of [
    ["process.exit", "console.log('last words'); process.exit(3);", /exited with code 3/],
    ["a fatal signal", "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});", /killed by SIGSEGV/],
    ["running out of memory", "const hoard: unknown[] = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length + 0.5));", /out of memory/],
  ] as const) {
    const body = async (): Promise<void> => {
      await run("const before = 1;");
      const lost = await run(code);
      expect(lost.reply).toMatchObject({ status: "error", ename: "SessionLost" });
      expect(lost.reply.evalue).toMatch(reason);
      if (what === "process.exit") expect(streamText(lost)).toBe("last words\n");
      expect(resultText(await run("'alive'"))).toBe("'alive'");
      expect((await run("before")).reply.status).toBe("error");
    };
    it(`survives ${what}, says that state is lost, and goes on with a new session`, body, 180_000);
  }

  it("shuts down without leaving a process", async () => {
    const pid = await client().pid();
    const family = [pid, ...descendants(pid)];
    expect(family.length).toBeGreaterThan(1);
    expect(await client().shutdown()).toEqual({ alive: false });
    expect(await until(() => !family.some(alive), 5)).toBe(true);
  });
}
