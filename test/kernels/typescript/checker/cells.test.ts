import { describe, expect, test } from "vitest";
import { Notebook } from "./fixture.ts";

describe("names of earlier cells", () => {
  test("every kind of declaration reaches later cells", async () => {
    const notebook = new Notebook();
    await notebook.run(
      `const a = 1; let b = "s"; var c = [1]; function f(x: Point) { return x.x; } class K<T> { constructor(readonly v: T) {} }
       enum Color { Red, Green } type Point = { x: number }; interface Named { name: string } namespace N { export const deep = 1 }
       const { d, ...rest } = { d: 1, e: "e" }, [g = 2] = [3]; import { join } from "node:path"; for (var i = 0; i < 2; i++) {}`,
    );
    const use = `const all: [number, string, number[], number, K<string>, Color, Point, Named, number, number, string, number, string, number] =
      [a, b, c, f({ x: 1 }), new K("v"), Color.Red, { x: 1 }, { name: "n" }, N.deep, d, rest.e, g, join("a", "b"), i];`;
    expect(await notebook.codes(use)).toEqual([]);
  });

  test("types flow on: a wrong use in a later cell is an error", async () => {
    const notebook = new Notebook();
    expect(await notebook.run("const a = { n: 1 };", "const f = () => a.n;", "const s: string = f();")).toEqual([2322]);
  });

  test("a check records nothing", async () => {
    const notebook = new Notebook();
    await notebook.check("const a = 1;");
    expect(await notebook.codes("a")).toEqual([2304]);
  });

  test("redeclaration replaces, and cells in between keep what they saw", async () => {
    const notebook = new Notebook();
    await notebook.run("const a = 1;", "const old = a;", `const a = "text";`);
    expect(await notebook.codes("const s: string = a; const n: number = old;")).toEqual([]);
    expect(await notebook.run("function a(): boolean { return true }", "const yes: boolean = a();")).toEqual([]);
    expect(await notebook.run("class a { k = 1 }", "const k: a = new a();")).toEqual([]);
  });

  test("a type and a value of one name live side by side across cells", async () => {
    const notebook = new Notebook();
    await notebook.run("type Point = { x: number };", "function Point(x: number): Point { return { x } }");
    expect(await notebook.codes("const p: Point = Point(1);")).toEqual([]);
    expect(await notebook.codes("const p: Point = 1;")).toEqual([2322]);
  });

  test("reset forgets them", async () => {
    const notebook = new Notebook();
    await notebook.run("const a = 1;");
    notebook.checker.reset();
    expect(await notebook.codes("a")).toEqual([2304]);
    expect(await notebook.run(`const a = "new";`, "const s: string = a;")).toEqual([]);
  });

  test("several hundred cells, each leaning on the last", async () => {
    const notebook = new Notebook();
    await notebook.run("const v0 = { n: 1 };");
    for (let i = 1; i <= 220; i++) notebook.checker.commit(`const v${i} = { n: v${i - 1}.n + 1 };`);
    expect(await notebook.codes("const n: number = v220.n; const s: string = v110.n;")).toEqual([2322]);
  });

  test("declare global, and declared anew", async () => {
    const notebook = new Notebook();
    expect(await notebook.run("declare global { interface Array<T> { second(): T } var g: number }", "[g, 2].second().toFixed();")).toEqual([]);
    expect(await notebook.codes("declare global { var g: string }")).toEqual([]);
    expect(await notebook.codes("const n: number = g;")).toEqual([]);
    expect(await notebook.run("declare global { var g: string }", "const s: string = g;")).toEqual([]);
  });
});

describe("assignment", () => {
  test("variables of earlier cells take new values of their type", async () => {
    const notebook = new Notebook();
    expect(await notebook.run("let count = 0; var total = 0;", "count = 100; total += count; count++;")).toEqual([]);
    expect(await notebook.codes(`count = "text";`)).toEqual([2322]);
  });

  test.each([
    ["const a = 1;", 2588, "constant"],
    ["function a() {}", 2630, "function"],
    ["class a {}", 2629, "class"],
    ["enum a { A }", 2628, "enum"],
  ])("%s is not assignable in a later cell", async (declaration, code, word) => {
    const notebook = new Notebook();
    await notebook.run(declaration);
    const [diagnostic] = await notebook.check("a = 2;");
    expect(diagnostic).toMatchObject({ code, line: 1, column: 1, length: 1 });
    expect(diagnostic!.message).toContain(word);
  });

  test("literals widen as in one file", async () => {
    const notebook = new Notebook();
    expect(await notebook.run(`const a = "a";`, "let b = a;", `b = "b";`)).toEqual([]);
  });

  test("variables without a type yet take any", async () => {
    const notebook = new Notebook();
    expect(await notebook.run("let s = null; let list = []; let later;")).toEqual([]);
    expect(await notebook.run(`s = 5; list.push(1); later = "x";`, "s.anything; list[0]; later.anything")).toEqual([]);
  });

  test("narrowing lasts beyond the cell, and never to nothing", async () => {
    const notebook = new Notebook();
    await notebook.run("let net: Date | undefined;");
    expect(await notebook.codes("net.getTime()")).toEqual([18048]);
    expect(await notebook.run("net = new Date();", "net.getTime()")).toEqual([]);
    expect(await notebook.run("net = undefined;", "if (net) net.getTime();")).toEqual([]);
    expect(await notebook.run(`const m = "abc".match(/b/);`, `if (!m) throw new Error("none");`, "m[0].length")).toEqual([]);
    expect(await notebook.run(`let mode: "a" | "b" = "a";`, `if (mode === "b") { mode = "a" }`)).toEqual([]);
  });
});

describe("what a cell may hold", () => {
  test.each([
    "await Promise.resolve(1)",
    "for await (const x of [Promise.resolve(1)]) x.toFixed();",
    "early(); function early() {}",
    "1 + 1",
    `"use me"; 5;`,
    "var twice = 1; var twice = 2;",
    "const unused = 1; function unusedToo(x: number) {}",
    "import.meta.url + import.meta.dirname + import.meta.filename + import.meta.resolve('x') + __dirname + __filename; require('node:fs')",
    "(await display(1)).update(2); clearOutput({ wait: true }); const h: DisplayHandle = await display(1, { id: 'x' });",
    "export const out = 1; export default class Foo {}; export { out as other };",
    "enum E { A } namespace N { export type T = 1 }",
    "// @ts-nocheck\nconst wrong: string = 5;",
    "// @ts-expect-error\nconst wrong: string = 5;",
    "/* comment at the end */ 1 // and another",
    "let β = 0.1; const ᾱ = 1 - β;",
    "",
  ])("%s", async (code) => {
    const notebook = new Notebook();
    expect(await notebook.run(code, "1")).toEqual([]);
    expect(await notebook.codes(code)).toEqual([]);
  });

  test.each([
    ["nowhereDeclared", 2304],
    ["const x: string = 5;", 2322],
    ["// @ts-expect-error\nconst right = 5;", 2578],
    ["if (1 {", 1005],
    ["const f = (x) => x;", 7006],
    ["let t: number = null;", 2322],
  ])("%s is an error", async (code, number) => {
    expect((await new Notebook().codes(code))[0]).toBe(number);
  });
});

describe("diagnostics", () => {
  test("point into the cell in UTF-16 units, whatever earlier cells hold", async () => {
    const notebook = new Notebook();
    await notebook.run(`const first = "😀😀";\n\nconst second = first;\n`);
    const code = `const a = second;\r\n/* 😀 */ const wrong: number = a;`;
    expect(await notebook.check(code)).toEqual([
      { code: 2322, message: "Type 'string' is not assignable to type 'number'.", line: 2, column: 16, length: 5 },
    ]);
  });

  test("an unfinished cell is told at its end", async () => {
    expect((await new Notebook().check("const a = {\n  b: 1,")).at(-1)).toMatchObject({ line: 2, column: 8, length: 0 });
  });

  test("chains are indented below", async () => {
    const [diagnostic] = await new Notebook().check("const f: (x: { a: number }) => void = (x: { a: string }) => {};");
    expect(diagnostic!.message.split("\n").slice(0, 2)).toEqual([
      "Type '(x: { a: string; }) => void' is not assignable to type '(x: { a: number; }) => void'.",
      "  Types of parameters 'x' and 'x' are incompatible.",
    ]);
  });

  test("do not show how cells are linked", async () => {
    const notebook = new Notebook();
    await notebook.run("class P { private k = 1 } let variable = new P();", "class P { private k = 2 }");
    const [diagnostic] = await notebook.check("const p: P = variable;");
    expect(diagnostic!.message).not.toMatch(/__n|import\(/);
  });
});
