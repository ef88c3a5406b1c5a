import { describe, expect, it } from "vitest";
import { CellSyntaxError } from "../../../../kernels/typescript/cell/transform.ts";
import { type CompiledCell, MagicCells } from "../../../../kernels/typescript/magics/index.ts";
import { SourceMaps } from "../../../../kernels/typescript/sourcemap/index.ts";

const cells = (): MagicCells => new MagicCells("strict", true);
const compile = (code: string, known = cells()): CompiledCell => known.transform(code, "cell-1.ts");

function refusal(code: string, known = cells()): CellSyntaxError {
  try {
    compile(code, known);
  } catch (error) {
    if (error instanceof CellSyntaxError) return error;
    throw error;
  }
  throw new Error(`nothing is wrong with ${JSON.stringify(code)}`);
}

/** Where a word of the script comes from in the cell. */
function origin(cell: CompiledCell, word: string): { line: number; column: number } | undefined {
  const maps = new SourceMaps();
  maps.add(cell.url, cell.map);
  const before = cell.code.slice(0, cell.code.indexOf(word)).split("\n");
  return maps.original(cell.url, { line: before.length, column: before.at(-1)!.length + 1 });
}

describe("a cell with magics", () => {
  it.each([
    ["!ls -l\nconst n = boom();", "boom", { line: 2, column: 11 }],
    ["%time boom()", "boom", { line: 1, column: 7 }],
    ["%timeit -n 5 await boom()", "boom", { line: 1, column: 20 }],
    ["%time const a = 1, b = boom(a);", "boom", { line: 1, column: 24 }],
    ["!echo a \\\n b\n  boom()", "boom", { line: 3, column: 3 }],
    ["%%timeit\n  boom()", "boom", { line: 2, column: 3 }],
    ["%%time\n%who\n  boom()", "boom", { line: 3, column: 3 }],
  ])("leads errors of %j back to their place", (code, word, place) => expect(origin(compile(code), word)).toEqual(place));

  it.each([
    ["%time f(1)\n!ls\nx", "      f(1)\n; \nx"],
    ["%timeit f(1) // note", "       {f(1)} // note"],
    ["%timeit -n 5 -r 2 const a = 1", "                 {const a = 1}"],
    ["%%timeit\nconst a = 1;", "{       \nconst a = 1;\n}"],
    ["%%time\nconst a = 1;", "      \nconst a = 1;"],
  ])("shows the checker %j as TypeScript at the same places", (code, check) => expect(compile(code).check?.replace(/;\s+\n/, "; \n")).toBe(check));

  it("keeps the value of a timed expression, and the names of a timed declaration, but none of a repeated one", () => {
    expect(compile("%time f(1)").code).toMatch(/timed\(\(__noisebook\.magics\.time\(\), ?\(?f\(1\)\)?\)\)/);
    expect(compile("%time const a = 1").names.map(({ name }) => name)).toEqual(["a"]);
    expect(compile("%timeit const a = 1").names).toEqual([]);
    expect(compile("%%timeit\nconst a = 1").names).toEqual([]);
  });

  it("repeats what awaits by an async function, everything else by a plain one", () => {
    expect(compile("%timeit f(1)").code).not.toContain("async");
    expect(compile("%timeit await f(1)").code).toContain("async");
    expect(compile("%timeit xs.map(async (x) => await x)").code).not.toMatch(/timeit\(\{\},\s*async/);
    expect(compile("%%timeit\nfor await (const x of xs) x;").code).toMatch(/timeit\(\{\},\s*async/);
  });

  it.each([
    ["%time", '"%time" needs a statement behind it', 1, 1],
    ["1;\n%timeit", '"%timeit" needs a statement behind it', 2, 1],
    ["%%timeit", '"%%timeit" needs statements below it', 1, 1],
    ["%time import a from 'a'", '"%time" cannot time a static import or export, which is no step of its cell: use %%time, or %time await import(…)', 1, 1],
    ["%%timeit\nimport a from 'a';", '"%%timeit" cannot repeat an import or export: move it to a cell of its own', 2, 1],
    ["%%time f()", '"%%time" has its statements below it, not "f()" behind it', 1, 1],
    ["%%timeit -n 2 f()\n1", '"%%timeit" has its statements below it, not "f()" behind it', 1, 1],
    ["%check of", '"of" is no way to check types: there are strict, warn, off', 1, 1],
    ["1\n%reset", "%reset must come first in its cell: what stands above it would be lost", 2, 1],
    ["%reset a", '%reset forgets everything; "a" alone cannot be forgotten', 1, 1],
  ])("%j is refused", (code, message, line, column) => expect(refusal(code)).toMatchObject({ message, line, column }));

  it("says a syntax error's place in the cell, not in what it became", () => {
    expect(refusal("!ls -la /\n%time f(1)\nconst a = = 2;")).toMatchObject({ line: 3, column: 11 });
    expect(refusal("%timeit f(1 2)")).toMatchObject({ line: 1, column: 13 });
  });

  it("takes an object literal below a cell magic for one", () => {
    expect(compile("%%time\n{ a: 1, b: 2 }").parenthesized).toBe(true);
  });
});

describe("%check", () => {
  it("holds from its cell on, wherever it stands in it; %%check in its cell alone", () => {
    const known = cells();
    expect(compile("1", known).mode).toBe("strict");
    expect(compile("1\n%check off", known).mode).toBe("off");
    expect(compile("2", known).mode).toBe("off");
    expect(compile("%%check warn\n3", known).mode).toBe("warn");
    expect(compile("4", known).mode).toBe("off");
    expect(compile("%check strict", known).mode).toBe("strict");
    known.reset();
    expect(compile("5", known).mode).toBe("strict");
  });

  it("says when there is no checker to turn on", () => {
    const known = new MagicCells("off", false);
    expect(compile("%check off", known).mode).toBe("off");
    expect(refusal("%check strict", known).message).toContain("NOISEBOOK_CHECK=off");
  });
});

describe("names", () => {
  it("of cells that ran tell an expression from a command, until a reset", () => {
    const known = cells();
    expect(compile("!ready", known).code).toContain("shell");
    known.commit(compile("const ready = true;", known));
    expect(compile("!ready", known).code).not.toContain("shell");
    expect(compile("%reset\n!ready", known)).toMatchObject({ fresh: true });
    known.reset();
    expect(compile("!ready", known).code).toContain("shell");
  });

  it("are told to a cell that asks for their types", async () => {
    const known = cells();
    known.commit(compile("const a = 1; import { b } from 'b';", known));
    const cell = compile("const c = 2;\n%whos", known);
    expect(cell.untyped).toEqual(["a", "b", "c"]);
    const asked: string[] = [];
    const typed = await known.finish(cell, {
      inspect: (code, offset) => {
        asked.push(code.slice(offset).replace(/;.*/, ""));
        return Promise.resolve({ text: `const ${asked.at(-1)}: number\n\nA comment.` });
      },
    });
    expect(asked).toEqual(["a", "b", "c"]);
    expect(typed.code).toContain('__noisebook.magics.types={"a":"number","b":"number","c":"number"};');
  });
});

describe("completeness", () => {
  it.each([
    ["!ls", "complete"],
    ["!echo \\", "incomplete"],
    ["%who", "complete"],
    ["%time f(", "incomplete"],
    ["%%time", "incomplete"],
    ["%%timeit\nf()", "complete"],
    ["%%check off", "complete"],
    ["%nope", "invalid"],
    ["!ls\nconst a = {", "incomplete"],
    ["a\n% b", "complete"],
  ])("of %j: %s", (code, status) => expect(cells().completeness(code).status).toBe(status));

  it("indents by what the user has typed", () => {
    expect(cells().completeness("%time f(").indent).toBe("  ");
    expect(cells().completeness("!ls\n  f(").indent).toBe("    ");
  });
});

describe("editing", () => {
  const types = {
    complete: (code: string, offset: number) => Promise.resolve({ start: offset, end: offset, matches: [{ name: code, kind: "text" }] }),
    inspect: (code: string, _offset: number) => Promise.resolve({ text: code }),
  };
  const editing = cells().editing(types);
  const names = async (code: string, offset = code.length): Promise<string[]> => (await editing.complete(code, offset)).matches.map(({ name }) => name);

  it("completes the names of magics, and cell magics on the first line only", async () => {
    expect(await names("%ti")).toEqual(["%time", "%%time", "%timeit", "%%timeit"]);
    expect(await names("%%c")).toEqual(["%%check"]);
    expect(await names("1;\n%ti")).toEqual(["%time", "%timeit"]);
    expect(await editing.complete("1;\n%ti", 6)).toMatchObject({ start: 3, end: 6 });
    expect(await names("%check w")).toEqual(["warn"]);
    expect(await names("!ls sr")).toEqual([]);
  });

  it("leaves TypeScript to TypeScript, without the magics, at the same offsets", async () => {
    expect(await names("!ls -l\nfoo.")).toEqual(["      \nfoo."]);
    expect(await names("%time foo.")).toEqual(["      foo."]);
    expect(await names("a\n% b")).toEqual(["a\n% b"]);
  });

  it("tells what a magic does", async () => {
    expect((await editing.inspect("1;\n%time f()", 5))?.text).toMatch(/^%time statement\n\nruns once/);
    expect((await editing.inspect("%time f()", 7))?.text).toBe("      f()");
  });
});
