import { statSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { World } from "../client/fixtures/world.ts";

let world: World;
beforeEach(async () => {
  world = await World.make();
  return () => world.remove();
});

const text = (value: string): object => ({ output_type: "execute_result", data: { "text/plain": value }, metadata: {}, execution_count: 1 });
const cell = (source: string, outputs: readonly object[], metadata: object = {}): Record<string, unknown> => ({ source, outputs, metadata, execution_count: 1 });
const notebook = (name: string, cells: readonly (string | Record<string, unknown>)[]): string => world.notebook(name, cells, "noisebook");

describe("noisebook diff", () => {
  it("compares outputs without executing, pairing cells by what they say", async () => {
    const boom = "throw new Error('executed')";
    notebook("a.ipynb", [cell(boom, [text("0.5")]), cell("gone", []), cell("1", [text("1")]), cell("2", [text("3")], { tags: ["volatile"] })]);
    notebook("b.ipynb", [{ ...cell(boom, [text("0.5")]), id: "x" }, { ...cell("1", [text("2")]), id: "y" }, { ...cell("2", [text("4")]), id: "z" }]);
    const { code, stdout } = await world.run(["diff", "a.ipynb", "b.ipynb"]);
    expect(code).toBe(5);
    expect(stdout).toContain("cell 2: only in the first");
    expect(stdout).toContain("cell 3, now 2: differ");
    expect(stdout).toContain("text/plain: line 1: 1 became 2 (integers must be equal)");
    expect(stdout).toContain("4 code cells: 1 agree + 1 differ + 1 volatile + 1 only in the first");
  });

  it("is content with agreement, and tells of code that changed", async () => {
    notebook("a.ipynb", [cell("1/3", [text("0.3333333333")])]);
    notebook("b.ipynb", [cell("2/6", [text("0.33333333333")])]);
    const { code, stdout } = await world.run(["diff", "a.ipynb", "b.ipynb"]);
    expect(code).toBe(0);
    expect(stdout).toContain("cell 1: agree, its code changed");
    expect((await world.run(["diff", "a.ipynb", "nowhere.ipynb"])).code).toBe(2);
  });
});

describe("noisebook accept", () => {
  it("writes what the check found, after showing it, and then the check agrees", async () => {
    const file = notebook("a.ipynb", [cell("0.25 * 3", [text("0.76")]), cell("2", [text("2")], { tags: ["mine"] })]);
    expect((await world.run(["check", "a.ipynb"])).code).toBe(5);
    const before = world.read("a.ipynb");
    expect(await world.run(["accept", "--dry-run", "a.ipynb"])).toMatchObject({ code: 0, stdout: expect.stringContaining("0.76 became 0.75") as string });
    expect(world.read("a.ipynb")).toBe(before);
    const mode = statSync(file).mode;
    expect((await world.run(["accept", "a.ipynb"])).code).toBe(0);
    expect(statSync(file).mode).toBe(mode);
    const { cells } = JSON.parse(world.read("a.ipynb")) as { cells: unknown[] };
    expect(cells).toMatchObject([{ outputs: [{ data: { "text/plain": ["0.75"] } }] }, { metadata: { tags: ["mine"] }, execution_count: 2 }]);
    expect((await world.run(["check", "a.ipynb"])).code).toBe(0);
    expect((await world.run(["accept", "a.ipynb"])).stdout).toContain("nothing to write");
  });

  it("refuses what was not checked, failed, or changed since, and then writes nothing at all", async () => {
    notebook("good.ipynb", [cell("1", [text("2")])]);
    notebook("failing.ipynb", [cell("throw new Error('no')", [])]);
    notebook("changed.ipynb", [cell("1", [text("2")])]);
    notebook("unchecked.ipynb", [cell("1", [text("2")])]);
    expect((await world.run(["accept", "good.ipynb"])).stderr).toContain('run "noisebook check" first');
    await world.run(["check", "good.ipynb", "failing.ipynb", "changed.ipynb"]);
    const before = world.read("good.ipynb");
    notebook("changed.ipynb", [cell("3 - 2", [text("2")])]);
    for (const [name, code, words] of [
      ["failing.ipynb", 1, "did not run to its end without errors"],
      ["changed.ipynb", 2, "cell 1 of changed.ipynb changed since it was checked"],
      ["unchecked.ipynb", 2, "was not part of the last check"],
    ] as const) {
      expect(await world.run(["accept", "good.ipynb", name])).toMatchObject({ code, stderr: expect.stringContaining(words) as string });
      expect(world.read("good.ipynb")).toBe(before);
    }
    world.write(".noisebook/check/good.ipynb", "{}");
    expect((await world.run(["accept", "good.ipynb"])).stderr).toContain("is not what the last check wrote");
  });
});
