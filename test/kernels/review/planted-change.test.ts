import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";

/** A copy of this repository that a test may spoil. */
let copy: string;
beforeEach(() => {
  copy = realpathSync(mkdtempSync(path.join(os.tmpdir(), "noisebook-planted-")));
  for (const name of ["src", "kernels", "dist", "notebooks", "package.json", "package-lock.json", "tsconfig.json"]) {
    cpSync(path.join(packageRoot, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(packageRoot, "node_modules"), path.join(copy, "node_modules"));
  return () => rmSync(copy, { recursive: true, force: true });
});

/** Multiplies the coefficient that `code` computes in a file of src/. */
function plant(file: string, code: string, factor: string): void {
  const whole = path.join(copy, "src", file);
  const text = readFileSync(whole, "utf8");
  expect(text.split(code)).toHaveLength(2);
  writeFileSync(whole, text.replace(code, `${code} * ${factor}`));
}

interface Checked {
  readonly code: number | null;
  readonly stdout: string;
  readonly cells: readonly { index: number; verdict: string }[];
}

function check(notebook: string): Checked {
  const { status, stdout } = spawnSync(process.execPath, [path.join(copy, "dist", "cli.js"), "check", notebook], { cwd: copy, encoding: "utf8" });
  const report = JSON.parse(readFileSync(path.join(copy, ".noisebook/check/report.json"), "utf8")) as { notebooks: { cells: Checked["cells"] }[] };
  return { code: status, stdout, cells: report.notebooks[0].cells };
}

/** A notebook with its committed outputs, made by the unspoilt copy. */
function executed(name: string, sources: readonly string[]): void {
  const cells = sources.map((source, i) => ({ cell_type: "code", id: `c${i}`, metadata: {}, outputs: [], execution_count: null, source }));
  const kernelspec = { name: "noisebook", display_name: "TypeScript", language: "typescript" };
  writeFileSync(path.join(copy, name), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }));
  const { status, stdout } = spawnSync(process.execPath, [path.join(copy, "dist", "cli.js"), "run", "-o", "executed", name], { cwd: copy, encoding: "utf8" });
  expect(status, stdout).toBe(0);
  cpSync(path.join(copy, "executed", name), path.join(copy, name));
}

const sources = [
  'import { linearSchedule, marginal, transition, vegaLite } from "noisebook";\nconst schedule = linearSchedule({ T: 1000, betaStart: 1e-4, betaEnd: 0.02 });',
  "schedule",
  "transition(schedule, 500).coefficients.xPrev",
  "for (const t of [1, 500]) console.log(t, marginal(schedule, t).coefficients.x0);",
  "marginal(schedule, 500).variance",
  `const values = [1, 500, 1000].map((t) => ({ t, x0: marginal(schedule, t).coefficients.x0 }));
vegaLite({ data: { values }, mark: "line", encoding: { x: { field: "t", type: "quantitative" }, y: { field: "x0", type: "quantitative" } } })`,
];

describe("a change planted in a coefficient", () => {
  it("turns the cells red that use it, and no other", () => {
    executed("fixture.ipynb", sources);
    const unchanged = check("fixture.ipynb");
    expect(unchanged.code, unchanged.stdout).toBe(0);
    plant("process/marginal.ts", "x0: Math.sqrt(schedule.alphaBar[t]!)", "(1 + 1e-8)");
    const { code, stdout, cells } = check("fixture.ipynb");
    expect(code).toBe(5);
    expect(cells.filter(({ verdict }) => verdict === "differ").map(({ index }) => index)).toEqual([3, 5]);
    expect(cells.filter(({ verdict }) => verdict === "agree").map(({ index }) => index)).toEqual([0, 1, 2, 4]);
    expect(stdout).toContain("fixture.ipynb, cell 4: differ");
    expect(stdout).toContain("$.data.values[0].x0: 0.9999499987499375 became");
    expect(stdout).toContain("(relative 1e-8, allowed 1e-9)");
  });

  it("turns the committed notebook red", () => {
    plant("process/marginal.ts", "x0: Math.sqrt(schedule.alphaBar[t]!)", "1.001");
    const notebook = "notebooks/01-forward-diffusion.ipynb";
    const { code, stdout, cells } = check(notebook);
    expect(code).toBe(5);
    const { cells: committed } = JSON.parse(readFileSync(path.join(copy, notebook), "utf8")) as { cells: { source: string | string[] }[] };
    const differing = cells.filter(({ verdict }) => verdict === "differ").map(({ index }) => index);
    const users = committed.flatMap(({ source }, index) => ([source].flat().join("").includes("marginal(") ? [index] : []));
    expect(differing.length).toBeGreaterThan(0);
    expect(differing[0]).toBeGreaterThanOrEqual(users[0]);
    for (const index of differing) expect(stdout).toContain(`${notebook}, cell ${index + 1}: differ`);
  }, 300_000);
});
