// What package-lock.json asks for on this machine, and whether an installed tree already has it.
import path from "node:path";
import { SetupFailure } from "./failure.mjs";
import { inNodeRange } from "./node-range.mjs";
import { readJson } from "./stamp.mjs";

const allows = (list, value) =>
  !list || (list.includes(`!${value}`) ? false : list.every((entry) => entry.startsWith("!")) || list.includes(value));

let libc;
function libcOfThisMachine() {
  if (libc === undefined) {
    process.report.excludeNetwork = true;
    libc = process.platform !== "linux" ? null : process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
  }
  return libc;
}

const belongsHere = (entry) =>
  allows(entry.os, process.platform) &&
  allows(entry.cpu, process.arch) &&
  (!entry.libc || allows(entry.libc, libcOfThisMachine())) &&
  (!entry.engines?.node || inNodeRange(entry.engines.node));

/** The lockfile's packages that belong on this platform: folder (`node_modules/…`) → entry. Throws SetupFailure without a lockfile. */
export function wantedPackages(root) {
  const lockfile = readJson(path.join(root, "package-lock.json"));
  if (!lockfile?.packages) {
    throw new SetupFailure(
      "package-lock.json is missing or unreadable. Restore it with `git checkout package-lock.json`, then run this again",
    );
  }
  return new Map(
    Object.entries(lockfile.packages).filter(
      ([name, entry]) => name.startsWith("node_modules/") && (!entry.optional || belongsHere(entry)),
    ),
  );
}

/** True where npm's own record of node_modules/ agrees with the lockfile, so that an installation by hand need not be repeated. */
export function installedByHand(root, wanted) {
  const record = readJson(path.join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!record) return false;
  return [...wanted].every(([name, { version, integrity }]) => record[name]?.version === version && record[name].integrity === integrity);
}
