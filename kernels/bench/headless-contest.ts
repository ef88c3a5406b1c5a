import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../root.ts";
import { kernelName, kernelSpec } from "../typescript/kernelspec.ts";
import type { JupyterPeer } from "./peers.ts";
import type { Contestant } from "./rounds.ts";
import { tenCellNotebook } from "./ten-cells.ts";

/**
 * The ten-cell notebook from the start of a whole command to its end: our runner and `jupyter execute`, each with our
 * kernel and with ipykernel. Runs `use` in a temporary folder and cleans up after it.
 */
export async function withHeadlessContest<T>(jupyter: JupyterPeer | undefined, use: (contestants: Contestant[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "noisebook-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  try {
    return await use(await contestants(folder, jupyter));
  } finally {
    process.off("exit", remove);
    remove();
  }
}

async function contestants(folder: string, jupyter: JupyterPeer | undefined): Promise<Contestant[]> {
  const ours = path.join(folder, "typescript.ipynb");
  const python = path.join(folder, "python.ipynb");
  await writeFile(ours, tenCellNotebook("typescript", kernelName));
  await writeFile(python, tenCellNotebook("python", "bench-python"));
  // Both runners find both kernels here, and nowhere else first.
  const data = path.join(folder, "data");
  await writeKernel(data, kernelName, kernelSpec());
  const argv = [jupyter?.python ?? "python", "-m", "ipykernel_launcher", "-f", "{connection_file}"];
  await writeKernel(data, "bench-python", { argv, display_name: "Python", language: "python" });
  const base = { ...process.env, ...jupyter?.env };
  const env = { ...base, JUPYTER_PATH: [data, base.JUPYTER_PATH].filter(Boolean).join(path.delimiter) };

  const cli = path.join(packageRoot, "dist", "cli.js");
  const out = path.join(folder, "out");
  const noisebook = (notebook: string): Contestant["measure"] => async () => {
    const seconds = await timed(process.execPath, [cli, "run", notebook, "--output-dir", out, "--force"], env, folder);
    await complete(path.join(out, path.basename(notebook)));
    return { headless: [seconds] };
  };
  const execute = (program: string, notebook: string): Contestant["measure"] => async () => {
    const copy = path.join(folder, "executed.ipynb");
    const seconds = await timed(program, ["execute", notebook, `--output=${copy}`], env, folder);
    await complete(copy);
    return { headless: [seconds] };
  };
  const own = [{ name: "noisebook run, noisebook kernel", measure: noisebook(ours) }];
  if (!jupyter) return own;
  return [
    ...own,
    { name: "jupyter execute, ipykernel", measure: execute(jupyter.program, python) },
    { name: "jupyter execute, noisebook kernel", measure: execute(jupyter.program, ours) },
    { name: "noisebook run, ipykernel", measure: noisebook(python) },
  ];
}

async function writeKernel(data: string, name: string, spec: unknown): Promise<void> {
  const dir = path.join(data, "kernels", name);
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, "kernel.json"), JSON.stringify(spec));
}

/** Seconds that a command takes. @throws with the end of what it wrote if it fails */
function timed(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 });
    let wrote = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (wrote = (wrote + String(chunk)).slice(-2000)));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve((performance.now() - started) / 1000);
      else reject(new Error(`${path.basename(program)} ended with ${signal ?? code}: ${wrote.trim().split("\n").slice(-3).join(" | ")}`));
    });
  });
}

/** A runner that did not run everything must not win. */
async function complete(file: string): Promise<void> {
  const { cells } = JSON.parse(await readFile(file, "utf8")) as { cells: { execution_count: number | null }[] };
  const counts = cells.map((cell) => cell.execution_count).join();
  await rm(file);
  if (counts !== "1,2,3,4,5,6,7,8,9,10") throw new Error(`the executed copy has execution counts ${counts}, not 1 to 10`);
}
