import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { BehaviourResult } from "../../kernels/bench/behaviour/probe.ts";
import { recordOf } from "../../kernels/bench/record.ts";
import { sumUp } from "../../kernels/bench/statistics.ts";
import { comparisonTable, withComparison } from "../../kernels/bench/table.ts";
import { packageRoot } from "../../kernels/root.ts";

const behaviour: BehaviourResult = {
  date: "2026-01-02",
  kernels: [
    { name: "noisebook", version: "1" },
    { name: "Deno", version: "2" },
  ],
  rows: [
    { id: "types", what: "reports type errors", found: { noisebook: true, Deno: "checks | none" } },
    { id: "exit", what: "survives exit", found: { noisebook: "hangs" } },
  ],
};

const speed = recordOf({
  date: "2026-01-01",
  machine: { node: "v24.0.0", platform: "linux x64", cpu: "a processor ", cores: 2, load: [0, 1.25] },
  rounds: 3,
  results: [
    { contest: "cell", quantity: "cell", title: "warm cell", unit: "seconds", measured: sumUp(new Map([["noisebook", [0.004, 0.005, 0.006]], ["Deno", [0.01]]])) },
    { contest: "memory", quantity: "memory", title: "memory", unit: "bytes", measured: sumUp(new Map([["noisebook", [1e8]]])) },
    { contest: "headless", quantity: "headless", title: "a notebook", unit: "seconds", measured: sumUp(new Map([["run", [1]]])) },
  ],
  missing: [
    { name: "tslab", reason: "is not installed" },
    { name: "Deno (memory)", reason: "dies\nat once" },
  ],
});

it("sets kernels side by side, with failures as failures, ours included", () => {
  expect(comparisonTable(behaviour, speed)).toBe(
    `|  | noisebook | Deno |
|---|---|---|
| warm cell | 5.0 ms | 10.0 ms (×2.00) |
| memory | 100 MB | **failed**: dies |

|  | run |
|---|---|
| a notebook | 1.00 s |

Medians of one run of 3 interleaved rounds on 2026-01-01: 2 cores of a processor, linux x64, Node v24.0.0, with a load of 0.0 to 1.3 on them. × is the ratio to the first column; above 1 is more. Ratios travel between machines, seconds do not. Not measured: tslab: is not installed.

|  | noisebook | Deno |
|---|---|---|
| reports type errors | yes | **no**: checks \\| none |
| survives exit | **no**: hangs | – |

Asked of each kernel in a process of its own, by the same client, on 2026-01-02: noisebook (1), Deno (2). "–" is for what does not apply.`,
  );
  const checking = { date: "2026-01-03", checkers: ["noisebook check", "nbval"], rows: [{ id: "picture", what: "finds a picture", found: { "noisebook check": true, nbval: "passes it" } }] } as const;
  expect(comparisonTable(undefined, undefined, checking)).toBe(
    `|  | noisebook check | nbval |
|---|---|---|
| finds a picture | yes | **no**: passes it |

Each given the same notebooks, all run by our kernel, on 2026-01-03. nbmake and papermill execute notebooks, and claim no more.`,
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
