import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTypeScript } from "../../../../kernels/typescript/cell/syntax.ts";
import { findMagics } from "../../../../kernels/typescript/magics/find.ts";

const earlier = new Set(["flag", "done"]);
const find = (code: string) => findMagics(code, (name) => earlier.has(name));
const found = (code: string): string[] => find(code).magics.map(({ form, name, flags, argument }) => `${form} ${name} ${flags} ${argument}`.trim().replace(/ +/g, " "));

describe("a shell line", () => {
  it.each([
    ["!ls", "shell ls"],
    ["!ls -la src", "shell ls -la src"],
    ["!git commit -m 'a b' && echo \"x", "shell git commit -m 'a b' && echo \"x"],
    ["!npm run build", "shell npm run build"],
    ["!node --version", "shell node --version"],
    ["!./run.sh 1", "shell ./run.sh 1"],
    ["!/usr/bin/env node", "shell /usr/bin/env node"],
    ["!~/bin/tool", "shell ~/bin/tool"],
    ["!$HOME/bin/tool", "shell $HOME/bin/tool"],
    ["!echo a; echo b | wc -l > out.txt", "shell echo a; echo b | wc -l > out.txt"],
    ["! ls", "shell ls"],
    ["! flag", "shell flag"],
    ["! (cd src; ls)", "shell (cd src; ls)"],
    ["const x = 1;\n!pwd", "shell pwd"],
    ["const x = 1\n!pwd", "shell pwd"],
    ["let flag = 1;\n!flag -x f", "shell flag -x f"],
    ["!echo a \\\n  b \\\n c\nconst y = 1", "shell echo a \\\n b \\\n c"],
    ["!echo a \\\\\n1", "shell echo a \\\\"],
    ["!unknown && f()", "shell unknown && f()"],
  ])("%j runs a command", (code, expected) => expect(found(code)).toEqual([expected]));

  it.each([
    "!flag",
    "!flag && f()",
    "!done || stop",
    "const local = 1;\n!local",
    "import { local } from 'x';\n!local",
    "function local() {}\n!local",
    "!unknown(1)",
    "!(await ready())",
    "!(\nawait ready())",
    "!function () { go(); }()",
    "!async function () {}()",
    "!await ready",
    "!new Date",
    "!true",
    "!this",
    "!!flag",
    "![1].length",
    "!/abc/.test(text)",
    "!~text.indexOf('a')",
    "!process.stdout",
    "!isNaN(x)",
    "!0",
    "!'text'",
    "!`t`",
    "!{}",
    "x\n!= 3",
    "f(\n!ls\n)",
    "const a =\n!ls",
    "if (a)\n!ls",
    "`\n!ls\n`",
    "/*\n!ls\n*/",
    "function f() {\n!ls\n}",
    " !ls",
    "!",
    "!\nls",
    "x!",
  ])("%j stays TypeScript", (code) => expect(find(code)).toEqual({ magics: [], blanked: code }));
});

describe("a magic", () => {
  it.each([
    ["%who", ["line who"]],
    ["%who;", ["line who"]],
    ["%time f(1)", ["line time f(1)"]],
    ["%time f(\n1\n)\n!ls", ["line time f(", "shell ls"]],
    ["const a = 1\n%who", ["line who"]],
    ["a\n%who", ["line who"]],
    ["%%time\nf()", ["cell time"]],
    ["\n\n%%timeit -n 3\nf()", ["cell timeit -n 3"]],
    ["%%check off\n%%time\nf()", ["cell check off", "cell time"]],
    ["%env A=b c\n%env\r\n%pwd", ["line env A=b c", "line env", "line pwd"]],
    ["let a; let a;\n%who", ["line who"]],
  ])("is found in %j", (code, expected) => expect(found(code)).toEqual(expected));

  it.each(["a\n% b", "a\n%b", "a\n% who", "const y = a\n  %who", "f(a\n%who)", "`\n%who\n`", "// %who", "a\n%b.c", "a %\nwho", " %who", "% who"])(
    "is not %j",
    (code) => expect(find(code)).toEqual({ magics: [], blanked: code }),
  );

  it.each([
    ["%tim f()", 'there is no magic "%tim"; near it: %time, %timeit. %lsmagic lists all'],
    ["1\n%%time", '"%%time" is for a whole cell: make it the first line'],
    ["%%who", '"%%who" takes no cell: write %who on a line of its own'],
    ["x\n%xyzzy now", 'there is no magic "%xyzzy". %lsmagic lists all'],
    ["%%hwo", 'there is no magic "%%hwo"; near it: %who. %lsmagic lists all'],
  ])("%j is refused: %s", (code, message) => expect(find(code).fault?.message).toBe(message));
});

describe("blanking", () => {
  it("keeps every other character where it is, and never joins two statements", () => {
    const code = "const a = [1]\n!ls -l\n%who\n(a)\n%time f(a)\n[1, 2]";
    const { blanked } = find(code);
    expect(blanked).toBe("const a = [1]\n;     \n;   \n(a)\n;     f(a)\n[1, 2]");
    expect(parseTypeScript("a\n!ls").program.body).toHaveLength(2);
    expect(parseTypeScript(find("a\n!ls\n(b)").blanked).program.body.filter(({ type }) => type === "ExpressionStatement")).toHaveLength(2);
  });

  it("changes no length and no line, whatever the cell", () => {
    const line = fc.constantFrom("!ls -l", "!flag", "%time f(", "%who", "%%time", "1)", "`", "const a = 1", "a", "% b", "!x \\", "/*", "*/", "f(", ")", "", "%nope", "! x", "{", "}");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom("\n", "\r\n"), (lines, end) => {
        const code = lines.join(end);
        const { blanked, magics } = find(code);
        expect(blanked).toHaveLength(code.length);
        const inMagic = (at: number): boolean => magics.some(({ start, end: stop }) => at >= start && at < stop);
        for (let at = 0; at < code.length; at++) if (blanked[at] !== code[at]) expect(inMagic(at)).toBe(true);
        expect(blanked.split(/\r?\n/)).toHaveLength(code.split(/\r?\n/).length);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
