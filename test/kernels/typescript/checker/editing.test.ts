import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Notebook } from "./fixture.ts";

describe("completion", () => {
  test("members, with the range they replace, after characters outside the BMP", async () => {
    const notebook = new Notebook();
    await notebook.run(`const word = "abc";`);
    const code = `"😀"; word.toUp`;
    expect(await notebook.checker.complete(code, code.length)).toEqual({
      start: code.length - 4,
      end: code.length,
      matches: [{ name: "toUpperCase", kind: "method" }],
    });
  });

  test("names: of earlier cells, of the cell, in scope, global, keywords", async () => {
    const notebook = new Notebook();
    await notebook.run("const alphaBar = 1; function alphaFn() {} type AlphaType = 1;");
    expect(await notebook.names("const alphaHere = 2; alpha")).toEqual(["alphaBar", "alphaFn", "alphaHere", "AlphaType"]);
    const nested = "function f(argument: number) { return arg }\nfunction g(argumentOfG: number) {}";
    expect(await notebook.names(nested, nested.indexOf("arg }") + 3)).toEqual(["argument"]);
    expect(await notebook.names("proc")).toEqual(["process"]);
    expect(await notebook.names("let r: Rec")).toEqual(["Record"]);
    expect(await notebook.names("awa")).toContain("await");
  });

  test("exact case comes first; at most 200", async () => {
    const notebook = new Notebook();
    await notebook.run("const mapper = 1; const Mapper2 = 2;");
    const names = await notebook.names("map");
    expect(names.indexOf("mapper")).toBeLessThan(names.indexOf("Map"));
    expect((await notebook.names("")).length).toBe(200);
  });

  test("in strings: module paths and literal types", async () => {
    const notebook = new Notebook();
    writeFileSync(path.join(notebook.folder, "helper.ts"), "export const shown = 1;");
    expect(await notebook.names(`import { shown } from "./hel`)).toEqual(["helper"]);
    expect(await notebook.names(`import { sho } from "./helper.ts"`, 12)).toEqual(["shown"]);
    await notebook.run(`let mode: "first" | "second" = "first";`);
    expect(await notebook.names(`mode = "se`)).toEqual(["second"]);
  });

  test("does not disturb the cell that is running", async () => {
    const notebook = new Notebook();
    await notebook.check("const running = 1;");
    await notebook.names("runn");
    notebook.checker.commit("const running = 1;");
    expect(await notebook.codes("const n: number = running;")).toEqual([]);
  });
});

describe("inspection", () => {
  async function text(notebook: Notebook, code: string, offset = code.length): Promise<string | undefined> {
    return (await notebook.checker.inspect(code, offset))?.text;
  }

  test("variables and functions of earlier cells, with their docs", async () => {
    const notebook = new Notebook();
    await notebook.run("/** How far it is. */\nconst distance = 5 + 5;\n/** Doubles. */\nfunction twice(x: number) { return 2 * x }");
    expect(await text(notebook, "distance + 1", 3)).toBe("const distance: number\n\nHow far it is.");
    expect(await text(notebook, "twice", 5)).toBe("function twice(x: number): number\n\nDoubles.");
    expect(await text(notebook, "twice(")).toContain("function twice(x: number): number");
    expect(await text(notebook, "let other = twice(distance)", 5)).toBe("let other: number");
  });

  test("members of libraries", async () => {
    const found = await text(new Notebook(), `/* 😀 */ "abc".charAt(0)`, `/* 😀 */ "abc".ch`.length);
    expect(found).toMatch(/^\(method\) charAt\(pos: number\): string\n\nReturns the character at the specified index/);
  });

  test("nothing where nothing is", async () => {
    expect(await text(new Notebook(), "1 + 1", 2)).toBeUndefined();
  });
});
