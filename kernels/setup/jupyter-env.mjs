// The environment variables of the project-local Jupyter: everything it reads and writes lies under .noisebook/.
import path from "node:path";
import { stateFolder } from "./paths.mjs";

export const venvFolder = (root) => path.join(stateFolder(root), "jupyter");
export const sharedFolder = (root) => path.join(stateFolder(root), "share", "jupyter");

/** `base` with Jupyter's folders turned into the repository, and the environment's own programs first on PATH. */
export function jupyterEnv(root, base = process.env) {
  const home = (...names) => path.join(stateFolder(root), "jupyter-home", ...names);
  const { PYTHONHOME, PYTHONPATH, PYTHONSTARTUP, ...rest } = base;
  return {
    ...rest,
    PATH: [path.join(venvFolder(root), "bin"), base.PATH].filter(Boolean).join(path.delimiter),
    VIRTUAL_ENV: venvFolder(root),
    PYTHONNOUSERSITE: "1",
    JUPYTER_PREFER_ENV_PATH: "1",
    JUPYTER_PATH: sharedFolder(root),
    JUPYTER_CONFIG_DIR: home("config"),
    JUPYTER_CONFIG_PATH: "",
    JUPYTER_DATA_DIR: home("data"),
    JUPYTER_RUNTIME_DIR: home("runtime"),
    JUPYTERLAB_SETTINGS_DIR: home("lab", "user-settings"),
    JUPYTERLAB_WORKSPACES_DIR: home("lab", "workspaces"),
    IPYTHONDIR: home("ipython"),
  };
}
