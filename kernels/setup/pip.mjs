// Finds a pip to download with. Which Python it belongs to does not matter: it is asked for another's wheels.
import { execFile } from "node:child_process";
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

/** The command line of a pip: of NOISEBOOK_PYTHON, of a Python on PATH, of our Jupyter, or through uv; null where there is none. */
export async function findPip(root, { wish = process.env.NOISEBOOK_PYTHON } = {}) {
  const pythons = wish ? [wish] : ["python3", "python", path.join(stateFolder(root), "jupyter", "bin", "python")];
  for (const python of pythons) {
    const command = [python, "-m", "pip"];
    if (await answers(command)) return command;
  }
  return !wish && (await hasUv()) ? ["uv", "tool", "run", "pip"] : null;
}
