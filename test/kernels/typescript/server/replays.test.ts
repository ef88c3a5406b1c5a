import { expect, it } from "vitest";
import { Replays } from "../../../../kernels/typescript/server/replays.ts";

it("Replays knows what came before, forgets in order, and proves nothing without signatures", () => {
  const replays = new Replays();
  expect([replays.isNew("a"), replays.isNew("b"), replays.isNew("a")]).toEqual([true, true, false]);
  for (let n = 0; n < 10_000; n++) replays.isNew(`n${n}`);
  expect([replays.isNew("n9999"), replays.isNew("a")]).toEqual([false, true]);
  expect([replays.isNew(""), replays.isNew("")]).toEqual([true, true]);
});
