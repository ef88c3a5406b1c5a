// The facts of an environment: what the lockfile and the requirements pin (the same everywhere), and what this machine is.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { findNpm } from "./find-npm.mjs";
import { readJson } from "./stamp.mjs";
import { tensorLine } from "./tensorflow.mjs";

const packagesThatMatter = [
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-node-gpu",
  "koffi",
  "tslab",
  "typescript",
  "oxc-parser",
  "oxc-transform",
  "esbuild",
  "zeromq",
  "vega",
  "vega-lite",
  "plotly.js-dist",
  "@resvg/resvg-js",
  "vitest",
];
const pythonPackagesThatMatter = ["jupyterlab", "jupyter-server", "jupyter-client", "nbclient", "nbformat", "ipykernel", "pyzmq"];

/** What the committed files pin: versions, and hashes of the files themselves. The same on every machine. */
export function pinnedFacts(root) {
  const read = (file) => readFileSync(path.join(root, file), "utf8");
  const sha256 = (file) => createHash("sha256").update(read(file)).digest("hex");
  const lockfile = JSON.parse(read("package-lock.json"));
  const packages = packagesThatMatter.flatMap((name) => {
    const version = lockfile.packages[`node_modules/${name}`]?.version;
    return version ? [[name, version]] : [];
  });
  const requirements = new Map(
    [...read("kernels/setup/jupyter-requirements.txt").matchAll(/^([\w.-]+)==([\w.]+)/gm)].map(([, name, version]) => [
      name.toLowerCase().replaceAll("_", "-"),
      version,
    ]),
  );
  return {
    node: readJson(path.join(root, "package.json")).engines.node,
    lockfile: { packages: Object.keys(lockfile.packages).length - 1, sha256: sha256("package-lock.json") },
    packages: Object.fromEntries(packages),
    python: Object.fromEntries(
      pythonPackagesThatMatter.filter((name) => requirements.has(name)).map((name) => [name, requirements.get(name)]),
    ),
    tensorflow: wantedVersion(read("kernels/setup/tensorflow-cpu-wheels.txt")),
    pythonRequirements: { packages: requirements.size, sha256: sha256("kernels/setup/jupyter-requirements.txt") },
  };
}

const wantedVersion = (text) => /^tensorflow[\w-]*==([\d.]+)/m.exec(text)[1];

function operatingSystem() {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    if (name) return `${name} (Linux ${/^[\d.]+/.exec(os.release())?.[0]})`;
  } catch {
    // Not Linux, or a Linux without that file.
  }
  return `${os.type()} ${os.release()}`;
}

function output(command) {
  try {
    return execFileSync(command[0], command.slice(1), { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}

/** What this machine is. */
export function machineFacts() {
  return {
    os: operatingSystem(),
    arch: process.arch,
    cpu: `${os.availableParallelism()} × ${os.cpus()[0]?.model.trim() ?? "unknown"}`,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.versions.node,
    npm: output([...findNpm(), "--version"]),
    python: output(["python3", "--version"])?.replace("Python ", "") ?? null,
    backends: tensorLine(),
    gpu: output(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]),
  };
}
