import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CellSyntaxError, CellTransformer } from "../../../../kernels/typescript/cell/transform.ts";
import { Repl } from "./repl.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cell-"));
let repl: Repl;

beforeAll(async () => {
  writeFileSync(path.join(folder, "counter.mjs"), "export let count = 0; export function bump() { count++ } export default 'd'; export { count as 'odd name' }\n");
  writeFileSync(path.join(folder, "seven.mjs"), Array.from({ length: 100 }, (_, i) => `export const x${i} = 7;\n`).join(""));
  writeFileSync(path.join(folder, "side.mjs"), "globalThis.sides = (globalThis.sides ?? 0) + 1;\n");
  repl = await Repl.start(folder);
});
afterAll(() => {
  repl?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function values(...cells: string[]): Promise<string[]> {
  const all: string[] = [];
  for (const cell of cells) all.push(await repl.run(cell));
  return all;
}

describe("what a cell awaits", () => {
  const code = (cell: string): string => new CellTransformer().transform(cell, "cell-1.ts").code;

  test("is held where the cell itself awaits it, and nowhere else", () => {
    expect(code("const a = await f(await g())")).toContain('await __noisebook.held("cell-1.ts", f(await __noisebook.held("cell-1.ts", g())))');
    expect(code("for await (const x of xs) await x")).toContain('of __noisebook.heldEach("cell-1.ts", xs)) await __noisebook.held("cell-1.ts", x)');
    for (const cell of ["async () => { await f() }", "async function f() { for await (const x of g()) await x }", "class C { async m() { await f() } }"]) {
      expect(code(cell)).not.toContain("held");
    }
    expect(code("class C { [await key()] = async () => await f() }")).toMatch(/held\("cell-1.ts", key\(\)\).*await f\(\)/s);
  });

  test("keeps its value, a dynamic import's too", async () => {
    expect(await values("await 5", "const { x3 } = await import('./seven.mjs'); x3", "let sum = 0; for await (const x of [1, Promise.resolve(2)]) sum += x; sum")).toEqual(["5", "7", "3"]);
  });
});

describe("state across cells", () => {
  test("a function sees the variable that a later cell assigns", async () => {
    expect(await values("let count = 0; function inc() { count++; return count }", "inc(); inc(); count", "count = 100; inc()")).toEqual(["undefined", "2", "101"]);
  });

  test("a function sees the constant that a later cell declares anew", async () => {
    expect(await values("const cfg = { lr: .1 }; function train() { return cfg.lr }", "const cfg = { lr: .5 }; train()")).toEqual(["undefined", "0.5"]);
  });

  test("a recursive function calls its redeclaration", async () => {
    const cells = ["function depth(n: number): number { return n ? 1 + depth(n - 1) : 0 } const first = depth;", "function depth(n: number) { return 100 }", "first(1)"];
    expect((await values(...cells)).at(-1)).toBe("101");
  });

  test("a variable whose initializer threw can be declared again", async () => {
    await expect(repl.run("const broken = (() => { throw new Error('no') })()")).rejects.toThrow("no");
    expect(await repl.run("const broken = 1; broken")).toBe("1");
  });

  test("what is missing in strict code is missing here", async () => {
    await expect(repl.run("undeclared = 5")).rejects.toThrow("undeclared is not defined");
  });
});

const declarations: Record<string, (name: string) => string> = {
  const: (name) => `const ${name} = 1;`,
  let: (name) => `let ${name}: number = 2;`,
  var: (name) => `var ${name} = 3;`,
  function: (name) => `function ${name}(): number { return 4 }`,
  class: (name) => `class ${name} { static v = 5 }`,
  enum: (name) => `enum ${name} { v = 6 }`,
  import: (name) => `import { ${name} } from "./seven.mjs";`,
  "nested var": (name) => `for (var ${name} = 0; ${name} < 8; ${name}++) {}`,
  using: (name) => `using ${name} = { v: 9, [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {} };`,
  namespace: (name) => `namespace ${name} { export const v = 10 }`,
  destructuring: (name) => `const { a: [${name}] } = { a: [11] };`,
};
const expected: Record<string, string> = { const: "1", let: "2", var: "3", function: "4", class: "5", enum: "6", import: "7", "nested var": "8", using: "9", namespace: "10", destructuring: "11" };
const read = (name: string): string => `(typeof ${name} === "number" ? ${name} : "v" in ${name} ? ${name}.v : ${name}())`;

describe("every kind of declaration after every other", () => {
  const pairs = Object.keys(declarations).flatMap((before) => Object.keys(declarations).map((after) => [before, after] as const));
  let next = 0;
  test.each(pairs)("%s, then %s", async (before, after) => {
    const name = `x${next++ % 100}`;
    const reader = `read_${name}_${next}`;
    await repl.run(`${declarations[before](name)}\nfunction ${reader}() { return ${read(name)} }`);
    expect(await repl.run(`for (let i = 0; i < 200; i++) ${reader}();\n${reader}()`)).toBe(expected[before]);
    await repl.run(declarations[after](name));
    expect(await values(read(name), `${reader}()`)).toEqual([expected[after], expected[after]]);
  });
});

describe("the value of a cell", () => {
  test.each([
    ["1 + 1", "2"],
    ["1 + 1;", "2"],
    ["5 // five", "5"],
    ["5 /* five */\n\n", "5"],
    ["", "undefined"],
    ["// nothing", "undefined"],
    ["/* nothing */", "undefined"],
    ['"use strict"', "'use strict'"],
    ["'text'", "'text'"],
    ["5\nlet after = 1", "undefined"],
    ["5; type T = number", "undefined"],
    ["5; function last() {}", "undefined"],
    ["5; enum Last { A }", "undefined"],
    ["var last = 5", "undefined"],
    ["for (const each of [1, 2]) each", "undefined"],
    ["{ a: 1 }", "{ a: 1 }"],
    ["// an object\n{ a: 1, b: { c: 2 } } // so", "{ a: 1, b: { c: 2 } }"],
    ["{}", "{}"],
    ["{ a: 1 }.a", "1"],
    ["{ let inner = 5; inner }", "undefined"],
    ["export const shown = 6; shown", "6"],
    ["export default { b: 2 }", "{ b: 2 }"],
    ["export default 7; let afterwards = 1", "7"],
    ["export default function named() {}\nlet x = 1", "[Function: named]"],
    ["export default class Named {}", "[class Named]"],
    ["export default async () => 5", "[AsyncFunction (anonymous)]"],
    ["await Promise.resolve(8)", "8"],
    ["const parts = []; for await (const part of (async function* () { yield 1; yield 2 })()) parts.push(part); parts", "[ 1, 2 ]"],
    ["#!/usr/bin/env node\n9", "9"],
    ["later(2); function later(n: number) { return n * 2 }\nlater(3)", "6"],
    ["let typed: number; typed", "undefined"],
    ["(5 as unknown) satisfies unknown", "5"],
    ["class Fields { constructor(private a = 1, readonly b = 2) {} c!: number; declare d: number }\nnew Fields()", "Fields { a: 1, b: 2, c: undefined }"],
    ["const enum Flag { A = 1, B = A << 1 }\nFlag.B", "2"],
    ["enum Merged { A }\nenum Merged { B = 5 }\nMerged", "{ '0': 'A', '5': 'B', A: 0, B: 5 }"],
    ["namespace N { export let x = 1 }\nnamespace N { export const y = x + 1 }\nN.y", "2"],
    ["type U = 1; interface V {} declare const w: number; abstract class Y { abstract z(): void }\ntypeof Y", "'function'"],
    ["label: for (;;) { break label }", "undefined"],
    ["var v1 = 1, { v2, ...v3 } = { v2: 2, q: 3 }, v4;\n[v1, v2, v3, v4]", "[ 1, 2, { q: 3 }, undefined ]"],
    ["for (var [k, v] of [['a', 1]]) {}\nk + v", "'a1'"],
    ["if (true) { var fromBlock = 1 } else { var other }\n[fromBlock, other]", "[ 1, undefined ]"],
    ["const f1 = () => {}, f2 = class {};\n[f1.name, f2.name]", "[ 'f1', 'f2' ]"],
    ["`a${1}b`", "'a1b'"],
    ["null", "null"],
    ["-0", "-0"],
    ["12n ** 3n", "1728n"],
    ["import.meta.url.startsWith('file:')", "true"],
  ])("%j is %s", async (cell, value) => {
    expect(await repl.run(cell)).toBe(value);
  });
});

describe("syntax that not every Node.js has", () => {
  const dispose = "Symbol.dispose ?? Symbol.for('Symbol.dispose')";

  test("using disposes at the end of its block, and of the cell", async () => {
    const block = `const log: string[] = []; { using a = { [${dispose}]() { log.push("a") } }; log.push("in") }\nlog`;
    const cell = `using r = { v: 5, [${dispose}]() { log.push("r") } };\nlog.push("body");\nr.v + log.length`;
    expect(await values(block, cell, "log")).toEqual(["[ 'in', 'a' ]", "8", "[ 'in', 'a', 'body', 'r' ]"]);
  });

  test("await using waits", async () => {
    const cell = `const order: string[] = []; { await using a = { async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() { await null; order.push("a") } } }\norder`;
    expect(await repl.run(cell)).toBe("[ 'a' ]");
  });

  test("standard decorators and accessors", async () => {
    const cell = `function twice(method: () => number, _: ClassMethodDecoratorContext) { return function (this: unknown) { return 2 * method.call(this) } }
class D { @twice m() { return 4 } accessor q = 3 }
[new D().m(), new D().q]`;
    expect(await repl.run(cell)).toBe("[ 8, 3 ]");
  });

  test("the words alone change nothing", async () => {
    expect(await values("const using = 1, accessor = 2, namespace = 3; using + accessor + namespace", "'@a using x = 1'")).toEqual(["6", "'@a using x = 1'"]);
  });
});

describe("imports", () => {
  test("bindings are live and can be replaced", async () => {
    const cells = ["import d, { count as hits, bump, 'odd name' as odd } from './counter.mjs'; [d, hits, odd]", "bump(); [hits, odd]", "let hits = 9; bump(); hits"];
    expect(await values(...cells)).toEqual(["[ 'd', 0, 0 ]", "[ 1, 1 ]", "9"]);
  });

  test("a default with a namespace", async () => {
    expect(await repl.run("import ops, * as os from 'node:os';\nops === os.default")).toBe("true");
  });

  test("a name of Node's own changes for cells only", async () => {
    const cells = ["import { setTimeout } from 'node:timers/promises'; await setTimeout(1, 'slept')", "typeof globalThis.setTimeout(() => {}, 0)"];
    expect(await values(...cells)).toEqual(["'slept'", "'object'"]);
  });

  test("run before the rest, also unused ones, in their order", async () => {
    expect(await repl.run("const before = globalThis.sides;\nimport {} from './side.mjs';\nbefore")).toBe("1");
    expect(await repl.run("export * from './side.mjs'; export { count as c } from './counter.mjs'; sides")).toBe("1");
  });

  test("of a type without saying so is no error until it is used as a value", async () => {
    expect(await repl.run("import { OnlyAType } from './counter.mjs'; const t: OnlyAType[] = []; t")).toBe("[]");
    await expect(repl.run("import { NotThere } from './counter.mjs';\nNotThere()")).rejects.toThrow(`does not provide an export named "NotThere"`);
    await expect(repl.run("import { NotThere as URL } from './counter.mjs';\nnew URL()")).rejects.toThrow(`does not provide an export named "NotThere"`);
  });

  test("of types only load nothing", async () => {
    expect(await repl.run("import type { A } from './does-not-exist'; 1")).toBe("1");
  });

  test("dynamic, also inside functions of earlier cells", async () => {
    expect(await values("const lazy = async () => (await import('node:path')).sep", "await lazy()")).toEqual(["undefined", `'${path.sep}'`]);
  });

  test("which names are the session's variables is forgotten with the session", () => {
    const transformer = new CellTransformer();
    transformer.commit(transformer.transform("let a = 1", "cell-1.ts"));
    expect(transformer.transform("import { a } from 'a'", "cell-2.ts").names).toEqual([{ name: "a", kind: "import", live: false }]);
    transformer.reset();
    expect(transformer.transform("import { a } from 'a'", "cell-2.ts").names).toEqual([{ name: "a", kind: "import", live: true }]);
  });
});

describe("places", () => {
  test.each([
    ["undefinedName", "1:1"],
    ["const y: number = 5;   (null as any).foo", "1:38"],
    ["\n\n// comment\nlet a: string = 'é𝒳';   throw new Error(a)", "4:32"],
    ["import os from 'node:os';\nfunction f(a: number) {\n  return os.nope(a)\n}\n\nf(1)", "3:13"],
    ["let a = 1;\n\nfunction f(): never {\n  throw new Error('x')\n}\nf()", "4:9"],
    ["await Promise.resolve();\n  throw new Error('after')", "2:9"],
    ["var { b } = { b: 1 }, c = b;\nvar d = c; throw new Error('x')", "2:18"],
    ["export const e = 1;   throw new Error('x')", "1:29"],
    ["{ a: (() => { throw new Error('x') })() }", "1:21"],
    ["enum E { A }\n   nope(E.A)", "2:4"],
    ["using r = null;\n  throw new Error('x')", "2:9"],
    ["class K { @((v: unknown) => undefined) m() {} }\n  nope()", "2:3"],
  ])("%j fails at %s", async (cell, place) => {
    const stack = await repl.run(cell).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(/cell-\d+\.ts:(\d+:\d+)/.exec(stack)?.[1]).toBe(place);
  });

  test.each([
    ["let x = ;", 1, 9, 1, "Unexpected token"],
    ["const ok = 1;\n  let 𝒳é = 'é'; foo bar", 2, 21, 1, "semicolon"],
    ["let x = 1;\nlet x = 2;", 2, 5, 1, "already been declared"],
    ["return 5", 1, 1, 6, "return"],
    ["const a = <div/>;", 1, 15, 1, "Expected"],
    ["function f() {", 1, 15, 1, "}"],
  ])("%j does not parse at %i:%i", (cell, line, column, length, message) => {
    let error: unknown;
    try {
      new CellTransformer().transform(cell, "cell-1.ts");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CellSyntaxError);
    expect(error).toMatchObject({ line, column, length, name: "SyntaxError" });
    expect((error as Error).message).toContain(message);
  });
});

test("a script travels as JSON and names what the cell declares", () => {
  const cell = "import d, { a as b } from 'x'; const { c, e: [f] } = d; let g; var h; function i() {} class J {} enum K {} using l = null; type M = 1; if (g) { var n }";
  const { names, url } = JSON.parse(JSON.stringify(new CellTransformer().transform(cell, "cell-7.ts"))) as ReturnType<CellTransformer["transform"]>;
  expect(url).toBe("cell-7.ts");
  expect(Object.fromEntries(names.map(({ name, kind }) => [name, kind]))).toEqual({
    ...{ c: "const", f: "const", g: "let", i: "function", J: "class", K: "enum", l: "using", h: "var", n: "var", d: "import", b: "import" },
  });
});
