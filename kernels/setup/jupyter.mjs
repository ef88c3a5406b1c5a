// The project-local Jupyter in .noisebook/jupyter: made once from pinned, hashed requirements, then only looked at.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./child.mjs";
import { asFailure } from "./failure.mjs";
import { jupyterEnv, venvFolder } from "./jupyter-env.mjs";
import { installKernelspec } from "./kernelspec.mjs";
import { takeLock } from "./lock.mjs";
import { logFile, relative, repository, stateFolder } from "./paths.mjs";
import { pipEnv } from "./pip-env.mjs";
import { pipFailure } from "./pip-failure.mjs";
import { findPython, hasUv } from "./python.mjs";
import { progress, say } from "./say.mjs";
import { interruptible, onWait } from "./interruptible.mjs";
import { hashFiles } from "./stamp.mjs";

/** Lab's environment, and that of the tests that hold the kernel to Jupyter's own ones. Both are made alike. */
const lab = (root) => ({ root, name: "jupyter", requirements: "kernels/setup/jupyter-requirements.txt", venv: venvFolder(root) });
const conformance = (root) => ({
  root,
  name: "conformance",
  requirements: "test/conformance/requirements.txt",
  venv: path.join(stateFolder(root), "conformance"),
});

const stampFile = ({ venv }) => path.join(venv, ".noisebook-stamp");
const pythonOf = ({ venv }) => path.join(venv, "bin", "python");

/** An environment cannot be moved (its scripts hold absolute paths), so its place is part of its fingerprint. */
const fingerprint = ({ root, requirements }) => `${hashFiles(root, [requirements, "kernels/setup/jupyter.mjs"])} ${root}`;

function isCurrent(what) {
  try {
    return readFileSync(stampFile(what), "utf8") === fingerprint(what) && existsSync(pythonOf(what));
  } catch {
    return false;
  }
}

/** True where the environment is complete, is at its place, and its Python still exists. */
export const jupyterIsCurrent = (root = repository) => isCurrent(lab(root));

const face = (what) => ({ available: true, python: pythonOf(what), bin: path.join(what.venv, "bin"), env: jupyterEnv(what.root) });

/**
 * The project-local Jupyter, made first where it is missing: `{ available: true, python, bin, env }`. Where this machine has no
 * suitable Python, or `quiet` is set and making it fails: `{ available: false, reason }`. Else a failure is thrown (SetupFailure).
 * `env` finds the kernelspec `noisebook` and writes nothing outside the repository.
 */
export const ensureJupyter = ({ root = repository, quiet = false } = {}) => ensure(lab(root), quiet);

/** The same for the environment of test/conformance, which has jupyter_kernel_test. */
export const ensureConformance = ({ root = repository, quiet = false } = {}) => ensure(conformance(root), quiet);

async function ensure(what, quiet) {
  try {
    if (!isCurrent(what)) {
      const uv = await hasUv();
      const python = await findPython({ uv });
      if (python.reason) return { available: false, reason: python.reason };
      await interruptible((signal) => makeUnderLock(what, { uv, python, signal, quiet }));
    }
    await installKernelspec(what.root);
    const jupyter = face(what);
    // Where it is missing IPython warns, and takes a temporary one.
    await mkdir(jupyter.env.IPYTHONDIR, { recursive: true });
    return jupyter;
  } catch (error) {
    const failure = asFailure(error);
    if (!quiet || failure.exitCode !== 6) throw failure;
    return { available: false, reason: failure.message };
  }
}

async function makeUnderLock(what, { uv, python, signal, quiet }) {
  const lock = await takeLock(what.root, what.name, { onWait, signal });
  try {
    if (isCurrent(what)) return;
    await rm(what.venv, { recursive: true, force: true, maxRetries: 3 });
    await make(what, { uv, python, lock, signal, quiet });
    await writeDefaults(what);
    await writeFile(stampFile(what), fingerprint(what));
  } finally {
    lock.release();
  }
}

function commandsOf({ root, venv, requirements }, uv, python) {
  const inside = pythonOf({ venv });
  const wanted = ["--require-hashes", "--only-binary", ":all:", "-r", path.join(root, requirements)];
  if (uv) {
    return [
      ["uv", "venv", "--quiet", "--python", python.executable, venv],
      ["uv", "pip", "install", "--python", inside, ...wanted],
    ];
  }
  return [
    [python.executable, "-m", "venv", venv],
    [inside, "-m", "pip", "install", "--no-color", "--progress-bar", "off", ...wanted],
  ];
}

async function make(what, { uv, python, lock, signal, quiet }) {
  const { root, name, requirements } = what;
  const log = logFile(root, name);
  const temporary = path.join(stateFolder(root), `${name}-tmp`);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const tool = uv ? "uv" : "pip";
  if (!quiet) say(`set-up: making .noisebook/${name} with Python ${python.version} and ${tool} (output: ${relative(root, log)})`);
  const total = readFileSync(path.join(root, requirements), "utf8")
    .split("\n")
    .filter((line) => belongsHere(line)).length;
  const finish = quiet ? () => {} : progress({ what: "Python packages", total, count: () => countOf(what, log, total) });
  let append = false;
  try {
    for (const command of commandsOf(what, uv, python)) {
      const status = await run(command, { cwd: root, env: pipEnv(root, temporary, jupyterEnv(root)), log, lock, signal, append });
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
function countOf({ venv }, log, total) {
  const lib = path.join(venv, "lib");
  try {
    const site = path.join(lib, readdirSync(lib)[0], "site-packages");
    const installed = readdirSync(site).filter((name) => name.endsWith(".dist-info")).length;
    if (installed > 2) return Math.round((total + installed) / 2);
    return Math.round((readFileSync(log, "utf8").match(/^Collecting /gm) ?? []).length / 2);
  } catch {
    return 0;
  }
}

/**
 * Lab's own questions to the outside (news, updates) are off unless a user turns them on. So is its language server proxy: no server
 * comes with it, and it looks for some by running npm, which writes to the home folder. Jupyter's own scripts are CommonJS `.js`
 * files, which the "type": "module" of our package.json must not reach.
 */
async function writeDefaults({ venv }) {
  const write = async (name, content) => {
    const file = path.join(venv, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
  };
  await write("package.json", { private: true, type: "commonjs" });
  await write("etc/jupyter/jupyter_server_config.d/noisebook.json", { ServerApp: { jpserver_extensions: { jupyter_lsp: false } } });
  await write("share/jupyter/lab/settings/overrides.json", {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  });
}
