// Fetches wheels with pip, one at a time: what is there already, whole and of the pinned hash, is kept from one run to the next.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "./child.mjs";
import { SetupFailure } from "./failure.mjs";
import { logFile, relative } from "./paths.mjs";
import { findPip } from "./pip.mjs";
import { pipEnv } from "./pip-env.mjs";
import { pipFailure } from "./pip-failure.mjs";
import { progress, say } from "./say.mjs";
import { platformTags } from "./tensorflow-wheels.mjs";

const megabytes = (bytes) => Math.round(bytes / 1e6);

async function sha256(file, signal) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash, { signal });
  return hash.digest("hex");
}

/** The wheel of this package in a folder, or null. A wheel's name begins with its package's, with underscores. */
async function wheelIn(folder, { name, version }) {
  const start = `${name.replaceAll("-", "_")}-${version}-`;
  const found = (await readdir(folder).catch(() => [])).find((file) => file.toLowerCase().startsWith(start) && file.endsWith(".whl"));
  return found ? path.join(folder, found) : null;
}

/** Makes `folder` hold all these wheels. Returns their files, in the same order. Throws SetupFailure. */
export async function fetchWheels(root, folder, wheels, { lock, signal }) {
  await mkdir(folder, { recursive: true });
  const have = await Promise.all(wheels.map(async (wheel) => ({ wheel, file: await keptWheel(folder, wheel, signal) })));
  const missing = have.filter(({ file }) => !file).map(({ wheel }) => wheel);
  if (missing.length > 0) await download(root, folder, missing, { lock, signal });
  return Promise.all(wheels.map((wheel) => wheelIn(folder, wheel)));
}

async function keptWheel(folder, wheel, signal) {
  const file = await wheelIn(folder, wheel);
  if (!file) return null;
  if ((await stat(file)).size === wheel.bytes && (await sha256(file, signal)) === wheel.sha256) return file;
  await rm(file);
  return null;
}

async function download(root, folder, wheels, { lock, signal }) {
  const pip = await findPip(root);
  if (!pip) {
    throw new SetupFailure(
      "TensorFlow is fetched with pip (20.3 or later), and none answers here. Install python3-pip or uv, name a Python that has it with NOISEBOOK_PYTHON, or name a TensorFlow with NOISEBOOK_TENSORFLOW",
    );
  }
  const log = logFile(root, "tensorflow");
  const temporary = path.join(folder, "unfinished");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  let finished = 0;
  let arriving = 0;
  // Looked at between the bar's questions, which it asks without waiting.
  const watch = setInterval(() => sizeOf(temporary).then((bytes) => (arriving = bytes)), 200);
  say(`set-up: fetching TensorFlow, ${megabytes(total)} MB in ${wheels.length} wheel${wheels.length === 1 ? "" : "s"} (pip; its output: ${relative(root, log)})`);
  const finish = progress({ what: "TensorFlow, MB", total: megabytes(total), count: () => megabytes(Math.min(total, finished + arriving)) });
  let seconds;
  try {
    for (const [i, wheel] of wheels.entries()) {
      await downloadOne(root, pip, wheel, { folder, temporary, log, lock, signal, append: i > 0 });
      arriving = 0;
      finished += wheel.bytes;
    }
  } finally {
    clearInterval(watch);
    seconds = finish();
    await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
  say(`set-up: fetched ${megabytes(total)} MB in ${seconds.toFixed(1)} s`);
}

async function downloadOne(root, pip, wheel, { folder, temporary, log, lock, signal, append }) {
  const wish = path.join(temporary, "requirements.txt");
  const arrived = path.join(temporary, "arrived");
  await writeFile(wish, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const platforms = platformTags().flatMap((tag) => ["--platform", tag]);
  const python = ["--implementation", "cp", "--python-version", "3.12", ...platforms];
  const quiet = ["--no-color", "--progress-bar", "off"];
  const command = [...pip, "download", ...quiet, "--no-deps", "--only-binary=:all:", ...python, "--require-hashes", "-r", wish, "-d", arrived];
  const status = await run(command, { cwd: root, env: pipEnv(root, temporary), log, lock, signal, append });
  if (status !== 0) throw await pipFailure(root, log, status, { what: "TensorFlow could not be fetched", gigabytes: "1.5" });
  const file = await wheelIn(arrived, wheel);
  if (!file) throw new SetupFailure(`pip fetched no wheel of ${wheel.name} ${wheel.version}. Its whole output: ${relative(root, log)}`);
  await rename(file, path.join(folder, path.basename(file)));
}

async function sizeOf(folder) {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name)).then((found) => (found.isFile() ? found.size : 0)).catch(() => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
