// Finds the npm that belongs to this Node.
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { SetupFailure } from "./failure.mjs";

const isNpm = (file) => Boolean(file) && path.basename(file) === "npm-cli.js" && existsSync(file);

/** The command line that starts npm: the npm that called us, else the one beside this Node, else the one on PATH. */
export function findNpm(env = process.env, execPath = process.execPath) {
  const beside = path.resolve(path.dirname(execPath), "../lib/node_modules/npm/bin/npm-cli.js");
  for (const file of [env.npm_execpath, beside]) if (isNpm(file)) return [execPath, file];
  for (const folder of (env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, "npm");
    if (!folder || !existsSync(file)) continue;
    const real = realpathSync(file);
    return isNpm(real) ? [execPath, real] : [file];
  }
  throw new SetupFailure(`no npm beside ${execPath} nor on PATH. Install npm (it comes with Node), then run this again`);
}
