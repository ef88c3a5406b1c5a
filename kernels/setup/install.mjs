// Installs the packages of the lockfile. npm works in a folder of its own under .noisebook/, and the finished node_modules/ is
// moved into place with its stamp inside: whatever happens meanwhile, the repository has the old packages or the new ones.
import { existsSync, renameSync } from "node:fs";
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { run } from "./child.mjs";
import { SetupFailure, explain } from "./failure.mjs";
import { findNpm } from "./find-npm.mjs";
import { installedByHand, wantedPackages } from "./lockfile.mjs";
import { npmArguments } from "./npm-arguments.mjs";
import { cacheFolder, logFile, relative, stateFolder } from "./paths.mjs";
import { progress, say } from "./say.mjs";
import { packagesFingerprint, packagesStamp, stampText } from "./stamp.mjs";

const present = (root, names) => names.filter((name) => existsSync(path.join(root, name, "package.json")));

/** Makes node_modules/ what the lockfile asks for. Returns "accepted" where somebody installed it by hand, else "installed". */
export async function installPackages(root, { lock, signal }) {
  const wanted = wantedPackages(root);
  const names = [...wanted.keys()];
  if (installedByHand(root, wanted) && present(root, names).length === names.length) {
    await writeFile(packagesStamp(root), stampText(packagesFingerprint(root), names));
    return "accepted";
  }
  const state = stateFolder(root);
  const work = path.join(state, "install");
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const fingerprint = packagesFingerprint(root);
  try {
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
      if (existsSync(path.join(root, file))) await copyFile(path.join(root, file), path.join(work, file));
    }
    await npmCi(root, work, names, { lock, signal });
    await mkdir(path.join(work, "node_modules"), { recursive: true });
    await writeFile(packagesStamp(work), stampText(fingerprint, present(work, names)));
    await swap(path.join(work, "node_modules"), path.join(root, "node_modules"), path.join(state, "old-packages"));
    return "installed";
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function swap(fresh, target, aside) {
  await rm(aside, { recursive: true, force: true });
  if (existsSync(target)) renameSync(target, aside);
  await rename(fresh, target);
  await rm(aside, { recursive: true, force: true });
}

async function npmCi(root, work, names, { lock, signal }) {
  const log = logFile(root, "npm-ci");
  const npm = findNpm();
  const temporary = path.join(work, "tmp");
  await mkdir(temporary);
  const env = { ...process.env, TMPDIR: temporary };
  const left = new Set(names);
  const count = () => {
    for (const name of left) if (existsSync(path.join(work, name, "package.json"))) left.delete(name);
    return names.length - left.size;
  };
  say(`set-up: installing the ${names.length} packages of package-lock.json (npm ci; its output: ${relative(root, log)})`);
  const finish = progress({ what: "packages", total: names.length, count });
  let status;
  let seconds;
  try {
    status = await run([...npm, ...npmArguments({ folder: work, cache: cacheFolder(root, "npm") })], { cwd: work, env, log, lock, signal });
  } finally {
    seconds = finish();
  }
  if (status !== 0) throw await npmFailure(root, log, status);
  say(`set-up: ${count()} packages in ${seconds.toFixed(1)} s`);
}

async function npmFailure(root, log, status) {
  const text = await readFile(log, "utf8").catch(() => "");
  const code = /^npm (?:error|ERR!) (?:code|errno) ([A-Z][A-Z0-9_]+)$/m.exec(text)?.[1];
  const where = /^npm (?:error|ERR!) path (.+)$/m.exec(text)?.[1];
  const name = relative(root, log);
  const reason = explain(code, where ? ` at ${where}` : "");
  if (reason) return new SetupFailure(`npm ci failed (${code}): ${reason}, then run this again. npm's output: ${name}`);
  const words = text
    .split("\n")
    .filter((line) => /^npm (error|ERR!) \S/.test(line))
    .slice(0, 8);
  return new SetupFailure(
    `npm ci failed (${code ?? `exit status ${status}`}):\n${words.join("\n") || "it said nothing"}\nnpm's whole output: ${name}`,
  );
}

/** Removes what an earlier, interrupted set-up left; call it under the lock. */
export async function sweep(root) {
  const state = stateFolder(root);
  const leftovers = (await readdir(state).catch(() => [])).filter((name) => /^(install|old-packages|build-\d+|old-build-\d+)$/.test(name));
  await Promise.all(leftovers.map((name) => rm(path.join(state, name), { recursive: true, force: true, maxRetries: 3 })));
}
