import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ensureConformance } from "../../kernels/setup/jupyter.mjs";

const kit = await ensureConformance({ quiet: true });
if (!kit.available) process.stderr.write(`skipped: jupyter_kernel_test: ${kit.reason}\n`);

interface Told {
  readonly ran: number;
  readonly failures: readonly { test: string; why: string }[];
  readonly errors: readonly { test: string; why: string }[];
  readonly skipped: readonly { test: string; why: string }[];
}

describe.skipIf(!kit.available)("jupyter_kernel_test", () => {
  it("passes whole, with nothing skipped that the kernel has", () => {
    if (!kit.available) return;
    const { stdout, stderr } = spawnSync(kit.python, [path.join(import.meta.dirname, "kernel_tests.py"), "noisebook"], { env: kit.env, encoding: "utf8", timeout: 170_000 });
    const told = JSON.parse(stdout.trim().split("\n").at(-1) || "null") as Told | null;
    if (!told) throw new Error(stderr);
    process.stderr.write(`jupyter_kernel_test: ${told.ran} ran, ${told.failures.length} failed, ${told.errors.length} errors, ${told.skipped.length} skipped\n`);
    expect(told).toMatchObject({ failures: [], errors: [] });
    expect(told.skipped).toEqual([]);
  }, 180_000);
});
