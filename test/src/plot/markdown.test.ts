import { expect, it } from "vitest";
import { markdown } from "../../../src/plot/index.ts";
import { show } from "./lab.ts";

it("puts computed numbers into prose and keeps LaTeX as written", async () => {
  const prose = markdown`At $t = ${7}$, $\bar\alpha_t$ is ${1 / 3}, and ${"so"} is ${1.23456e-9}, ${0.02}, ${1234567} of ${2020}.`;
  const said = "At $t = 7$, $\\bar\\alpha_t$ is 0.3333, and so is $1.235\\times10^{-9}$, 0.02, 1,234,567 of 2020.";
  expect(await show(prose)).toEqual({ "text/markdown": said, "text/plain": said });
});
