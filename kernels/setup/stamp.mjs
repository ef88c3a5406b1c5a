// What the packages and the build were made from. A stamp lies inside the folder it vouches for and is published with it,
// so that no interruption can leave a stamp without the thing, or half a thing with a stamp.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const packagesStamp = (folder) => path.join(folder, "node_modules", ".noisebook-stamp.json");
export const buildStamp = (dist) => path.join(dist, ".stamp.json");
/** `files` are what has to be there besides the fingerprint's agreeing. */
export const stampText = (fingerprint, files) => JSON.stringify({ fingerprint, files });

export function hashFiles(root, files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const full = path.join(root, file);
    const content = existsSync(full) ? readFileSync(full) : "absent";
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

const platform = () => `${process.platform}-${process.arch}`;

/** The fingerprint of everything that decides what belongs into node_modules/. */
export function packagesFingerprint(root) {
  const files = hashFiles(root, ["package-lock.json", ".npmrc", "kernels/setup/npm-arguments.mjs"]);
  return `${files} node${process.versions.node.split(".")[0]} ${platform()}`;
}

function filesBelow(root, folder) {
  const found = [];
  const visit = (relative) => {
    for (const entry of readdirSync(path.join(root, relative), { withFileTypes: true })) {
      const name = `${relative}/${entry.name}`;
      if (entry.isDirectory()) visit(name);
      else if (entry.isFile()) found.push(name);
    }
  };
  if (existsSync(path.join(root, folder))) visit(folder);
  return found.sort();
}

/** The fingerprint of everything that decides what belongs into dist/. */
export function buildFingerprint(root) {
  return hashFiles(root, [...filesBelow(root, "src"), ...filesBelow(root, "kernels"), "tsconfig.json", "package-lock.json"]);
}

export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** A stamp that is damaged, or of an earlier form of set-up, vouches for nothing. */
function vouches(file, fingerprint, isThere) {
  const stamp = readJson(file);
  return stamp?.fingerprint === fingerprint && Array.isArray(stamp.files) && stamp.files.every(isThere);
}

/** True where node_modules/ is what this lockfile asks for and none of its packages has gone since. */
export function packagesAreCurrent(root) {
  return vouches(packagesStamp(root), packagesFingerprint(root), (name) => existsSync(path.join(root, name, "package.json")));
}

/** True where dist/ was built from the sources as they are now and is complete. */
export function buildIsCurrent(root) {
  const dist = path.join(root, "dist");
  return vouches(buildStamp(dist), buildFingerprint(root), (name) => existsSync(path.join(dist, name)));
}
