import { inspect } from "node:util";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Workspace } from "./workspace.ts";

let files: Workspace;
beforeEach(() => {
  files = new Workspace();
});
afterEach(() => files.remove());

describe("bindings", () => {
  test("are live, for cells and for files", async () => {
    files.write({ "a.ts": "export let n: number = 0; export function bump(): number { return ++n }", "b.ts": "import { n, bump } from './a.ts'; export const both = () => [n, bump(), n];" });
    const [a, b] = [await files.import("./a.ts"), await files.import("./b.ts")];
    expect(b.both()).toEqual([0, 1, 1]);
    expect(a.n).toBe(1);
  });

  test("a default together with a namespace", async () => {
    files.write({ "a.ts": "export default 1; export const x = 2;", "b.ts": "import d, * as ns from './a.ts'; import e, * as os from 'node:os'; export const all = [d, ns.default, ns.x, e === os.default];" });
    expect((await files.import("./b.ts")).all).toEqual([1, 1, 2, true]);
  });

  test("imports come before the code above them, in their order", async () => {
    files.write({
      "log.ts": "export const log: string[] = [];",
      "a.ts": "import { log } from './log.ts'; log.push('a'); export {};",
      "b.ts": "import { log } from './log.ts'; log.push('b'); export {};",
      "main.ts": "log.push('main'); import './a.ts'; import 'node:os'; import { log } from './log.ts'; import './b.ts'; export { log };",
    });
    expect((await files.import("./main.ts")).log).toEqual(["a", "b", "main"]);
  });

  test("functions are callable through a cycle before their file has run; variables are not yet there", async () => {
    files.write({
      "a.ts": "import { seen } from './b.ts'; export function f() { return 'f' } export const later = 1; export { seen };",
      "b.ts": "import { f, later } from './a.ts'; let early = ''; try { early = String(later) } catch (e) { early = (e as Error).name } export const seen = [f(), early];",
    });
    expect((await files.import("./a.ts")).seen).toEqual(["f", "ReferenceError"]);
  });

  test("a barrel may be imported by what it passes on", async () => {
    files.write({
      "index.ts": "export * from './one.ts'; export { two as zwei } from './two.ts'; export * as ns from './one.ts';",
      "one.ts": "export const one = 1; export default 'not passed on';",
      "two.ts": "import { one } from './index.ts'; export const two = one + 1;",
    });
    const index = await files.import("./index.ts");
    expect(Object.keys(index).sort()).toEqual(["ns", "one", "zwei"]);
    expect([index.zwei, index.ns.default]).toEqual([2, "not passed on"]);
  });

  test("a missing export is a SyntaxError, unless it may be a type that is passed on", async () => {
    files.write({ "a.ts": "export interface T {} export const x = 1;", "b.ts": "import { y } from './a.ts'; export const z = y;", "c.ts": "export { T, x } from './a.ts';", "d.ts.ts": "import { T } from './a.ts'; export const t: T = 5;" });
    const error = await files.failure("./b.ts");
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error.message).toBe("The requested module './a.ts' does not provide an export named 'y'");
    expect((await files.import("./c.ts")).x).toBe(1);
    expect((await files.import("./d.ts.ts")).t).toBe(5);
  });
});

describe("namespaces", () => {
  test("look like Node's and cannot be written to", async () => {
    files.write({ "a.ts": "export let b = 1; export const a = { c: 2 }; export default class D {}" });
    const a = await files.import("./a.ts");
    expect(Object.prototype.toString.call(a)).toBe("[object Module]");
    expect(Object.getPrototypeOf(a)).toBeNull();
    expect(inspect(a)).toBe("[Module: null prototype] { a: { c: 2 }, b: 1, default: [class D] }");
    expect(() => (a.b = 2)).toThrow(TypeError);
    expect(() => (a.other = 2)).toThrow(TypeError);
    expect(await files.import("./a.js")).toBe(a);
  });
});

describe("top-level await", () => {
  test("is waited for by importers; simultaneous imports share one load", async () => {
    files.write({
      "slow.ts": "globalThis.__loads = (globalThis.__loads ?? 0) + 1; export const v: number = await new Promise((r) => setTimeout(r, 20, 5)); for await (const x of [1]) globalThis.__last = x;",
      "a.ts": "import { v } from './slow.ts'; export const w = v + 1;",
    });
    const [a, slow] = await Promise.all([files.import("./a.ts"), files.import("./slow.ts")]);
    expect([a.w, slow.v, (globalThis as Record<string, unknown>).__loads]).toEqual([6, 5, 1]);
  });

  test("in a cycle, and imported from both ends at once, ends", async () => {
    files.write({ "a.ts": "import { b } from './b.ts'; export const a = await Promise.resolve(1); export const seen = b;", "b.ts": "import * as a from './a.ts'; export const b = await Promise.resolve(2); export const later = () => a.a;" });
    const [a, b] = await Promise.all([files.import("./a.ts"), files.import("./b.ts")]);
    expect([a.seen, b.later()]).toEqual([2, 1]);
  });

  test("that never ends can be given up", async () => {
    files.write({ "stuck.ts": "globalThis.__tries = (globalThis.__tries ?? 0) + 1; if (globalThis.__tries === 1) await new Promise(() => {}); export const tries = globalThis.__tries;" });
    void files.import("./stuck.ts");
    await new Promise((resolve) => setTimeout(resolve, 20));
    files.loader.forgetUnfinished();
    expect((await files.import("./stuck.ts")).tries).toBe(2);
  });

  test("the word alone makes nothing asynchronous", async () => {
    files.write({ "a.ts": "// await\nexport const f = async () => await 5; export class K { async m() { await 1 } }" });
    expect(await (files.loader.createCellRequire()("./a.ts") as { f(): Promise<number> }).f()).toBe(5);
  });
});

describe("errors", () => {
  test("reach every importer; the next import tries again", async () => {
    files.write({
      "bad.ts": "globalThis.__bad = (globalThis.__bad ?? 0) + 1; await null; if (globalThis.__bad < 2) throw new Error('bad ' + globalThis.__bad); export const ok = globalThis.__bad;",
      "a.ts": "import { ok } from './bad.ts'; export { ok };",
      "b.ts": "import { ok } from './bad.ts'; export { ok };",
    });
    const [a, b] = await Promise.all([files.failure("./a.ts"), files.failure("./b.ts")]);
    expect(a).toBe(b);
    expect(a.message).toBe("bad 1");
    expect((await files.import("./b.ts")).ok).toBe(2);
  });

  test("nothing runs when something of the graph cannot be linked", async () => {
    files.write({ "a.ts": "import './ran.ts'; import './missing.ts';", "ran.ts": "globalThis.__ran = true; export {};" });
    expect((await files.failure("./a.ts")).code).toBe("ERR_MODULE_NOT_FOUND");
    expect("__ran" in globalThis).toBe(false);
    files.write({ "missing.ts": "export {}" });
    await files.import("./a.ts");
    expect("__ran" in globalThis).toBe(true);
  });

  test("a cycle in which one file throws is evaluated anew as a whole", async () => {
    files.write({
      "a.ts": "import { b } from './b.ts'; globalThis.__once ??= 0; if (globalThis.__once++ === 0) throw new Error('once'); export const a = {}; export { b };",
      "b.ts": "import * as a from './a.ts'; export const b = () => a.a;",
    });
    expect((await files.failure("./a.ts")).message).toBe("once");
    const a = await files.import("./a.ts");
    expect(a.b()).toBe(a.a);
  });

  test("say the file and the place where it does not parse", async () => {
    files.write({ "a.ts": "let x = 1;\nlet y = ;", "b.json": "{ nope" });
    const error = await files.failure("./a.ts");
    expect(error).toBeInstanceOf(SyntaxError);
    expect(error.message).toBe(`${path.join(path.dirname(files.notebook), "a.ts")}:2:9: Unexpected token`);
    expect((await files.failure("./b.json")).message).toContain("b.json");
  });

  test("point into the TypeScript, through several files", async () => {
    files.write({
      "thrower.ts": "interface Options {\n  deep: { a: number };\n}\n\nexport const unused: Options[] = [];\nexport function boom(options: Options): never {\n  const y: number = 1;   throw new Error(`boom ${y} ${options.deep.a}`);\n}\n",
      "middle.ts": "import { boom } from './thrower.js';\nimport type { X } from './nowhere';\n\ntype T = string;\nexport class Middle {\n  constructor(private readonly a: number) {}\n\n  async run(): Promise<void> {\n    await Promise.resolve();\n    boom({ deep: { a: this.a } });\n  }\n}\n",
      "lowered.ts": "import { Middle } from './middle.ts';\nfunction same(v: unknown, _: unknown): any {\n  return v;\n}\n@same\nclass A {\n  static async go() {\n    await new Middle(3).run();\n  }\n}\nexport const go = () => A.go();\n",
    });
    const { go } = await files.import("./lowered.ts");
    const error = (await go().catch((thrown: unknown) => thrown)) as Error;
    const url = (name: string): string => pathToFileURL(path.join(path.dirname(files.notebook), name)).href;
    const places = files.mapped(error).match(/file:\S+?:\d+:\d+/g);
    expect(places?.slice(0, 3)).toEqual([`${url("thrower.ts")}:7:32`, `${url("middle.ts")}:10:5`, `${url("lowered.ts")}:8:5`]);
  });
});

test("import.meta and dynamic import belong to the file", async () => {
  files.write({ "sub/a.ts": "export const meta = { ...import.meta, resolved: import.meta.resolve('./b.js') }; export const b = async () => (await import('./b.ts')).b;", "sub/b.ts": "export const b = 3;" });
  const { meta, b } = await files.import("./sub/a");
  const folder = path.join(path.dirname(files.notebook), "sub");
  expect(meta).toMatchObject({ filename: path.join(folder, "a.ts"), dirname: folder, url: pathToFileURL(path.join(folder, "a.ts")).href });
  expect(meta.resolved).toBe(pathToFileURL(path.join(folder, "b.ts")).href);
  expect(await b()).toBe(3);
});

test("TypeScript's own syntax, and what Node.js cannot parse", async () => {
  files.write({
    "a.ts": `import fs = require("node:fs");
enum E { A, B = A + 2 } const enum F { X = "x" }
namespace N { export let z = 4; export namespace M { export const y = z } }
const log = (v: any, c: { name: string | symbol }) => { names.push(String(c.name)); return v };
const names: string[] = [];
export class K { @log m(this: void) { return 1 } accessor q = 3; constructor(readonly p = 5) {} }
{ using r = { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() { names.push("disposed") } }; }
export { E, F, N, names }; export const exists = fs.existsSync("/"); export abstract class Q { abstract x(): void }
`,
  });
  const { E, F, N, K, names, exists } = await files.import("./a.ts");
  expect([E.B, F.X, N.z, N.M.y, new K().q, new K().p, exists]).toEqual([2, "x", 4, 4, 3, 5, true]);
  expect(names.sort()).toEqual(["disposed", "m"]);
});
