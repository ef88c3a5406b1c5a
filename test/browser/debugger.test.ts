import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jupyterOrSkip } from "../conformance/jupyter.ts";
import { chromiumOrSkip, Lab } from "./lab.ts";

const what = "the debugger in JupyterLab";
const browser = chromiumOrSkip(what);
const jupyter = browser === undefined ? undefined : await jupyterOrSkip(what);

const cells = [
  "interface Step { t: number; scale: number }\nfunction shrink({ t, scale }: Step): number {\n  const factor: number = 1 - t / 10;\n  return scale * factor;\n}",
  "const path = [1];\nfor (let t = 1; t <= 2; t++) {\n  path.push(shrink({ t, scale: path[t - 1] }));\n}\npath.map((x) => x.toFixed(2))",
];

function notebook(): string {
  const source = (text: string, n: number): object => ({ cell_type: "code", id: `cell-${n}`, execution_count: null, metadata: {}, outputs: [], source: text });
  const kernelspec = { name: "noisebook", display_name: "TypeScript (Noisebook)", language: "typescript" };
  return JSON.stringify({ cells: cells.map(source), metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

describe.skipIf(!jupyter)(what, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-debug-"));
  let lab: Lab;
  beforeAll(async () => {
    const file = path.join(folder, "debug.ipynb");
    writeFileSync(file, notebook());
    lab = await Lab.start(browser!, [file], { width: 1500, height: 900 });
  });
  afterAll(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("stops at a breakpoint, shows the stack and variables, steps and goes on", async () => {
    const { page } = lab;
    await lab.open("debug.ipynb");
    // The button is there before JupyterLab has asked the kernel whether it has a debugger; until then a click does nothing.
    const panel = page.locator(".jp-DebuggerCallstack");
    for (let tries = 0; tries < 20 && !(await panel.isVisible()); tries++) {
      if ((await page.locator('.jp-DebuggerBugButton[aria-pressed="true"], .jp-DebuggerBugButton [aria-pressed="true"]').count()) === 0) await page.click(".jp-DebuggerBugButton");
      await panel.waitFor({ timeout: 2000 }).catch(() => {});
    }
    await panel.waitFor({ timeout: 1000 });
    await lab.cell(0);
    const gutter = page.locator('.jp-Cell[data-windowed-list-index="0"] .cm-breakpoint-gutter .cm-gutterElement');
    // The first element only keeps the gutter wide.
    await gutter.nth(4).click();
    await page.waitForSelector(".jp-DebuggerBreakpoint");
    await page.locator('.jp-Cell[data-windowed-list-index="0"] .cm-content').click();
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");

    const frames = page.locator(".jp-DebuggerCallstackFrame");
    const variables = page.locator(".jp-debuggerVariables-local");
    await frames.nth(1).waitFor({ timeout: 60_000 });
    expect((await texts(frames)).map((text) => text.replace(/\s+/g, " "))).toEqual([expect.stringContaining("shrink"), expect.stringContaining("cell[2]")]);
    const highlighted = page.locator('.jp-Cell[data-windowed-list-index="0"] .jp-DebuggerEditor-highlight');
    await highlighted.waitFor();
    expect(await highlighted.textContent()).toContain("return scale * factor");
    await variables.locator("text=factor").first().waitFor();
    expect(await variables.textContent()).toBe("factor0.9t1scale1");
    await lab.shot("debugger-stopped.png");

    await page.click('[data-command="debugger:stepOut"]');
    await page.locator('.jp-Cell[data-windowed-list-index="1"] .jp-DebuggerEditor-highlight').waitFor({ timeout: 60_000 });
    await page.click('[data-command="debugger:continue"]');
    await highlighted.waitFor({ timeout: 60_000 });
    await lab.shot("debugger-second.png");
    await page.click('[data-command="debugger:continue"]');
    await page.waitForSelector('.jp-Cell[data-windowed-list-index="1"] .jp-OutputArea-output');
    expect(await page.textContent('.jp-Cell[data-windowed-list-index="1"] .jp-OutputArea-output')).toContain("'0.90', '0.72'");
    expect(await frames.count()).toBe(0);
    await lab.shot("debugger-ended.png");
  }, 300_000);
});

function texts(locator: Locator): Promise<string[]> {
  return locator.allTextContents();
}
