import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";

// tslab's dependency installs a `tsc` of its own, 5.0.4, in node_modules/.bin.

it("is the project's own where it is called by its path", () => {
  const compiler = path.join(packageRoot, "node_modules", "typescript", "bin", "tsc");
  expect(execFileSync(process.execPath, [compiler, "--version"], { encoding: "utf8" })).toBe("Version 7.0.2\n");
});

it("is never called by its name", () => {
  const files = execFileSync("git", ["ls-files", "kernels", "src", "test", "notebooks", ".ci", "package.json", "vitest.config.ts"], { cwd: packageRoot, encoding: "utf8" });
  const byName = /(?:\bnpx\s+(?:-\S+\s+)*|\.bin\/|["'`;&|]\s*)tsc(?=["'`\s])/;
  const own = path.relative(packageRoot, import.meta.filename);
  const calls = files
    .split("\n")
    .filter((file) => /\.(?:[cm]?[jt]s|json|ya?ml|py|sh)$/.test(file) && file !== own)
    .flatMap((file) => readFileSync(path.join(packageRoot, file), "utf8").split("\n").map((line) => `${file}: ${line.trim()}`))
    .filter((line) => byName.test(line) && !line.includes('"bin", "tsc"'));
  expect(calls).toEqual([]);
  for (const call of ["npx tsc -p .", 'spawn("tsc", [])', "node_modules/.bin/tsc ", '"check": "tsc -p ."']) expect(byName.test(call), call).toBe(true);
});
