import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { globMatcher } from "../../../../kernels/typescript/server/history/glob.ts";
import { History } from "../../../../kernels/typescript/server/history/history.ts";
import { FolderStore, noStore } from "../../../../kernels/typescript/server/history/store.ts";

describe("globMatcher", () => {
  it.each([
    ["*", "anything\nat all", true],
    ["", "", true],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a*", "ba", false],
    ["[xy]z", "yz", true],
    ["[^xy]z", "yz", false],
    ["[0-9][*]", "7*", true],
    ["[]]", "]", true],
    ["[z-a]", "z", false],
    ["a.c", "abc", false],
    ["(a|b)+$^\\", "(a|b)+$^\\", true],
    ["[", "[", true],
    ["A", "a", false],
    ["x**y", "x1y", true],
  ])("%j against %j: %j", (pattern, text, expected) => expect(globMatcher(pattern)(text)).toBe(expected));
});

describe("History", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-history-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const filled = (...inputs: string[]): History => {
    const history = new History(new FolderStore(folder));
    inputs.forEach((input, n) => history.add(n + 1, input));
    return history;
  };
  const texts = (entries: readonly { input: string }[]): string[] => entries.map(({ input }) => input);

  it("makes no file before there is something to keep", () => {
    expect(filled().tail(5)).toEqual([]);
    rmSync(folder, { recursive: true });
    filled("a");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("counts ranges from the end as IPython does, and reaches earlier starts", () => {
    filled("a", "b");
    const history = filled("c", "d", "e");
    expect(texts(history.range(0, 1, 3))).toEqual(["c", "d"]);
    expect(texts(history.range(0, -2))).toEqual(["d", "e"]);
    expect(texts(history.range(0, 1, -1))).toEqual(["c", "d"]);
    expect(texts(history.range(-1, 1))).toEqual(["a", "b"]);
    expect(texts(history.range(1, 2))).toEqual(["b"]);
    expect(history.range(99, 1)).toEqual([]);
    expect(history.tail(0)).toEqual([]);
    expect(texts(history.tail(4))).toEqual(["b", "c", "d", "e"]);
  });

  it("reads past lines that a killed kernel or another program left", () => {
    filled("a", "b");
    appendFileSync(path.join(folder, "000001.jsonl"), '[3, "c\n{}\n[null, 1]\n\n[4, "d"]\n');
    writeFileSync(path.join(folder, "notes.txt"), "not ours");
    expect(texts(filled("e").tail(10))).toEqual(["a", "b", "d", "e"]);
  });

  it("keeps the newest 400 starts", () => {
    for (let n = 1; n <= 405; n++) writeFileSync(path.join(folder, `${String(n).padStart(6, "0")}.jsonl`), `[1, "cell of ${n}"]\n`);
    const history = filled("now");
    expect(texts(history.tail(3))).toEqual(["cell of 404", "cell of 405", "now"]);
    expect(readdirSync(folder)).toHaveLength(401);
    expect(texts(history.search("cell of 5"))).toEqual([]);
  });

  it("goes on in memory where nothing can be written", () => {
    const history = new History(new FolderStore(path.join(folder, "a file", "below")));
    writeFileSync(path.join(folder, "a file"), "");
    history.add(1, "x");
    history.result("1");
    expect(history.tail(1)).toEqual([{ session: 1, line: 1, input: "x", result: "1" }]);
    const off = new History(noStore);
    off.add(1, "y");
    expect(texts(off.search("*"))).toEqual(["y"]);
  });
});
