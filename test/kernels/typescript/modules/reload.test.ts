import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Workspace } from "./workspace.ts";

let files: Workspace;
beforeEach(() => {
  files = new Workspace();
});
afterEach(() => files.remove());

describe("edits", () => {
  test("are picked up through any number of files; what did not change keeps its state", async () => {
    files.write({
      "state.ts": "export const state = { n: 0 };",
      "leaf.ts": "export const leaf = 1;",
      "middle.ts": "export { leaf } from './leaf.ts'; export { state } from './state.ts';",
      "top.ts": "export * from './middle.ts';",
      "other.ts": "export const other = {};",
    });
    const before = await files.import("./top.ts");
    const other = await files.import("./other.ts");
    before.state.n = 5;
    expect(await files.import("./top.ts")).toBe(before);
    files.write({ "leaf.ts": "export const leaf = 2;" });
    const after = await files.import("./top.ts");
    expect([before.leaf, after.leaf, after.state.n]).toEqual([1, 2, 5]);
    expect(after.state).toBe(before.state);
    expect(await files.import("./other.ts")).toBe(other);
    expect(files.reloads).toEqual([["leaf.ts", "middle.ts", "top.ts"]]);
  });

  test("of a JSON file, of a cycle, of a CommonJS file's requirement", async () => {
    files.write({
      "data.json": `{ "v": 1 }`,
      "json.ts": `import data from "./data.json" with { type: "json" }; export const v = data.v;`,
      "a.ts": "import { b } from './b.ts'; export const a = 1; export const sum = () => a + b;",
      "b.ts": "import { a } from './a.ts'; export const b = 10; export const other = () => a;",
      "c.cjs": "exports.v = require('./data.json').v + require('./d.ts').d;",
      "d.ts": "export const d = 100;",
    });
    const all = async (): Promise<unknown[]> => [(await files.import("./json.ts")).v, (await files.import("./a.ts")).sum(), (await files.import("./c.cjs")).v];
    expect(await all()).toEqual([1, 11, 101]);
    files.write({ "data.json": `{ "v": 2 }`, "b.ts": "import { a } from './a.ts'; export const b = 20; export const other = () => a;", "d.ts": "export const d = 200;" });
    expect(await all()).toEqual([2, 21, 202]);
  });

  test("of something imported dynamically reload it, not its importer", async () => {
    files.write({ "plugin.ts": "export const v = 1;", "host.ts": "export const id = {}; export const load = async () => (await import('./plugin.ts')).v;" });
    const host = await files.import("./host.ts");
    expect(await host.load()).toBe(1);
    files.write({ "plugin.ts": "export const v = 2;" });
    expect(await host.load()).toBe(2);
    expect(await files.import("./host.ts")).toBe(host);
  });

  test("that break a file leave what was loaded; a mended or deleted file is noticed", async () => {
    files.write({ "a.ts": "export const v = 1;" });
    const first = await files.import("./a.ts");
    files.write({ "a.ts": "export const v = ;" });
    expect(await files.failure("./a.ts")).toBeInstanceOf(SyntaxError);
    expect(first.v).toBe(1);
    files.write({ "a.ts": "export const v = 3;" });
    expect((await files.import("./a.ts")).v).toBe(3);
    rmSync(path.join(path.dirname(files.notebook), "a.ts"));
    expect((await files.failure("./a.ts")).code).toBe("ERR_MODULE_NOT_FOUND");
  });
});

test("the graph says what each local file imports", async () => {
  files.write({ "a.ts": "import './b.ts'; import 'node:os'; export const lazy = () => import('./c.ts');", "b.ts": "export {}", "c.ts": "export {}" });
  const { lazy } = await files.import("./a.ts");
  await lazy();
  const folder = path.dirname(files.notebook);
  const info = files.loader.graph.get(path.join(folder, "a.ts"));
  expect(info).toMatchObject({ imports: [path.join(folder, "b.ts"), path.join(folder, "c.ts")], packages: ["node:os"] });
  expect(files.loader.graph.size).toBe(3);
});

describe("CommonJS", () => {
  test("files, by extension, by package.json and by what they use", async () => {
    files.write({
      "a.cjs": "exports.a = 1; exports.where = [__filename, __dirname]; exports.load = () => import('./t.ts');",
      "b.cts": "const { a } = require('./a.cjs'); export = { b: a + 1 };",
      "c.js": "module.exports = function c() { return this === undefined ? 'strict' : typeof require.resolve }; module.exports.x = 3;",
      "t.ts": "export const t: number = 4;",
      "e.ts": "import c, { x } from './c.js'; import { b } from './b.cjs'; import a from './a.cjs'; export const all = [c.x, x, b, a.a];",
    });
    const folder = path.dirname(files.notebook);
    const a = await files.import("./a.cjs");
    expect(a.where).toEqual([path.join(folder, "a.cjs"), folder]);
    expect((await a.load()).t).toBe(4);
    expect((await files.import("./e.ts")).all).toEqual([3, 3, 2, 1]);
  });

  test("a cell's require loads TypeScript, packages and built-in modules, from the notebook's folder", () => {
    files.write({ "t.ts": "import { sep } from 'node:path'; import { u } from './u.ts'; export const t = [sep, u];", "u.ts": "export const u: number = 4;", "node_modules/p/index.js": "exports.p = 5;" });
    const require = files.loader.createCellRequire();
    expect(require("./t").t).toEqual([path.sep, 4]);
    expect(require("./t.js")).toBe(require("./t.ts"));
    expect(require("p").p).toBe(5);
    expect(require("node:path")).toBe(path);
    expect(require.resolve("./t")).toBe(path.join(path.dirname(files.notebook), "t.ts"));
    expect(require.resolve("p")).toBe(path.join(path.dirname(files.notebook), "node_modules/p/index.js"));
    expect(() => require("./none")).toThrow("Cannot find module './none'");
  });

  test("cycles see what there is so far; top-level await is refused by its code", () => {
    files.write({ "a.cjs": "exports.early = 1; exports.b = require('./b.cjs').seen; exports.late = 2;", "b.cjs": "exports.seen = Object.keys(require('./a.cjs'));", "tla.ts": "export const x = await 1;" });
    const require = files.loader.createCellRequire();
    expect(require("./a.cjs")).toEqual({ early: 1, b: ["early"], late: 2 });
    expect(() => require("./tla.ts")).toThrow(expect.objectContaining({ code: "ERR_REQUIRE_ASYNC_MODULE" }) as Error);
  });

  test("errors in them are thrown as they are, and point into the TypeScript", async () => {
    files.write({ "bad.cts": "interface A {}\n\nconst a: A = {};\n  throw new Error('bad');\nmodule.exports = a;" });
    const error = await files.failure("./bad.cts");
    expect(files.mapped(error)).toMatch(/bad\.cts:4:9/);
    expect(() => files.loader.createCellRequire()("./bad.cts")).toThrow("bad");
  });
});
