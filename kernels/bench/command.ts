import { spawn } from "node:child_process";

const boundMs = 120_000;

/** Runs a command to its end. `status` is null where a signal ended it; `wrote` is the end of what it wrote. */
export function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<{ status: number | null; wrote: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: boundMs });
    let wrote = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (wrote = (wrote + String(chunk)).slice(-4000)));
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, wrote }));
  });
}
