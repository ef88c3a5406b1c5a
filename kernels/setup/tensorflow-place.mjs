// Where TensorFlow lies, and what was wished for: .noisebook/tensorflow.json, which src/tensor/tensorflow/library.ts reads.
import { readFileSync, statSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheFolder, stateFolder } from "./paths.mjs";
import { readJson } from "./stamp.mjs";
import { wantedWheels } from "./tensorflow-wheels.mjs";

const recordFile = (root) => path.join(stateFolder(root), "tensorflow.json");

/** The folder for all of TensorFlow's: in the repository, or in NOISEBOOK_CACHE, where several repositories share it. */
export const tensorflowFolder = (root) => cacheFolder(root, "tensorflow") ?? path.join(stateFolder(root), "tensorflow");

/** Where the library of one kind goes: laid out as in Python's site-packages, because the CUDA one looks for its parts beside it. */
export const libraryFolder = (root, kind) => path.join(tensorflowFolder(root), `2.21.0-${kind}-${process.platform}-${process.arch}`);

const stampFile = (folder) => path.join(folder, ".noisebook-stamp.json");
const fingerprint = (root, kind) => wantedWheels(root, kind).map(({ sha256 }) => sha256).join(" ");

export const libraryStamp = (root, kind, files) => JSON.stringify({ fingerprint: fingerprint(root, kind), files }, null, 1);
export const writeStamp = (folder, text) => writeFile(stampFile(folder), text);

/** True where the folder has what the hash file asks for: every file, of its size. */
export function libraryIsCurrent(root, kind, folder = libraryFolder(root, kind)) {
  const stamp = readJson(stampFile(folder));
  if (stamp?.fingerprint !== fingerprint(root, kind)) return false;
  return Object.entries(stamp.files).every(([name, size]) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.size === size);
}

/** `{ use: "cpu" | "gpu" | "none", folder? }`, or {} where nobody has wished for anything. */
export function readChoice(root) {
  try {
    return JSON.parse(readFileSync(recordFile(root), "utf8")) ?? {};
  } catch {
    return {};
  }
}

export async function writeChoice(root, use) {
  const inside = !cacheFolder(root, "tensorflow");
  const folder = use === "none" ? undefined : libraryFolder(root, use);
  const record = { use, ...(folder && { folder: inside ? path.relative(root, folder) : folder }) };
  await mkdir(stateFolder(root), { recursive: true });
  const fresh = `${recordFile(root)}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(record)}\n`);
  await rename(fresh, recordFile(root));
}
