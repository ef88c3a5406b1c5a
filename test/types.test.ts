import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../kernels/root.ts";

// By path: a dependency of tslab brings a compiler of its own, which may stand behind the name tsc.
const compiler = path.join(packageRoot, "node_modules", "typescript", "bin", "tsc");
const tsc = (...args: string[]): string => spawnSync(process.execPath, [compiler, ...args], { cwd: packageRoot, encoding: "utf8" }).stdout;

it("is strict TypeScript throughout", () => {
  expect(tsc("--version")).toBe("Version 7.0.2\n");
  expect(tsc("-p", ".")).toBe("");
});
