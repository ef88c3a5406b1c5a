// Shows our kernels to the project-local Jupyter, through the same command that users install them with.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { SetupFailure } from "./failure.mjs";
import { sharedFolder } from "./jupyter-env.mjs";
import { stateFolder } from "./paths.mjs";

/** Writes the kernelspecs under .noisebook/share/jupyter/kernels, where Node, the place or the build changed since. */
export async function installKernelspec(root) {
  const stamp = path.join(sharedFolder(root), ".stamp");
  const build = path.join(root, "dist", ".stamp.json");
  const wanted = `${process.execPath}\n${root}\n${existsSync(build) ? readFileSync(build, "utf8") : ""}`;
  const spec = path.join(sharedFolder(root), "kernels/noisebook/kernel.json");
  if (existsSync(spec) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const cli = path.join(root, "dist/cli.js");
  if (!existsSync(cli)) throw new SetupFailure("dist/cli.js is not built yet. Run `node kernels/setup/main.mjs` first");
  const command = [cli, "kernel", "install", "--prefix", stateFolder(root)];
  try {
    await promisify(execFile)(process.execPath, command, { cwd: root });
  } catch (error) {
    throw new SetupFailure(`the kernelspec could not be written: ${(error.stderr || error.message).trim()}`, { cause: error });
  }
  await writeFile(stamp, wanted);
}
