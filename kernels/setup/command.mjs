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

Installs what the lockfile asks for, builds what changed, fetches TensorFlow for the CPU where none is here (274 MB; 0.9 GB
unpacked), and says what is there. npm start, npm test and npm run lab do the same by themselves, so this is never needed;
it is here to look, to choose, and to prepare for working offline.

Options:
  --jupyter      also make the project-local Jupyter that \`noisebook lab\` uses (needs Python 3.11 or later)
  --tensorflow   TensorFlow 2.21 for the CPU, whatever was chosen before or is here besides; fails where it cannot be had.
                 --tensorflow=gpu or --gpu: for NVIDIA GPUs, with CUDA (3.4 GB; 6 GB unpacked)
  --none         no TensorFlow: tensors run on WebAssembly, about a twentieth as fast in training
  --environment  also rewrite the generated sections of environment.md for this machine
  --help         show this

NOISEBOOK_CACHE=<folder> keeps all downloads there instead of in npm's and pip's own caches, and TensorFlow instead of in
.noisebook/tensorflow. NOISEBOOK_TENSORFLOW=<folder> names one that you have. \`noisebook doctor\` says what is used, and why.`;

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
    ["tensors", (await import("./tensorflow.mjs")).tensorLine(root)],
    [
      "downloads",
      process.env.NOISEBOOK_CACHE ? `kept in ${path.resolve(root, process.env.NOISEBOOK_CACHE)}` : "kept in npm's and pip's own caches",
    ],
  ];
}

/** `--tensorflow` may have a value, and need not; of --tensorflow, --gpu and --none only one makes sense. */
function parseOptions(args) {
  const boolean = { type: "boolean" };
  const flags = { jupyter: boolean, environment: boolean, none: boolean, tensorflow: { type: "string" }, help: { type: "boolean", short: "h" } };
  const spelled = args.map((arg) => (arg === "--tensorflow" ? "--tensorflow=cpu" : arg === "--gpu" ? "--tensorflow=gpu" : arg));
  const { values } = parseArgs({ args: spelled, options: flags });
  if (values.tensorflow === "none") return { ...values, tensorflow: undefined, none: true };
  if (values.tensorflow && !["cpu", "gpu"].includes(values.tensorflow)) throw new Error(`--tensorflow=${values.tensorflow} is none of cpu, gpu and none`);
  if (values.tensorflow && values.none) throw new Error("--tensorflow and --none exclude each other");
  return values;
}

/** Runs `noisebook setup` with these arguments and returns its exit code. */
export async function runSetup(args, root = repository) {
  let options;
  try {
    options = parseOptions(args);
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
    if (options.tensorflow || options.none) await (await import("./tensorflow.mjs")).tensorFlowOption(options, root);
    else await (await import("./default-tensorflow.mjs")).ensureDefaultTensorFlow(root);
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
