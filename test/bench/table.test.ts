import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { BenchResult } from "../../kernels/bench/bench.ts";
import { sumUp } from "../../kernels/bench/statistics.ts";
import { comparisonTable, withComparison } from "../../kernels/bench/table.ts";
import { packageRoot } from "../../kernels/root.ts";

const behaviour = {
  kernels: ["noisebook", "Deno"],
  rows: [
    { what: "reports type errors", found: { noisebook: true, Deno: "checks | none" } },
    { what: "survives exit", found: { noisebook: "hangs" } },
  ],
} as const;

const speed: BenchResult = {
  machine: { node: "v24.0.0", platform: "linux x64", cpu: "a processor ", cores: 2, load: 0 },
  rounds: 3,
  results: [{ contest: "cell", measured: sumUp(new Map([["noisebook", [0.004, 0.005, 0.006]], ["Deno", [0.01]]])) }],
  missing: [{ name: "tslab", reason: "is not installed" }],
};

it("sets kernels side by side, with failures as failures, ours included", () => {
  expect(comparisonTable(behaviour, speed)).toBe(
    `|  | noisebook | Deno |
|---|---|---|
| reports type errors | yes | **no**: checks \\| none |
| survives exit | **no**: hangs | – |

| median of all rounds | noisebook | Deno |
|---|---|---|
| warm distinct cell | 5.0 ms (×1.00) | 10.0 ms (×2.00) |

One run of 3 interleaved rounds on 2 cores of a processor, Node v24.0.0; × is the ratio to the first. Not measured: tslab: is not installed.`,
  );
  expect(comparisonTable(undefined, undefined)).toBe("Not measured yet.");
});

it("goes between the markers of the kernel's README, as often as one likes", () => {
  const readme = readFileSync(path.join(packageRoot, "kernels", "README.md"), "utf8");
  const once = withComparison(readme, "a table");
  expect(once).toContain("-->\na table\n<!-- comparison: end -->");
  expect(withComparison(once, "a table")).toBe(once);
  expect(withComparison(once, "another").replace("another", "a table")).toBe(once);
  expect(() => withComparison("no markers", "a table")).toThrow(/no "<!-- comparison: begin/);
});
