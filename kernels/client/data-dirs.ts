import os from "node:os";
import path from "node:path";
import { packageRoot } from "../root.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's own Jupyter data folder, as jupyter_core finds it. */
export function userDataDir(env: Environment = process.env): string {
  if (env.JUPYTER_DATA_DIR) return path.resolve(env.JUPYTER_DATA_DIR);
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return path.join(env.APPDATA ?? path.join(os.homedir(), "AppData", "Roaming"), "jupyter");
  return path.join(env.XDG_DATA_HOME || path.join(os.homedir(), ".local", "share"), "jupyter");
}

/** The prefixes of the Python environments that are switched on in this shell. */
export function activePrefixes(env: Environment = process.env): string[] {
  return [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((prefix): prefix is string => Boolean(prefix)).map((prefix) => path.resolve(prefix));
}

/**
 * Where Jupyter's data lies, the first folder winning: JUPYTER_PATH, then the active Python environment and the user's
 * folder (in the order jupyter_core has them), then the system's. This project's own folders come right after JUPYTER_PATH
 * for what it installed itself, and last for the Python of its JupyterLab.
 */
export function dataDirs(env: Environment = process.env): string[] {
  const listed = (env.JUPYTER_PATH ?? "").split(path.delimiter).filter((dir) => dir !== "").map((dir) => path.resolve(dir));
  const environment = activePrefixes(env).map((prefix) => path.join(prefix, "share", "jupyter"));
  const system = process.platform === "win32" ? [] : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const userFirst = env.JUPYTER_PREFER_ENV_PATH === "0";
  const personal = userFirst ? [userDataDir(env), ...environment] : [...environment, userDataDir(env)];
  const own = path.join(packageRoot, ".noisebook");
  return [...new Set([...listed, path.join(own, "share", "jupyter"), ...personal, ...system, path.join(own, "jupyter", "share", "jupyter")])];
}
