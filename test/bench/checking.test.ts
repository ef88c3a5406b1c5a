import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cases } from "../../kernels/bench/checking/cases.ts";
import { checkers } from "../../kernels/bench/checking/checkers.ts";
import { type CheckingResult, put } from "../../kernels/bench/checking/checking.ts";
import { resultFiles } from "../../kernels/bench/table.ts";

const kept = JSON.parse(readFileSync(resultFiles.checking, "utf8")) as CheckingResult;
const [own] = checkers(undefined);

describe("what checkers of notebooks find", () => {
  it("is kept of every case, and of all four", () => {
    expect(kept.rows.map(({ id, what }) => ({ id, what }))).toEqual(cases.map(({ id, what }) => ({ id, what })));
    expect(kept.checkers).toEqual(["noisebook check", "nbval", "nbmake", "papermill"]);
    for (const { found } of kept.rows) expect(Object.keys(found)).toEqual(kept.checkers);
  });

  it.each(cases)("still holds for ours: $id", { timeout: 120_000 }, async (each) => {
    expect(await put(each, own)).toEqual(kept.rows.find(({ id }) => id === each.id)?.found["noisebook check"]);
  });

  it("is a false alarm, or a change that passes, for one that always says the same", async () => {
    const always = (verdict: boolean) => ({ name: "always", check: () => Promise.resolve(verdict) });
    const [same, , , , volatile] = cases;
    const throws = cases.find(({ id }) => id === "throws")!;
    const number = cases.find(({ id }) => id === "number")!;
    expect([await put(same, always(true)), await put(volatile, always(false))]).toEqual([true, "a false alarm"]);
    expect([await put(throws, always(true)), await put(throws, always(false))]).toEqual(["passes it", true]);
    expect([await put(number, always(true)), await put(number, always(false))]).toEqual(["passes it", "refuses it unchanged as well"]);
  }, 120_000);
});
