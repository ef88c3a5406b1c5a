import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../root.ts";

const execute = promisify(execFile);
const here = path.join(packageRoot, "kernels", "bench", "core");
const peers = path.join(packageRoot, ".noisebook", "peers");
const setupFile = (name: string): string => pathToFileURL(path.join(packageRoot, "kernels", "setup", name)).href;
const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary", ":all:"];

/** A Python with NumPy, in an environment of its own that is made on first use. @throws Error with why there is none */
export async function numpyPython(): Promise<string> {
  const folder = path.join(peers, "core-python");
  const python = path.join(folder, "bin", "python");
  await made(folder, "requirements.txt", async (requirements) => {
    const { findPython } = (await import(setupFile("python.mjs"))) as {
      findPython(options: { uv: boolean }): Promise<{ executable: string; reason?: undefined } | { reason: string }>;
    };
    const found = await findPython({ uv: false });
    if (found.reason !== undefined) throw new Error(found.reason);
    await execute(found.executable, ["-m", "venv", folder], { timeout: 120_000 });
    await execute(python, [...pip, "-r", requirements], { timeout: 300_000 });
  });
  return python;
}

/** The Python that has PyTorch, and a folder with diffusers for its path; both are made on first use. @throws Error with why there are none */
export async function diffusersPython(): Promise<{ python: string; packages: string }> {
  const { ensurePytorch } = (await import(setupFile("pytorch.mjs"))) as {
    ensurePytorch(): Promise<{ available: true; python: string } | { available: false; reason: string }>;
  };
  const pytorch = await ensurePytorch();
  if (!pytorch.available) throw new Error(pytorch.reason);
  const folder = path.join(peers, "core-diffusers");
  await made(folder, "diffusers-requirements.txt", async (requirements) => {
    await execute(pytorch.python, [...pip, "--no-deps", "--target", folder, "-r", requirements], { timeout: 300_000 });
  });
  return { python: pytorch.python, packages: folder };
}

/** Makes a folder where there is none that was made from the requirements as they are. */
async function made(folder: string, name: string, make: (requirements: string) => Promise<void>): Promise<void> {
  const requirements = path.join(here, name);
  const stamp = path.join(folder, ".noisebook-stamp");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  try {
    await make(requirements);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1);
    throw new Error(`what ${path.relative(packageRoot, requirements)} asks for could not be installed: ${said || (error as Error).message}`);
  }
  writeFileSync(stamp, wanted);
}

/** What a program of this folder answers, as JSON, to a JSON request on its standard input, in a process of its own. */
export async function askPython<Answer>(python: string, program: string, request: object): Promise<Answer> {
  const running = execute(python, ["-I", path.join(here, program)], { timeout: 300_000, maxBuffer: 1 << 26 });
  running.child.stdin?.end(JSON.stringify(request));
  return JSON.parse((await running).stdout) as Answer;
}
