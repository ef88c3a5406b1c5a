import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Answer, resultText, type Seen, streamText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";

onKernel("errors", (kernel) => {
  const run = (code: string): Promise<Answer> => kernel().client.execute(code);
  const label = ({ reply }: Answer): string => `cell[${reply.execution_count}]`;
  const errors = (seen: readonly Seen[]): readonly Seen[] => seen.filter(({ type }) => type === "error");

  it.each([
    ["a rejection that nobody handles", "Promise.reject(new Error('late one')).finally(() => {});", "late one"],
    ["a timer's error", "setTimeout(() => { throw new RangeError('late one'); }, 60);", "late one"],
    ["a rejection after an await", "void (async () => { await new Promise((resolve) => setTimeout(resolve, 60)); throw new TypeError('late one'); })();", "late one"],
    ["a listener's error", "import { EventEmitter } from 'node:events';\nconst e = new EventEmitter(); e.on('x', () => { throw new Error('late one'); }); setTimeout(() => e.emit('x'), 60);", "late one"],
    ["a thrown value that is no error", "setTimeout(() => { throw 'just text'; }, 60);", "just text"],
  ])("tell %s under the cell that started it, also after it has ended", async (_, code, evalue) => {
    const { client } = kernel();
    const first = await run(code);
    const second = await run("await new Promise((resolve) => setTimeout(resolve, 10)); 'unharmed'");
    const late = [...first.seen, ...second.seen, ...(await client.listen(0.25))];
    expect(resultText(second)).toBe("'unharmed'");
    expect(errors(late)).toMatchObject([{ parent: first.id, content: { evalue } }]);
    expect((await run("1")).reply.status).toBe("ok");
  });

  it("of an earlier cell do not fail the one that runs", async () => {
    const { client } = kernel();
    const first = await run("setTimeout(() => { throw new Error('of the first'); }, 80);");
    const second = await client.start("await new Promise((resolve) => setTimeout(resolve, 250)); 'second'");
    await sleep(300);
    const answer = await client.finish(second);
    expect(resultText(answer)).toBe("'second'");
    expect(errors([...answer.seen, ...(await client.listen(0.1))])).toMatchObject([{ parent: first.id }]);
  });

  it("show async frames through earlier cells and imported TypeScript", async () => {
    const { folder } = kernel();
    const file = path.join(folder, "deep.ts");
    writeFileSync(file, "interface Padding { readonly n: number }\n\nexport async function deep(each: (p: Padding) => Promise<void>): Promise<void> {\n  await null;\n  await each({ n: 1 });\n}\n");
    const earlier = await run("interface Also { m: number }\nasync function fails(): Promise<void> {\n  await null;\n  throw new Error('deep down');\n}");
    const { reply } = await run("import { deep } from './deep.ts';\n\nawait deep(fails);");
    const trace = reply.traceback!.join("\n");
    expect(trace).toContain(`at fails (${label(earlier)}:4:9)`);
    expect(trace).toMatch(/at async deep \(.*deep\.ts:5:3\)/);
    expect(trace).toContain(`cell[${reply.execution_count}]:3:1`);
    expect(trace).toContain(">");
    expect(trace).not.toMatch(/node:internal|session\.cjs/);
  });

  it("show causes, the errors of an AggregateError, own properties, circles", async () => {
    const { reply } = await run(`const inner = Object.assign(new RangeError("inner"), { code: "E7" });
const all = new AggregateError([new Error("one"), "two"], "several", { cause: inner });
inner.cause = all;
throw all;`);
    const trace = reply.traceback!.join("\n");
    expect(reply).toMatchObject({ ename: "AggregateError", evalue: "several" });
    for (const part of ["Caused by: RangeError: inner", "code: 'E7'", "Error 1 of 2: Error: one", "Error 2 of 2: 'two'", "(circular)"]) expect(trace).toContain(part);
  });

  it.each(["null", "undefined", "0", "''", "{ a: 1 }", "Symbol('s')", "Object.create(null)", "new Proxy({}, { get() { throw 1; } })"])("take throw %s", async (value) => {
    expect((await run(`throw ${value};`)).reply.status).toBe("error");
    expect((await run("1")).reply.status).toBe("ok");
  });

  it("show places in the cell also in error.stack and console.log(error), once mapped", async () => {
    writeFileSync(path.join(kernel().folder, "made.ts"), "interface Padding { readonly n: number }\n\nexport const made = (): Error => {\n  return new Error('in a file');\n};\n");
    const answer = await run("import { made } from './made.ts';\ntype T = { a: number };\nconst own = new Error('own');\nconsole.log(own); console.log(made().stack); throw made();");
    const text = streamText(answer);
    expect(text).toContain(`${label(answer)}:3:13`);
    expect(text).toMatch(/made\.ts:4:10/);
    expect(text).not.toMatch(/node:internal|session\.cjs|cell-\d+\.ts/);
    const traceback = answer.reply.traceback!;
    expect(traceback.join("\n")).toMatch(/made\.ts:4:10/);
    expect(traceback).toContain("> 4 |   return new Error('in a file');");
  });

  it("leave Error.prepareStackTrace to libraries that set it", async () => {
    const code = `const before = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites.length;
const sites: unknown = new Error("x").stack; Error.prepareStackTrace = before; typeof sites`;
    expect(resultText(await run(code))).toBe("'number'");
    expect((await run("throw new Error('after')")).reply.traceback!.join("\n")).toMatch(/cell\[\d+\]:1:7/);
  });
});
