// Finds what the Jupyter environment is made with: a Python that is new enough, and uv where it is present.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const oldest = [3, 11];
const candidates = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
const probe = `
import importlib.util, json, sys
print(json.dumps({"version": list(sys.version_info[:3]), "executable": sys.executable,
  "venv": all(importlib.util.find_spec(m) for m in ("venv", "ensurepip"))}))`;

async function ask(command) {
  try {
    const { stdout } = await execute(command, ["-I", "-c", probe], { timeout: 20_000 });
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}

const atLeast = (version) => version[0] > oldest[0] || (version[0] === oldest[0] && version[1] >= oldest[1]);

/** True where uv answers. */
export async function hasUv() {
  return execute("uv", ["--version"], { timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * A Python of 3.11 or later that can make an environment: `{ executable, version }`, or `{ reason }` in words a person can act on.
 * NOISEBOOK_PYTHON names the one to use. With uv the module venv is not needed.
 */
export async function findPython({ uv, wish = process.env.NOISEBOOK_PYTHON } = {}) {
  const seen = [];
  for (const command of wish ? [wish] : candidates) {
    const python = await ask(command);
    if (!python) continue;
    const version = python.version.join(".");
    if (!atLeast(python.version)) seen.push(`${python.executable} is ${version}`);
    else if (!python.venv && !uv)
      seen.push(`${python.executable} (${version}) lacks the modules venv and ensurepip (on Debian and Ubuntu: apt install python3-venv)`);
    else return { executable: python.executable, version };
  }
  if (wish && seen.length === 0) return { reason: `NOISEBOOK_PYTHON is ${wish}, which does not run as a Python` };
  const found = seen.length ? `found ${[...new Set(seen)].join("; ")}` : "found none on PATH";
  return { reason: `Jupyter needs Python 3.11 or later (${found}). Install one, or name it with NOISEBOOK_PYTHON=/path/to/python3` };
}
