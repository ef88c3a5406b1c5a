import { rmSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../root.ts";
import { kernelName, kernelSpec } from "../typescript/kernelspec.ts";
import { run } from "./command.ts";
import type { CommandContest } from "./contests.ts";
import type { Peers } from "./peers.ts";
import type { Contestant } from "./rounds.ts";
import { tenCellNotebook } from "./ten-cells.ts";

const cli = path.join(packageRoot, "dist", "cli.js");

/**
 * From the start of a whole command to its end, with our kernel and with ipykernel: our runner beside `jupyter execute` and papermill, or
 * our checker beside nbval. Runs `use` in a temporary folder and cleans up after it.
 */
export async function withCommandContest<T>(contest: CommandContest, peers: Peers, use: (contestants: Contestant[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "noisebook-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  try {
    const ground = await prepare(folder, peers);
    return await use(contest === "headless" ? runners(ground, peers) : await checkers(ground, peers));
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** A folder with the notebook in both languages, and an environment in which both kernels are found here, and nowhere else first. */
interface Ground {
  readonly folder: string;
  readonly ours: string;
  readonly python: string;
  readonly data: string;
}

async function prepare(folder: string, { jupyter }: Peers): Promise<Ground> {
  const ours = path.join(folder, "typescript.ipynb");
  const python = path.join(folder, "python.ipynb");
  await writeFile(ours, tenCellNotebook("typescript", kernelName));
  await writeFile(python, tenCellNotebook("python", "bench-python"));
  const data = path.join(folder, "data");
  await writeKernel(data, kernelName, kernelSpec());
  const argv = [jupyter?.python ?? "python", "-m", "ipykernel_launcher", "-f", "{connection_file}"];
  await writeKernel(data, "bench-python", { argv, display_name: "Python", language: "python" });
  return { folder, ours, python, data };
}

async function writeKernel(data: string, name: string, spec: unknown): Promise<void> {
  const dir = path.join(data, "kernels", name);
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, "kernel.json"), JSON.stringify(spec));
}

/** The environment of one peer, in which the bench's kernels come first. */
function environment({ data }: Ground, env: Readonly<Record<string, string | undefined>> = process.env): NodeJS.ProcessEnv {
  return { ...env, JUPYTER_PATH: [data, env.JUPYTER_PATH].filter(Boolean).join(path.delimiter) };
}

function runners(ground: Ground, { jupyter, tools }: Peers): Contestant[] {
  const { folder, ours, python } = ground;
  const copy = path.join(folder, "executed.ipynb");
  const noisebook = (notebook: string): Contestant["measure"] => async () => {
    const out = path.join(folder, "out");
    const seconds = await timed(process.execPath, [cli, "run", notebook, "--output-dir", out, "--force"], environment(ground, jupyter?.env), folder);
    await complete(path.join(out, path.basename(notebook)));
    return { headless: [seconds] };
  };
  const into = (program: string, args: readonly string[], env: NodeJS.ProcessEnv): Contestant["measure"] => async () => {
    const seconds = await timed(program, args, env, folder);
    await complete(copy);
    return { headless: [seconds] };
  };
  const all: Contestant[] = [{ name: "noisebook run, noisebook kernel", measure: noisebook(ours) }];
  if (jupyter) {
    const execute = (notebook: string): Contestant["measure"] => into(jupyter.program, ["execute", notebook, `--output=${copy}`], environment(ground, jupyter.env));
    all.push(
      { name: "jupyter execute, ipykernel", measure: execute(python) },
      { name: "jupyter execute, noisebook kernel", measure: execute(ours) },
      { name: "noisebook run, ipykernel", measure: noisebook(python) },
    );
  }
  if (tools) {
    const papermill = (notebook: string): Contestant["measure"] => into(path.join(tools.bin, "papermill"), [notebook, copy], environment(ground, tools.env));
    all.push({ name: "papermill, ipykernel", measure: papermill(python) }, { name: "papermill, noisebook kernel", measure: papermill(ours) });
  }
  return all;
}

async function checkers(ground: Ground, { jupyter, tools }: Peers): Promise<Contestant[]> {
  const { folder, ours, python } = ground;
  const env = environment(ground, jupyter?.env);
  // Each notebook with its outputs in place, as it would be committed.
  for (const notebook of jupyter ? [ours, python] : [ours]) {
    await timed(process.execPath, [cli, "run", notebook, "--output-dir", path.join(folder, "committed"), "--force"], env, folder);
    await copyFile(path.join(folder, "committed", path.basename(notebook)), notebook);
  }
  const check = (notebook: string): Contestant["measure"] => async () => ({
    check: [await timed(process.execPath, [cli, "check", "--force", "--output-dir", path.join(folder, "checked"), notebook], env, folder)],
  });
  const all: Contestant[] = [{ name: "noisebook check, noisebook kernel", measure: check(ours) }];
  if (jupyter && tools) {
    const nbval = (notebook: string): Contestant["measure"] => async () => ({
      check: [await timed(path.join(tools.bin, "pytest"), ["--nbval", "-q", "-p", "no:cacheprovider", notebook], environment(ground, tools.env), folder)],
    });
    all.push(
      { name: "nbval, ipykernel", measure: nbval(python) },
      { name: "nbval, noisebook kernel", measure: nbval(ours) },
      { name: "noisebook check, ipykernel", measure: check(python) },
    );
  }
  return all;
}

/** Seconds that a command takes. @throws with the end of what it wrote if it fails */
async function timed(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const started = performance.now();
  const { status, wrote } = await run(program, args, cwd, env);
  if (status === 0) return (performance.now() - started) / 1000;
  throw new Error(`${path.basename(program)} ended with ${status ?? "a signal"}: ${wrote.trim().split("\n").slice(-3).join(" | ")}`);
}

/** A runner that did not run everything must not win. */
async function complete(file: string): Promise<void> {
  const { cells } = JSON.parse(await readFile(file, "utf8")) as { cells: { execution_count: number | null }[] };
  const counts = cells.map((cell) => cell.execution_count).join();
  await rm(file);
  if (counts !== "1,2,3,4,5,6,7,8,9,10") throw new Error(`the executed copy has execution counts ${counts}, not 1 to 10`);
}
