import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { probes, put, subjectOf } from "../../kernels/bench/behaviour/behaviour.ts";
import type { BehaviourResult } from "../../kernels/bench/behaviour/probe.ts";
import { nodeCode } from "../../kernels/bench/peer-code.ts";
import { keptComparison, resultFiles, withComparison } from "../../kernels/bench/table.ts";
import { packageRoot } from "../../kernels/root.ts";
import { kernelName, kernelSpec } from "../../kernels/typescript/kernelspec.ts";

const readme = readFileSync(path.join(packageRoot, "kernels", "README.md"), "utf8");
const kept = JSON.parse(readFileSync(resultFiles.behaviour, "utf8")) as BehaviourResult;
const own = subjectOf({ name: "noisebook", kernel: { name: kernelName, spec: kernelSpec(), dir: undefined }, code: nodeCode });

describe("the comparison in the kernels' README", () => {
  it("is what the kept results make, every probe and four kernels", () => {
    expect(withComparison(readme, keptComparison())).toBe(readme);
    expect(kept.rows.map(({ id }) => id)).toEqual(probes.map(({ id }) => id));
    expect(kept.rows.map(({ what }) => what)).toEqual(probes.map(({ what }) => what));
    expect(kept.kernels.map(({ name }) => name)).toEqual(["noisebook", "ipykernel", "Deno", "tslab"]);
  });

  it.each(probes.filter(({ slow }) => !slow))("still holds for our kernel: $id", async (probe) => {
    expect(await put(probe, own)).toEqual(kept.rows.find(({ id }) => id === probe.id)?.found.noisebook);
  });
});

it("probes have names of their own", () => {
  const ids = probes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
