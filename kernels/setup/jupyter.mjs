// The project-local Jupyter in .noisebook/jupyter: made once from pinned, hashed requirements, then only looked at.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./child.mjs";
import { SetupFailure, asFailure } from "./failure.mjs";
import { jupyterEnv, venvFolder } from "./jupyter-env.mjs";
import { installKernelspec } from "./kernelspec.mjs";
import { takeLock } from "./lock.mjs";
import { cacheFolder, logFile, relative, repository, stateFolder } from "./paths.mjs";
import { findPython, hasUv } from "./python.mjs";
import { progress, say } from "./say.mjs";
import { interruptible, onWait } from "./setup.mjs";
import { hashFiles } from "./stamp.mjs";

const requirements = "kernels/setup/jupyter-requirements.txt";
const stampFile = (root) => path.join(venvFolder(root), ".noisebook-stamp");
const pythonOf = (root) => path.join(venvFolder(root), "bin", "python");

/** An environment cannot be moved (its scripts hold absolute paths), so its place is part of its fingerprint. */
const fingerprint = (root) => `${hashFiles(root, [requirements, "kernels/setup/jupyter.mjs"])} ${root}`;

/** True where the environment is complete, is at its place, and its Python still exists. */
export function jupyterIsCurrent(root = repository) {
  try {
    return readFileSync(stampFile(root), "utf8") === fingerprint(root) && existsSync(pythonOf(root));
  } catch {
    return false;
  }
}

const face = (root) => ({ available: true, python: pythonOf(root), bin: path.join(venvFolder(root), "bin"), env: jupyterEnv(root) });

/**
 * The project-local Jupyter, made first where it is missing: `{ available: true, python, bin, env }`. Where this machine has no
 * suitable Python, or `quiet` is set and making it fails: `{ available: false, reason }`. Else a failure is thrown (SetupFailure).
 * `env` finds the kernelspec `noisebook` and writes nothing outside the repository.
 */
export async function ensureJupyter({ root = repository, quiet = false } = {}) {
  try {
    if (!jupyterIsCurrent(root)) {
      const uv = await hasUv();
      const python = await findPython({ uv });
      if (python.reason) return { available: false, reason: python.reason };
      await interruptible((signal) => makeUnderLock(root, { uv, python, signal, quiet }));
    }
    await installKernelspec(root);
    return face(root);
  } catch (error) {
    const failure = asFailure(error);
    if (!quiet || failure.exitCode !== 6) throw failure;
    return { available: false, reason: failure.message };
  }
}

async function makeUnderLock(root, { uv, python, signal, quiet }) {
  const lock = await takeLock(root, "jupyter", { onWait, signal });
  try {
    if (jupyterIsCurrent(root)) return;
    await rm(venvFolder(root), { recursive: true, force: true, maxRetries: 3 });
    await make(root, { uv, python, lock, signal, quiet });
    await writeDefaults(root);
    await writeFile(stampFile(root), fingerprint(root));
  } finally {
    lock.release();
  }
}

function toolEnv(root, temporary) {
  const pip = cacheFolder(root, "pip");
  const uv = cacheFolder(root, "uv");
  const env = { ...jupyterEnv(root), TMPDIR: temporary, PIP_USER: "0", PIP_NO_INPUT: "1", PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_REQUIRE_VIRTUALENV: "0" };
  return { ...env, ...(pip ? { PIP_CACHE_DIR: pip } : {}), ...(uv ? { UV_CACHE_DIR: uv } : {}), UV_NO_PROGRESS: "1", UV_PYTHON_DOWNLOADS: "never" };
}

function commandsOf(root, uv, python) {
  const venv = venvFolder(root);
  const inside = pythonOf(root);
  const wanted = ["--require-hashes", "--only-binary", ":all:", "-r", path.join(root, requirements)];
  if (uv) return [["uv", "venv", "--quiet", "--python", python.executable, venv], ["uv", "pip", "install", "--python", inside, ...wanted]];
  return [[python.executable, "-m", "venv", venv], [inside, "-m", "pip", "install", "--no-color", "--progress-bar", "off", ...wanted]];
}

async function make(root, { uv, python, lock, signal, quiet }) {
  const log = logFile(root, "jupyter");
  const temporary = path.join(stateFolder(root), "jupyter-tmp");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  if (!quiet) say(`set-up: making .noisebook/jupyter with Python ${python.version} and ${uv ? "uv" : "pip"} (their output: ${relative(root, log)})`);
  const total = readFileSync(path.join(root, requirements), "utf8").split("\n").filter((line) => belongsHere(line)).length;
  const finish = quiet ? () => {} : progress({ what: "Python packages", total, count: () => countOf(root, log, total) });
  let append = false;
  try {
    for (const command of commandsOf(root, uv, python)) {
      const status = await run(command, { cwd: root, env: toolEnv(root, temporary), log, lock, signal, append });
      append = true;
      if (status !== 0) throw await pipFailure(root, log, status);
    }
  } finally {
    finish();
    await rm(temporary, { recursive: true, force: true });
  }
}

function belongsHere(line) {
  if (!/^[\w.-]+==/.test(line)) return false;
  return !/sys_platform == 'win32'|os_name == 'nt'|< '3\./.test(line) && (process.platform === "darwin" || !line.includes("'darwin'"));
}

/** pip first downloads everything, then installs: half of the bar each. */
function countOf(root, log, total) {
  const lib = path.join(venvFolder(root), "lib");
  try {
    const site = path.join(lib, readdirSync(lib)[0], "site-packages");
    const installed = readdirSync(site).filter((name) => name.endsWith(".dist-info")).length;
    if (installed > 2) return Math.round((total + installed) / 2);
    return Math.round((readFileSync(log, "utf8").match(/^Collecting /gm) ?? []).length / 2);
  } catch {
    return 0;
  }
}

const pipCauses = [
  [/No space left on device|os error 28/i, "the disk is full. Free about 0.6 GB"],
  [/Permission denied|Read-only file system/i, "no permission to write. Make the folder yours, or clone the repository into one that is"],
  [/Temporary failure in name resolution|Name or service not known|Connection refused|Network is unreachable|NewConnectionError|timed out|dns error|error sending request|Could not connect/i,
    "the package index cannot be reached. Check the network and the proxy (`pip config list`, HTTPS_PROXY)"],
  [/CERTIFICATE_VERIFY_FAILED|invalid peer certificate/i, "the index's certificate is not trusted. Behind a company proxy, name its certificate with PIP_CERT=<file.pem>"],
  [/DO NOT MATCH THE HASHES|Hash mismatch/i, "a downloaded package is not the one that was pinned. Clear pip's cache (`pip cache purge`)"],
  [/No matching distribution|Could not find a version|no wheels with a matching/i, "the index has no ready-made package for this Python and platform. Try another Python with NOISEBOOK_PYTHON"],
];

async function pipFailure(root, log, status) {
  const text = await readFile(log, "utf8").catch(() => "");
  const cause = pipCauses.find(([pattern]) => pattern.test(text))?.[1];
  const words = text.trim().split("\n").slice(-6).join("\n");
  return new SetupFailure(`Jupyter could not be installed (exit status ${status}): ${cause ? `${cause}, then run this again` : `\n${words}`}. The whole output: ${relative(root, log)}`);
}

/**
 * Lab's own questions to the outside (news, updates) are off unless a user turns them on. So is its language server proxy: no server
 * comes with it, and it looks for some by running npm, which writes to the home folder. Jupyter's own scripts are CommonJS `.js`
 * files, which the "type": "module" of our package.json must not reach.
 */
async function writeDefaults(root) {
  const write = async (name, content) => {
    const file = path.join(venvFolder(root), name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
  };
  await write("package.json", { private: true, type: "commonjs" });
  await write("etc/jupyter/jupyter_server_config.d/noisebook.json", { ServerApp: { jpserver_extensions: { jupyter_lsp: false } } });
  await write("share/jupyter/lab/settings/overrides.json", {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}
