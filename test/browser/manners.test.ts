import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { jupyterOrSkip } from "../conformance/jupyter.ts";
import { chromiumOrSkip, Lab } from "./lab.ts";

const what = "JupyterLab with the kernel";
const browser = chromiumOrSkip(what);
const jupyter = browser === undefined ? undefined : await jupyterOrSkip(what);

const notebooks: Readonly<Record<string, readonly string[]>> = {
  "completes.ipynb": ['import { linearSchedule } from "noisebook";\nconst schedule = linearSchedule({ T: 10, betaStart: 1e-4, betaEnd: 0.02 });', ""],
  "inspects.ipynb": ['import { linearSchedule } from "noisebook";', "linearSchedule"],
  "interrupts.ipynb": ["let kept = 41;\nconsole.log('spinning');\nfor (;;);", "kept + 1"],
  // Each step waits until the test lets it go, and longer than a bar waits between two updates.
  "progresses.ipynb": [
    `import { existsSync } from "node:fs";
import { progress } from "noisebook";
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
for (const step of progress([1, 2, 3], { label: "steps" })) {
  do await sleep(150);
  while (!existsSync(\`go-\${step}\`));
}`,
  ],
};

function notebook(sources: readonly string[]): string {
  const cells = sources.map((source, n) => ({ cell_type: "code", id: `cell-${n}`, execution_count: null, metadata: {}, outputs: [], source }));
  const kernelspec = { name: "noisebook", display_name: "TypeScript (Noisebook)", language: "typescript" };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

describe.skipIf(!jupyter)(what, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-manners-"));
  let lab: Lab;
  beforeAll(async () => {
    const files = Object.entries(notebooks).map(([name, sources]) => {
      writeFileSync(path.join(folder, name), notebook(sources));
      return path.join(folder, name);
    });
    lab = await Lab.start(browser!, files);
  });
  beforeEach(() => lab.page.setDefaultTimeout(60_000));
  afterAll(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const cell = (index: number): Locator => lab.page.locator(`.jp-Notebook .jp-Cell[data-windowed-list-index="${index}"]`);
  const editor = (index: number): Locator => cell(index).locator(".cm-content");
  /** Runs a cell and goes to the next. */
  const run = async (index: number): Promise<void> => {
    await editor(index).click();
    await lab.page.keyboard.press("Shift+Enter");
  };
  const prompt = (index: number, text: string): Promise<void> => cell(index).locator(`.jp-InputPrompt:text-is("${text}")`).waitFor();

  it("completes members by their types, and takes the one that is chosen", async () => {
    await lab.open("completes.ipynb");
    await run(0);
    await prompt(0, "[1]:");
    await editor(1).click();
    await lab.page.keyboard.type("schedule.alpha");
    await lab.page.keyboard.press("Tab");
    const items = lab.page.locator(".jp-Completer .jp-Completer-item");
    await items.first().waitFor();
    expect((await items.locator(".jp-Completer-match").allTextContents()).sort()).toEqual(["alpha", "alphaBar"]);
    await lab.shot("completes.png");
    await items.filter({ hasText: "alphaBar" }).click();
    await expect.poll(() => editor(1).textContent(), { timeout: 60_000 }).toBe("schedule.alphaBar");
  });

  it("shows the type and the documentation of what the cursor is at", async () => {
    await lab.open("inspects.ipynb");
    await run(0);
    await prompt(0, "[1]:");
    await editor(1).click();
    await lab.page.keyboard.press("End");
    await lab.page.keyboard.press("Shift+Tab");
    const tooltip = lab.page.locator(".jp-Tooltip");
    await tooltip.waitFor();
    await lab.shot("inspects.png");
    const text = await tooltip.textContent();
    expect(text).toContain("linearSchedule(");
    expect(text).toContain("betaStart");
    expect(text).toMatch(/: Schedule\b/);
  });

  it("interrupts a cell that spins, and keeps its state", async () => {
    await lab.open("interrupts.ipynb");
    await run(0);
    await cell(0).locator(".jp-OutputArea-output:has-text('spinning')").waitFor();
    expect(await cell(0).locator(".jp-InputPrompt").textContent()).toBe("[*]:");
    await lab.menu("Kernel", "Interrupt Kernel");
    await cell(0).locator(".jp-OutputArea-output:has-text('KeyboardInterrupt: interrupted')").waitFor();
    await lab.shot("interrupts.png");
    await run(1);
    await cell(1).locator(".jp-OutputArea-executeResult .jp-OutputArea-output:has-text('42')").waitFor();
  });

  it("moves a progress bar in its place", async () => {
    await lab.open("progresses.ipynb");
    await run(0);
    const bar = cell(0).locator(".jp-OutputArea-output progress");
    for (const done of [1, 2]) {
      await bar.waitFor();
      writeFileSync(path.join(lab.root, `go-${done}`), "");
      await cell(0).locator(`.jp-OutputArea-output progress[value="${done}"]`).waitFor();
      expect(await bar.count()).toBe(1);
    }
    await lab.shot("progresses.png");
    writeFileSync(path.join(lab.root, "go-3"), "");
    await prompt(0, "[1]:");
    const outputs = cell(0).locator(".jp-OutputArea-output");
    await expect.poll(() => outputs.first().textContent(), { timeout: 60_000 }).toContain("3/3");
    expect(await outputs.count()).toBe(1);
  });
});
