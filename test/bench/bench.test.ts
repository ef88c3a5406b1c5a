import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { benchText } from "../../kernels/bench/print.ts";
import { type Contestant, interleave } from "../../kernels/bench/rounds.ts";
import { median, quantile, sumUp } from "../../kernels/bench/statistics.ts";
import { tenCellNotebook } from "../../kernels/bench/ten-cells.ts";

describe("a bench's statistics", () => {
  it("are medians and quantiles", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7]), quantile([0, 10], 0.9)]).toEqual([2, 2.5, 7, 9]);
    expect(median([])).toBeNaN();
  });

  it("lie within the samples and ignore their order", () => {
    const samples = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { minLength: 1 });
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const value = quantile(values, q);
        expect(value).toBeGreaterThanOrEqual(Math.min(...values));
        expect(value).toBeLessThanOrEqual(Math.max(...values));
        expect(quantile([...values].reverse(), q)).toBe(value);
      }),
    );
  });

  it("set everyone beside the first", () => {
    const measured = sumUp(new Map([["ours", [1, 2, 3]], ["theirs", [3, 3, 12]]]));
    expect(measured.map(({ name, ratio }) => [name, ratio])).toEqual([["ours", 1], ["theirs", 1.5]]);
  });
});

describe("interleaved rounds", () => {
  const contestant = (name: string, log: string[], fails = Infinity): Contestant => {
    let round = 0;
    return {
      name,
      async measure() {
        log.push(name);
        if (++round >= fails) throw new Error(`${name} broke`);
        return { round: [round], square: [round * round] };
      },
    };
  };

  it("measure each once a round, each round another first", async () => {
    const log: string[] = [];
    const { samples } = await interleave([contestant("a", log), contestant("b", log), contestant("c", log)], 3, () => {});
    expect(log.join("")).toBe("abcbcacab");
    const all = { round: [1, 2, 3], square: [1, 4, 9] };
    expect([...samples]).toEqual([["a", all], ["b", all], ["c", all]]);
  });

  it("leave out who fails, with the reason, and none of its samples", async () => {
    const { samples, failed } = await interleave([contestant("a", []), contestant("b", [], 2)], 3, () => {});
    expect([...samples.keys()]).toEqual(["a"]);
    expect(failed).toEqual([{ name: "b", reason: "b broke" }]);
  });
});

describe("the ten cells", () => {
  it("are ten in both languages", () => {
    for (const language of ["typescript", "python"] as const) {
      const { cells } = JSON.parse(tenCellNotebook(language, "k")) as { cells: { source: string }[] };
      expect(cells).toHaveLength(10);
      expect(cells.every(({ source }) => source.trim() !== "")).toBe(true);
    }
  });
});

it("a bench is printed with ratios, raw numbers, and who is missing", () => {
  const text = benchText({
    machine: { node: "v20", platform: "linux x64", cpu: "a cpu", cores: 2, load: [0.5, 1.5] },
    date: "2026-01-01",
    rounds: 2,
    results: [{ contest: "start", quantity: "start", title: "start", unit: "seconds", measured: sumUp(new Map([["noisebook", [0.3, 0.3]], ["other", [0.6, 0.6]]])) }],
    missing: [{ name: "Deno's kernel", reason: "no network" }],
  });
  expect(text).toMatch(/other +×2\.00 +0\.60 s +p90 0\.60 s +\(0\.60 s 0\.60 s\)/);
  expect(text).toContain("not measured\n  Deno's kernel: no network");
});
