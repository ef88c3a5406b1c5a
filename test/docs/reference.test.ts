import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as core from "noisebook";
import { afterAll, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "noisebook-reference-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes the reference: every public name documented, every folder described, every equation drawn, no page that needs a network", { timeout: 300_000 }, ({ skip }) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, "docs/reference/build.mjs"), folder], { encoding: "utf8" });
  if (status === 6) {
    process.stderr.write("skipped: the reference: its generator cannot be installed here\n");
    skip();
  }
  expect(`${stderr}${status}`).toBe("0");
  expect(stdout).toMatch(/ names in \d+ folders\n$/);
  const names = JSON.parse(readFileSync(path.join(folder, "names.json"), "utf8")) as Record<string, string[]>;
  expect(Object.keys(core).filter((name) => !Object.values(names).flat().includes(name))).toEqual([]);
  const page = readFileSync(path.join(folder, "functions/process.posterior.html"), "utf8");
  expect(page).toContain('<span class="katex-mathml">');
  expect(page).toContain("Where x<sub>t−1</sub> was");
  expect(readFileSync(path.join(folder, "modules/langevin.html"), "utf8")).toContain("Langevin dynamics and their diagnostics");
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"))) {
    expect(readFileSync(path.join(folder, file), "utf8"), file).not.toMatch(/<(?:link|script|img)[^>]+(?:href|src)="https?:/);
  }
});
