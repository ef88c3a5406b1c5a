import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "./root.ts";

type JupyterModule = typeof import("./setup/jupyter.mjs");

/** Set-up is plain JavaScript that finds the repository from its own place, so it is loaded from there and never bundled. */
const loadSetup = async (): Promise<JupyterModule> =>
  (await import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "jupyter.mjs")).href)) as JupyterModule;

/** JupyterLab's own arguments: notebooks/ as its root, no questions to the outside, and root allowed where we are root (containers). */
function labArguments(args: readonly string[]): string[] {
  const notebooks = path.join(packageRoot, "notebooks");
  const given = (name: string): boolean => args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const defaults = [
    ["--ServerApp.root_dir", existsSync(notebooks) ? notebooks : packageRoot],
    ["--LabApp.check_for_updates_class", "jupyterlab.NeverCheckForUpdate"],
    ["--LabApp.news_url", ""],
  ].filter(([name]) => name !== undefined && !given(name) && !(name === "--ServerApp.root_dir" && given("--notebook-dir")));
  const asRoot = process.getuid?.() === 0 && !given("--allow-root") ? ["--allow-root"] : [];
  return [...defaults.map(([name, value]) => `${name}=${value}`), ...asRoot, ...args];
}

/**
 * Starts JupyterLab on our terminal and waits for its end. It ends its kernels when a person confirms Ctrl-C, which reaches it through
 * the terminal, and on SIGTERM; without a terminal a SIGINT, and always a SIGHUP, would end it alone and leave the kernels behind.
 */
function runInForeground(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn("/bin/sh", ["-c", "trap '' HUP; exec \"$@\"", "sh", command, ...args], { cwd: packageRoot, env, stdio: "inherit" });
  const stop = (): void => void child.kill("SIGTERM");
  const onInterrupt = process.stdin.isTTY ? (): void => {} : stop;
  process.on("SIGINT", onInterrupt).on("SIGTERM", stop).on("SIGHUP", stop);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 4)));
  }).finally(() => process.off("SIGINT", onInterrupt).off("SIGTERM", stop).off("SIGHUP", stop));
}

/**
 * `noisebook lab [arguments of jupyter lab]`: JupyterLab from the project-local environment, with our kernels already there.
 * Returns the exit code: JupyterLab's own, or 6 (with the way out on stderr) where the environment cannot be made.
 */
export async function runLab(args: readonly string[]): Promise<number> {
  const { ensureJupyter } = await loadSetup();
  try {
    const jupyter = await ensureJupyter();
    if (jupyter.available) return await runInForeground(jupyter.python, ["-m", "jupyterlab", ...labArguments(args)], jupyter.env);
    process.stderr.write(`noisebook lab: ${jupyter.reason}. Everything but \`lab\` works without it.\n`);
    return 6;
  } catch (error) {
    if (!(error instanceof Error && "exitCode" in error && typeof error.exitCode === "number")) throw error;
    process.stderr.write(`noisebook lab: ${error.message}\n`);
    return error.exitCode;
  }
}
