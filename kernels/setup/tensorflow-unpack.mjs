// Unpacks the libraries out of wheels, each file held to the hash that its wheel's RECORD gives it.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SetupFailure } from "./failure.mjs";
import { progress, say } from "./say.mjs";
import { readDirectory, readEntry } from "./zip.mjs";

const ours = /^tensorflow\/libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib)$/;
/** The CUDA libraries, and what TensorFlow compiles kernels with; not what only a C compiler or Python reads. */
const cuda = /^nvidia\/(?!.*\/include\/)(?!.*\.(?:py|pyi|a|h|txt)$).+/;
const isWanted = ({ name }) => ours.test(name) || cuda.test(name);

async function text(file, entry) {
  const parts = [];
  for await (const part of await readEntry(file, entry)) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** The wheel's own list of its files: name → sha256, in base64url. */
async function recordOf(file, entries) {
  const entry = entries.find(({ name }) => /^[^/]+\.dist-info\/RECORD$/.test(name));
  if (!entry) throw new SetupFailure(`${path.basename(file)} has no RECORD of its files`);
  const lines = (await text(file, entry)).matchAll(/^"?([^"\n]+?)"?,sha256=([\w-]+),/gm);
  return new Map([...lines].map(([, name, hash]) => [name, hash]));
}

/** Unpacks what is wanted of these wheels into `folder`. Returns each file's size by its name. Throws SetupFailure. */
export async function unpackWheels(wheels, folder, { signal }) {
  const plans = [];
  for (const file of wheels) {
    const entries = await readDirectory(file);
    plans.push({ file, entries: entries.filter(isWanted), record: await recordOf(file, entries) });
  }
  const total = plans.flatMap(({ entries }) => entries).reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  const finish = progress({ what: "unpacking, MB", total: megabytes(total), count: () => megabytes(done) });
  const files = {};
  let seconds;
  try {
    for (const { file, entries, record } of plans) {
      for (const entry of entries) {
        await unpackOne(file, entry, record.get(entry.name), folder, signal, (bytes) => (done += bytes));
        files[entry.name] = entry.size;
      }
    }
  } finally {
    seconds = finish();
  }
  say(`set-up: unpacked and verified ${megabytes(total)} MB in ${seconds.toFixed(1)} s`);
  return files;
}

async function unpackOne(file, entry, wanted, folder, signal, count) {
  const target = path.join(folder, entry.name);
  if (!target.startsWith(folder + path.sep)) throw new SetupFailure(`${path.basename(file)} names a file outside of it: ${entry.name}`);
  await mkdir(path.dirname(target), { recursive: true });
  const hash = createHash("sha256");
  const watch = new Transform({
    highWaterMark: 2 ** 20,
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      count(chunk.length);
      done(null, chunk);
    },
  });
  await pipeline(await readEntry(file, entry), watch, createWriteStream(target), { signal });
  if (hash.digest("base64url") !== wanted) throw new SetupFailure(`${entry.name} of ${path.basename(file)} is damaged. Run this again`);
  if (entry.mode & 0o100) await chmod(target, 0o755);
}
