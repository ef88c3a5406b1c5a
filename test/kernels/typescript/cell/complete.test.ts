import { expect, test } from "vitest";
import { isComplete } from "../../../../kernels/typescript/cell/complete.ts";
import { lineColumn, offsetOf } from "../../../../kernels/typescript/cell/text.ts";

test.each(["1 + 1", "", "// c", "let x = 1", "function f() {}", "`a\n${1}`", "a\n.b", "const s = 'it\\'s'", "{ a: 1 }", "{ a: 1, b: [2] }", "{ a: 1 }.a", "for await (const x of y) {}", "let x: number;", "/a`/", "enum E { A }"])(
  "%j is complete",
  (code) => {
    expect(isComplete(code)).toEqual({ status: "complete", indent: "" });
  },
);

test.each([
  ["function f() {", "  "],
  ["  if (x) {", "    "],
  ["function f() {\n  return 1;", "  "],
  ["const a = [\n  1,", "  "],
  ["{ a: 1, b: 2,", ""],
  ["{ a: 1, b: 2", ""],
  ["// so\n{", "  "],
  ["foo(", "  "],
  ["let y = `abc", ""],
  ["`a ${", "  "],
  ["`a ${x} b", ""],
  ["/* abc", ""],
  ["1 +", ""],
  ["1 + // more", ""],
  ["let x =", ""],
  ["x =>", "  "],
  ["(a, b) =>", "  "],
  ["foo.", ""],
  ["a?.", ""],
  ["if (x)", ""],
  ["try {}", ""],
  ["type X = {", "  "],
  ["import { a", ""],
  ["@dec", ""],
  ["a ? b :", ""],
  ["'one \\\n", ""],
  ["let 𝒳 = {", "  "],
])("%j is incomplete, to be continued with %j", (code, indent) => {
  expect(isComplete(code)).toEqual({ status: "incomplete", indent });
});

test.each(["let x = ;", "}", "foo bar", "x = )", "let a; let a", "'abc", "'abc\n", "else", "return 5", "{ a: 1, b c }", "/abc", "const x", "let 𝒳 = ;\nfoo("])("%j is invalid", (code) => {
  expect(isComplete(code)).toEqual({ status: "invalid", indent: "" });
});

test("places and offsets turn into each other", () => {
  const text = "a𝒳b\r\ncd\n\n\u2028e";
  for (let offset = 0; offset <= text.length; offset++) {
    if (text[offset] === "\n" && text[offset - 1] === "\r") continue;
    expect(offsetOf(text, lineColumn(text, offset))).toBe(offset);
  }
  expect(lineColumn(text, 3)).toEqual({ line: 1, column: 4 });
  expect(lineColumn(text, text.length)).toEqual({ line: 5, column: 2 });
  expect(offsetOf(text, { line: 2, column: 99 })).toBe(text.indexOf("cd") + 2);
});
