import { describe, expect, it } from "vitest";
import { OutputBudget, readLimit } from "../../../../kernels/typescript/server/output-budget.ts";

describe("OutputBudget", () => {
  it("shows text up to the limit exactly, never half a character, and counts the rest", () => {
    const budget = new OutputBudget({ text: 10, display: 0 });
    expect(budget.text("12345")).toBe("12345");
    expect(budget.text("6789😀 and more")).toBe("6789");
    expect(budget.text("x".repeat(2000))).toBe("");
    expect(budget.finish()).toMatch(/\[2\.01 kB more text was held back: a cell shows up to 10 B of text; NOISEBOOK_TEXT_LIMIT=/);
  });

  it("says nothing where nothing was held back", () => {
    const budget = new OutputBudget({ text: 5, display: 5 });
    expect(budget.text("12345")).toBe("12345");
    expect(budget.finish()).toBeUndefined();
  });

  it("counts JSON in bundles too", () => {
    const bundle = { data: { "application/json": { a: [1, 2, 3] } }, metadata: {} };
    const budget = new OutputBudget({ text: 0, display: 20 });
    expect(budget.bundle(bundle)).toBe(bundle);
    expect(budget.bundle(bundle).data).toEqual({ "text/plain": expect.stringContaining("13 B is held back") as string });
  });

  it.each([
    [undefined, 7],
    ["", 7],
    ["500", 500],
    ["1.5M", 1_500_000],
    ["20 kB", 20_000],
    ["2GB", 2e9],
    ["off", Infinity],
    ["much", 7],
    ["-1", 7],
  ])("reads the limit %j", (value, expected) => expect(readLimit("LIMIT", value, 7)).toBe(expected));
});
