import { MagicString } from "magic-string";
import { transformSync } from "oxc-transform";
import { expect, test } from "vitest";
import { chainMaps, mapData, mapStack, SourceMaps } from "../../../../kernels/typescript/sourcemap/index.ts";

const original = "interface A {\n  a: number;\n}\n\nconst x: number = 1;   const y = <A>{ a: 2 };\nfail(y);\n";
const stripped = transformSync("a.ts", original, { lang: "ts", sourcemap: true });
const mappings = stripped.map!.mappings;

/** Line and column from 1. */
function placeOf(text: string, part: string): { line: number; column: number } {
  const before = text.slice(0, text.indexOf(part)).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

test("places lead to the text a person wrote, and back", () => {
  const maps = new SourceMaps();
  maps.add("a.ts", mapData(mappings));
  for (const part of ["y =", "fail", "const x"]) {
    expect(maps.original("a.ts", placeOf(stripped.code, part))).toEqual(placeOf(original, part));
    expect(maps.generated("a.ts", placeOf(original, part))).toEqual(placeOf(stripped.code, part));
  }
  expect(maps.original("a.ts", { line: 99, column: 1 })).toBeUndefined();
  expect(maps.original("b.ts", { line: 1, column: 1 })).toBeUndefined();
});

test("a chain leads through all its stages; maps are made when first asked for", () => {
  const text = new MagicString(stripped.code).prepend("// a line\n").overwrite(stripped.code.indexOf("fail"), stripped.code.indexOf("fail") + 4, "call");
  const maps = new SourceMaps();
  let made = 0;
  maps.add("a.ts", () => {
    made++;
    return chainMaps([text.generateMap({ hires: "boundary" }).mappings, mappings]);
  });
  expect(made).toBe(0);
  expect(maps.original("a.ts", placeOf(text.toString(), "call"))).toEqual(placeOf(original, "fail"));
  expect(maps.original("a.ts", placeOf(text.toString(), "y ="))).toEqual(placeOf(original, "y ="));
  expect(maps.original("a.ts", { line: 1, column: 1 })).toBeUndefined();
  expect(made).toBe(1);
});

test("stacks are mapped where there are maps, and left alone elsewhere", () => {
  const maps = new SourceMaps();
  const url = "file:///with%20space/a.ts";
  maps.add(url, mapData(mappings));
  maps.add("cell-3.ts", mapData(mappings));
  const generated = placeOf(stripped.code, "fail");
  const wanted = placeOf(original, "fail");
  const at = `${generated.line}:${generated.column}`;
  const to = `${wanted.line}:${wanted.column}`;
  const stack = [`Error: in cell-3.ts`, `    at f (${url}:${at})`, `    at async cell-3.ts:${at}`, `    at eval (eval at g (cell-3.ts:${at}), <anonymous>:1:1)`, "    at node:internal/x:1:2", "    at cell-4.ts:1:1"];
  const mapped = [`Error: in cell-3.ts`, `    at f (${url}:${to})`, `    at async cell-3.ts:${to}`, `    at eval (eval at g (cell-3.ts:${to}), <anonymous>:1:1)`, "    at node:internal/x:1:2", "    at cell-4.ts:1:1"];
  expect(mapStack(stack.join("\n"), maps)).toBe(mapped.join("\n"));
});
