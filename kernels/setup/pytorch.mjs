// The PyTorch that `noisebook bench train` is measured beside, in .noisebook/pytorch: made once from pinned, hashed wheels. Nothing else
// uses it.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./child.mjs";
import { SetupFailure, asFailure } from "./failure.mjs";
import { takeLock } from "./lock.mjs";
import { logFile, relative, repository, stateFolder } from "./paths.mjs";
import { pipEnv } from "./pip-env.mjs";
import { pipFailure } from "./pip-failure.mjs";
import { findPython, hasUv } from "./python.mjs";
import { progress, say } from "./say.mjs";
import { interruptible, onWait } from "./interruptible.mjs";
import { hashFiles } from "./stamp.mjs";

const requirements = "kernels/bench/train/pytorch-requirements.txt";

/** Fetched and unpacked, in bytes, on Linux, where the index has only a build with CUDA; elsewhere a tenth of it. */
const size = { fetched: 2.5e9, unpacked: 4.1e9 };

const folder = (root) => path.join(stateFolder(root), "pytorch");
const pythonOf = (root) => path.join(folder(root), "bin", "python");
const stampFile = (root) => path.join(folder(root), ".noisebook-stamp");

/** An environment cannot be moved, so its place is part of its fingerprint. */
const fingerprint = (root) => `${hashFiles(root, [requirements])} ${root}`;

/** True where the environment is complete, is at its place, and its Python still exists. */
export function pytorchIsCurrent(root = repository) {
  try {
    return readFileSync(stampFile(root), "utf8") === fingerprint(root) && existsSync(pythonOf(root));
  } catch {
    return false;
  }
}

/** `{ available: true, python }`, the environment made first where it is missing; or `{ available: false, reason }`. Throws Interrupted. */
export async function ensurePytorch({ root = repository } = {}) {
  if (pytorchIsCurrent(root)) return { available: true, python: pythonOf(root) };
  try {
    const platform = `${process.platform}-${process.arch}`;
    if (!["linux-x64", "darwin-arm64"].includes(platform)) return { available: false, reason: `no PyTorch is pinned for ${platform}` };
    const uv = await hasUv();
    const python = await findPython({ uv });
    if (python.reason) return { available: false, reason: python.reason.replace("Jupyter needs", "PyTorch needs") };
    await interruptible((signal) => makeUnderLock(root, { uv, python, signal }));
    return { available: true, python: pythonOf(root) };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.exitCode !== 6) throw failure;
    return { available: false, reason: failure.message };
  }
}

async function makeUnderLock(root, { uv, python, signal }) {
  const lock = await takeLock(root, "pytorch", { onWait, signal });
  try {
    if (pytorchIsCurrent(root)) return;
    await rm(folder(root), { recursive: true, force: true, maxRetries: 3 });
    await mkdir(stateFolder(root), { recursive: true });
    await requireSpace(root);
    try {
      await make(root, { uv, python, lock, signal });
      await writeFile(stampFile(root), fingerprint(root));
    } catch (error) {
      // Half of it is gigabytes, and pip keeps what it fetched.
      await rm(folder(root), { recursive: true, force: true, maxRetries: 3 });
      throw error;
    }
  } finally {
    lock.release();
  }
}

async function requireSpace(root) {
  const needed = process.platform === "linux" ? size.fetched + size.unpacked : 1e9;
  const { bavail, bsize } = await statfs(stateFolder(root));
  if (bavail * bsize >= needed) return;
  throw new SetupFailure(`PyTorch needs ${(needed / 1e9).toFixed(1)} GB while it is set up, and the disk has ${((bavail * bsize) / 1e9).toFixed(1)} GB left`);
}

function commandsOf(root, uv, python) {
  // Its dependencies name what only a GPU needs; the list has the others.
  const wanted = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", path.join(root, requirements)];
  if (uv) {
    return [
      ["uv", "venv", "--quiet", "--python", python.executable, folder(root)],
      ["uv", "pip", "install", "--python", pythonOf(root), ...wanted],
    ];
  }
  return [
    [python.executable, "-m", "venv", folder(root)],
    [pythonOf(root), "-m", "pip", "install", "--no-color", "--progress-bar", "off", ...wanted],
  ];
}

async function make(root, { uv, python, lock, signal }) {
  const log = logFile(root, "pytorch");
  const temporary = path.join(stateFolder(root), "pytorch-tmp");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const how = `with Python ${python.version} and ${uv ? "uv" : "pip"}; output: ${relative(root, log)}`;
  const much = process.platform === "linux" ? ", about 2.5 GB to fetch" : "";
  say(`set-up: making .noisebook/pytorch for the comparison${much} (${how})`);
  const total = readFileSync(path.join(root, requirements), "utf8").match(/^[\w.-]+==/gm).length;
  const finish = progress({ what: "Python packages", total, count: () => fetchedIn(log) });
  const { PYTHONHOME, PYTHONPATH, ...rest } = process.env;
  const env = pipEnv(root, temporary, rest);
  let append = false;
  try {
    for (const command of commandsOf(root, uv, python)) {
      const status = await run(command, { cwd: root, env, log, lock, signal, append });
      append = true;
      if (status !== 0) throw await pipFailure(root, log, status, { what: "PyTorch could not be installed", gigabytes: "7" });
    }
  } finally {
    finish();
    await rm(temporary, { recursive: true, force: true });
  }
}

function fetchedIn(log) {
  try {
    return readFileSync(log, "utf8").match(/^Collecting /gm)?.length ?? 0;
  } catch {
    return 0;
  }
}
