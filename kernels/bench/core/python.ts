import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../root.ts";

const execute = promisify(execFile);
const here = path.join(packageRoot, "kernels", "bench", "core");
const folder = path.join(packageRoot, ".noisebook", "peers", "core-python");

/** A Python with the packages of requirements.txt, in an environment of its own that is made on first use. @throws Error with why there is none */
export async function corePython(): Promise<string> {
  const requirements = path.join(here, "requirements.txt");
  const python = path.join(folder, "bin", "python");
  const stamp = path.join(folder, ".noisebook-stamp");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  const setup = (await import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "python.mjs")).href)) as {
    findPython(options: { uv: boolean }): Promise<{ executable: string; reason?: undefined } | { reason: string }>;
  };
  const found = await setup.findPython({ uv: false });
  if (found.reason !== undefined) throw new Error(found.reason);
  rmSync(folder, { recursive: true, force: true });
  try {
    await execute(found.executable, ["-m", "venv", folder], { timeout: 120_000 });
    const options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary", ":all:"];
    await execute(python, ["-m", "pip", "install", ...options, "-r", requirements], { timeout: 300_000 });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1);
    throw new Error(`the environment of ${path.relative(packageRoot, requirements)} could not be made: ${said || (error as Error).message}`);
  }
  writeFileSync(stamp, wanted);
  return python;
}

/** What a program of this folder prints as JSON, asked in a process of its own. */
export async function askPython<Answer>(python: string, program: string, ...args: (string | number)[]): Promise<Answer> {
  const { stdout } = await execute(python, ["-I", path.join(here, program), ...args.map(String)], { timeout: 300_000, maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Answer;
}
