import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { findNpm } from "../../../kernels/setup/find-npm.mjs";

/** Set-up is plain JavaScript without declarations; what is tested here by name is typed here. */
const load = async <T>(name: string): Promise<T> => (await import(path.join(packageRoot, "kernels/setup", name))) as T;
const { nodeProblem } = await load<{ nodeProblem: (version: string) => string | null }>("node-version.mjs");
const { inNodeRange } = await load<{ inNodeRange: (range: string, version: string) => boolean }>("node-range.mjs");
const { pace } = await load<{ pace: (done: number, total: number, elapsed: number) => string }>("say.mjs");
const { pinnedSection, replaceSection } = await load<{
  pinnedSection: () => string;
  replaceSection: (text: string, name: string, body: string) => string;
}>("environment.mjs");

describe("the version of Node", () => {
  it.each(["20.19.0", "20.20.2", "22.12.0", "22.23.1", "24.0.0", "25.1.0", "26.10.0"])("%s will do", (version) => {
    expect(nodeProblem(version)).toBeNull();
  });
  it.each(["12.22.0", "16.20.2", "18.20.8", "20.18.3", "21.7.3", "22.11.0", "23.11.0"])(
    "%s will not, and the message says what will",
    (version) => {
      expect(nodeProblem(version)).toMatch(
        new RegExp(`20\\.19.*22\\.12.*24.*this is Node ${version.replaceAll(".", "\\.")}.*\n.*nvm install`),
      );
    },
  );
  it("is the one that package.json declares", () => {
    const { engines } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { engines: { node: string } };
    for (const version of ["20.18.3", "20.19.0", "21.7.3", "22.11.0", "22.12.0", "23.11.0", "24.0.0", "26.1.0"]) {
      expect([version, inNodeRange(engines.node, version)]).toEqual([version, nodeProblem(version) === null]);
    }
  });
  it("is checked in syntax that old Nodes can read", () => {
    for (const file of ["main.mjs", "bin.mjs", "node-version.mjs"]) {
      const source = readFileSync(path.join(packageRoot, "kernels/setup", file), "utf8");
      expect([file, /\?\.|\?\?|\|\|=|^ *await |import\.meta|node:/m.exec(source)?.[0]]).toEqual([file, undefined]);
    }
  });
});

describe("ranges of engines", () => {
  it.each([
    [">= 10", "20.1.0", true],
    [">=18 <20 || ^22.3", "22.4.0", true],
    [">=18 <20 || ^22.3", "22.2.0", false],
    ["20.x", "20.3.1", true],
    ["20.x", "21.0.0", false],
    ["~20.3", "20.3.9", true],
    ["~20.3", "20.4.0", false],
    ["*", "26.0.0", true],
    ["16 || 18", "20.0.0", false],
  ])("%s and %s: %s", (range, version, expected) => {
    expect(inNodeRange(range, version)).toBe(expected);
  });
});

describe("npm", () => {
  it("is the one that called us, unless another package manager did", () => {
    const ours = findNpm({ PATH: process.env.PATH });
    const file = ours.at(-1)!;
    expect(findNpm({ npm_execpath: file, PATH: "" }, "/nowhere/bin/node")).toEqual(["/nowhere/bin/node", file]);
    expect(findNpm({ npm_execpath: import.meta.filename, PATH: process.env.PATH })).toEqual(ours);
  });
  it("is missed with the way out", () => {
    expect(() => findNpm({ PATH: "" }, "/nowhere/bin/node")).toThrow(/no npm beside \/nowhere\/bin\/node nor on PATH\. Install npm/);
  });
});

describe("progress", () => {
  it("tells rate and time left once there is something to tell from", () => {
    expect(pace(100, 300, 10)).toBe(", 10/s, about 20 s left");
    expect(pace(5, 300, 10)).toBe(", 0.5/s, about 10 min left");
    expect(pace(0, 300, 10)).toBe("");
    expect(pace(300, 300, 10)).toBe("");
  });
});

describe("environment.md", () => {
  it("says what the lockfile and the requirements pin (to renew: npx noisebook setup --environment)", () => {
    const text = readFileSync(path.join(packageRoot, "environment.md"), "utf8");
    expect(text).toBe(replaceSection(text, "pinned", pinnedSection()));
  });
  it("keeps what is written by hand, and misses its marks loudly", () => {
    const text = "before\n<!-- generated: a -->\nold\n<!-- end: a -->\nafter\n";
    expect(replaceSection(text, "a", "new")).toBe("before\n<!-- generated: a -->\nnew\n<!-- end: a -->\nafter\n");
    expect(() => replaceSection(text, "b", "new")).toThrow(/no section between/);
  });
});
