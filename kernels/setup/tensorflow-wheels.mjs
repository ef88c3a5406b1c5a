// Which wheels TensorFlow is made of on this platform, as pinned in the two hash files.
import { readFileSync } from "node:fs";
import path from "node:path";
import { SetupFailure } from "./failure.mjs";

const hashFile = (root, kind) => path.join(root, `kernels/setup/tensorflow-${kind}-wheels.txt`);
const entry = /^# (\S+) (\d+) bytes\n([\w.-]+)==([\w.]+) --hash=sha256:([0-9a-f]{64})$/gm;

/** The platforms that pip is asked for, newest first: whatever this machine's own Python is. */
const tags = {
  "linux-x64": ["manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"],
  "linux-arm64": ["manylinux_2_27_aarch64"],
  "darwin-arm64": ["macosx_12_0_arm64"],
};

/** The platform by the names of the hash files. Musl has no wheels. */
function platform() {
  if (process.platform !== "linux") return `${process.platform}-${process.arch}`;
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ? `linux-${process.arch}` : `linux-musl-${process.arch}`;
}

export const platformTags = () => tags[platform()];

/** `{ name, version, sha256, bytes }` of each wheel of "cpu" or "gpu" here; none where TensorFlow has none for this platform. */
export function wantedWheels(root, kind) {
  const here = platform();
  return [...readFileSync(hashFile(root, kind), "utf8").matchAll(entry)]
    .filter(([, where]) => where === here)
    .map(([, , bytes, name, version, sha256]) => ({ name, version, sha256, bytes: Number(bytes) }));
}

/** As above. Throws SetupFailure where there are none, naming what can be done. */
export function requireWheels(root, kind) {
  const wheels = wantedWheels(root, kind);
  if (wheels.length > 0) return wheels;
  const where = `${platform()}${kind === "gpu" ? " with CUDA" : ""}`;
  throw new SetupFailure(
    `TensorFlow 2.21 has no ready-made library for ${where}. If you have one, name it with NOISEBOOK_TENSORFLOW=<folder>; the wasm backend needs none`,
  );
}
