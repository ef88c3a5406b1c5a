import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { CaseKernel, Define } from "./cases.ts";
import { resultText } from "./jupyter.ts";

/** What of TypeScript and of a project a cell may use: a name, the cells, and what the last one results in. */
const sessions: readonly (readonly [name: string, cells: readonly string[], result: string])[] = [
  ["redeclares const, class, enum and function", ["const a1 = 1; class C1 {} enum E1 { X } function f1() { return 1; }", "let a1 = 2; class C1 { static y = 3; } enum E1 { X = 5 } function f1() { return 10; }", "a1 + C1.y + E1.X + f1()"], "20"],
  ["runs generators", ["function* g1() { yield 1; yield 2; }", "[...g1()]"], "[ 1, 2 ]"],
  ["disposes what using declares", ["let freed = 0;", "{ using held = { [Symbol.dispose]() { freed = 1; } }; }\nfreed"], "1"],
  ["applies standard decorators", ["function logged(method: (this: D1) => number, context: ClassMethodDecoratorContext) { return function (this: D1) { return method.call(this) + String(context.name).length; }; }\nclass D1 { @logged two() { return 40; } }", "new D1().two()"], "43"],
  ["knows import.meta.url", ["import.meta.url.startsWith('file:')"], "true"],
  ["imports local TypeScript by .ts", ["import { twice as t1 } from './helper.ts';\nt1(4)"], "8"],
  ["imports local TypeScript by .js", ["import { twice as t2 } from './helper.js';\nt2(4)"], "8"],
  ["imports local TypeScript without an extension", ["import { twice as t3 } from './helper';\nt3(4)"], "8"],
  ["imports by tsconfig paths", ["import { deep } from '@lib/deep';\ndeep"], "9"],
  ["imports JSON", ["import data from './data.json';\ndata.n"], "5"],
  ["imports JSON with an import attribute", ["import data2 from './data.json' with { type: 'json' };\ndata2.n"], "5"],
  ["imports dynamically", ["(await import('node:path')).basename('/a/b')"], "'b'"],
  ["imports a package that is ESM only", ["import { answer } from 'esm-only';\nanswer"], "42"],
  ["imports by an export map", ["import { part } from 'esm-only/part';\npart"], "7"],
  ["shows null as a result", ["null"], "null"],
  ["has Jupyter's plain results for objects", ["({ a: [1, 2], b: new Map([['k', 1]]) })"], "{ a: [ 1, 2 ], b: Map(1) { 'k' => 1 } }"],
];

export function defineLanguageCases(it: Define, { client, folder }: CaseKernel): void {
  for (const [name, cells, result] of sessions) {
    it(name, async () => {
      const answers = [];
      for (const cell of cells) answers.push(await client().execute(cell));
      expect(answers.flatMap(({ reply }) => reply.traceback ?? [])).toEqual([]);
      expect(resultText(answers[answers.length - 1])).toBe(result);
    });
  }

  it("checks strictly unless told otherwise", async () => {
    const { reply } = await client().execute("const text1: string = null;");
    expect(reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
  });

  it("sees a local file's edit on the next import", async () => {
    const file = path.join(folder, "edited.ts");
    writeFileSync(file, "export const edition = 1;\n");
    expect(resultText(await client().execute("(await import('./edited')).edition"))).toBe("1");
    writeFileSync(file, "export const edition = 2.5;\n");
    expect(resultText(await client().execute("(await import('./edited')).edition"))).toBe("2.5");
  });
}
