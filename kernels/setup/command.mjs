// `noisebook setup`: sets up explicitly, then says what is there.
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { asFailure } from "./failure.mjs";
import { repository } from "./paths.mjs";
import { say } from "./say.mjs";
import { setUp } from "./setup.mjs";
import { packagesStamp, readJson } from "./stamp.mjs";

const usage = `Usage: noisebook setup [options]

Installs what the lockfile asks for, builds what changed, and says what is there. Every other command does the same by
itself where something is missing, so this is never needed; it is here to look, and to prepare for working offline.

Options:
  --jupyter      also make the project-local Jupyter that \`noisebook lab\` uses (needs Python 3.11 or later)
  --environment  also rewrite the generated sections of environment.md for this machine
  --help         show this

NOISEBOOK_CACHE=<folder> keeps all downloads there instead of in npm's and pip's own caches.`;

const words = { kept: "already there", accepted: "installed by hand, accepted", installed: "installed now", built: "built now" };

async function jupyterLine(root, make) {
  const { ensureJupyter, jupyterIsCurrent } = await import("./jupyter.mjs");
  if (make) {
    const jupyter = await ensureJupyter({ root });
    if (!jupyter.available) return `not available: ${jupyter.reason}`;
  }
  if (jupyterIsCurrent(root)) return `ready in .noisebook/jupyter${make ? "" : " (already there)"}`;
  const { findPython, hasUv } = await import("./python.mjs");
  const python = await findPython({ uv: await hasUv() });
  return python.reason ? `not available: ${python.reason}` : `not made yet: \`noisebook lab\` makes it with Python ${python.version}`;
}

async function summary(root, did, options) {
  const { findNpm } = await import("./find-npm.mjs");
  const npm = findNpm().at(-1);
  const npmVersion = readJson(path.join(path.dirname(npm), "../package.json"))?.version;
  const packages = readJson(packagesStamp(root)).files.length;
  return [
    ["Node", `${process.versions.node} (${process.platform} ${process.arch})${npmVersion ? `, npm ${npmVersion}` : ""}`],
    ["packages", `${packages} from package-lock.json, ${words[did.packages]}`],
    ["build", `dist/, ${words[did.build]}`],
    ["Jupyter", await jupyterLine(root, options.jupyter)],
    ["tensors", "wasm backend"],
    [
      "downloads",
      process.env.NOISEBOOK_CACHE ? `kept in ${path.resolve(root, process.env.NOISEBOOK_CACHE)}` : "kept in npm's and pip's own caches",
    ],
  ];
}

/** Runs `noisebook setup` with these arguments and returns its exit code. */
export async function runSetup(args, root = repository) {
  let options;
  try {
    const flags = { jupyter: { type: "boolean" }, environment: { type: "boolean" }, help: { type: "boolean", short: "h" } };
    options = parseArgs({ args, options: flags }).values;
  } catch (error) {
    say(`noisebook setup: ${error.message.split(". ")[0]}. See noisebook setup --help`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  try {
    const did = await setUp(root);
    for (const [name, text] of await summary(root, did, options)) console.log(`${name.padEnd(10)} ${text}`);
    if (options.environment && existsSync(path.join(root, "environment.md"))) {
      const { writeEnvironment } = await import("./environment.mjs");
      console.log(`${"report".padEnd(10)} environment.md ${writeEnvironment(root) ? "rewritten" : "is up to date"}`);
    }
    return 0;
  } catch (error) {
    const failure = asFailure(error);
    say(`noisebook setup: ${failure.message}`);
    return failure.exitCode;
  }
}

export async function main(args) {
  process.exitCode = await runSetup(args);
}
