import path from "node:path";
import { packageRoot } from "../../root.ts";
import { run } from "../command.ts";
import type { PythonTools } from "../peers.ts";

/** A command that checks a notebook. */
export interface Checker {
  readonly name: string;
  /** `true`: content with the notebook; else why not. @throws Error where it could not do its work */
  check(notebook: string): Promise<boolean>;
}

/** Ours first. All run the notebook with our kernel, which Jupyter's tools find by their environment. */
export function checkers(python: PythonTools | undefined): Checker[] {
  const cli = path.join(packageRoot, "dist", "cli.js");
  const own: Checker = {
    name: "noisebook check",
    // 1: a cell failed, 4: the session was lost, 5: outputs differ.
    check: (notebook) => content(process.execPath, [cli, "check", "--force", "--output-dir", `${notebook}.checked`, notebook], path.dirname(notebook), process.env, [1, 4, 5]),
  };
  if (!python) return [own];
  const pytest = (plugin: string) => (notebook: string) =>
    content(path.join(python.bin, "pytest"), [plugin, "-q", "-p", "no:cacheprovider", notebook], path.dirname(notebook), python.env, [1]);
  return [
    own,
    { name: "nbval", check: pytest("--nbval") },
    { name: "nbmake", check: pytest("--nbmake") },
    { name: "papermill", check: (notebook) => content(path.join(python.bin, "papermill"), [notebook, `${notebook}.executed`], path.dirname(notebook), python.env, [1]) },
  ];
}

async function content(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, refusals: readonly number[]): Promise<boolean> {
  const { status, wrote } = await run(program, args, cwd, env);
  if (status === 0) return true;
  if (status !== null && refusals.includes(status)) return false;
  throw new Error(`${path.basename(program)} ended with ${status ?? "a signal"}: ${wrote.trim().split("\n").at(-1)}`);
}
