import { expect, it } from "vitest";
import { benchCore } from "../../kernels/bench/core/core.ts";
import { coreContests } from "../../kernels/bench/core/registry.ts";
import { benchText } from "../../kernels/bench/print.ts";

it("measures what is asked for, every quantity of it", async () => {
  const told: string[] = [];
  const result = await benchCore(["sampler-step"], 2, (line) => told.push(line));
  const contest = coreContests.find(({ name }) => name === "sampler-step")!;
  expect(result.missing).toEqual([]);
  expect(result.results.map(({ quantity }) => quantity)).toEqual(Object.keys(contest.quantities));
  for (const { measured } of result.results) {
    expect(measured.map(({ name }) => name)).toEqual(["noisebook"]);
    expect(measured[0]!.samples).toHaveLength(400);
    expect(measured[0]!.median).toBeGreaterThan(0);
  }
  expect(benchText(result)).toMatch(/a step of Heun .*\n {2}noisebook/);
  expect(told.at(-1)).toBe("sampler-step, round 2 of 2: noisebook");
});

it("has names of one kind for contests and what they find", () => {
  const names = coreContests.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { contestants } of coreContests) expect(contestants[0]!.name).toBe("noisebook");
});
