// Finds a pip to download with. Which Python it belongs to does not matter: it is asked for another's wheels.
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { stateFolder } from "./paths.mjs";
import { hasUv } from "./python.mjs";

const execute = promisify(execFile);

async function answers(command) {
  try {
    // Older ones know no manylinux platforms by glibc version.
    const { stdout } = await execute(command[0], [...command.slice(1), "--version"], { timeout: 20_000 });
    const [, major, minor] = /^pip (\d+)\.(\d+)/.exec(stdout) ?? [];
    return Number(major) > 20 || (Number(major) === 20 && Number(minor) >= 3);
  } catch {
    return false;
  }
}

/** Debian's Python comes without pip, but can make an environment that has it. */
async function pipOfOurOwn(root, pythons) {
  const folder = path.join(stateFolder(root), "pip");
  const command = [path.join(folder, "bin", "python"), "-m", "pip"];
  if (await answers(command)) return command;
  for (const python of pythons) {
    const made = await execute(python, ["-m", "venv", "--clear", folder], { timeout: 120_000 }).catch(() => null);
    if (made && (await answers(command))) return command;
  }
  await rm(folder, { recursive: true, force: true });
  return null;
}

/**
 * The command line of a pip: of NOISEBOOK_PYTHON, of a Python on PATH, of our Jupyter, through uv, or in an environment made for it in
 * .noisebook/pip; null where there is none.
 */
export async function findPip(root, { wish = process.env.NOISEBOOK_PYTHON } = {}) {
  const pythons = wish ? [wish] : ["python3", "python"];
  for (const python of [...pythons, ...(wish ? [] : [path.join(stateFolder(root), "jupyter", "bin", "python")])]) {
    const command = [python, "-m", "pip"];
    if (await answers(command)) return command;
  }
  if (!wish && (await hasUv())) return ["uv", "tool", "run", "pip"];
  return pipOfOurOwn(root, pythons);
}
