// The environment in which pip and uv install for us: asking nothing, in our caches, and leaving nothing in the home folder.
import path from "node:path";
import { cacheFolder } from "./paths.mjs";

/** `base` for an installation whose passing files lie in the folder `temporary`. */
export function pipEnv(root, temporary, base = process.env) {
  const [pip, uv] = [cacheFolder(root, "pip"), cacheFolder(root, "uv")];
  return {
    ...base,
    TMPDIR: temporary,
    PIP_USER: "0",
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_REQUIRE_VIRTUALENV: "0",
    ...(pip && { PIP_CACHE_DIR: pip }),
    ...(uv && { UV_CACHE_DIR: uv }),
    UV_NO_PROGRESS: "1",
    UV_PYTHON_DOWNLOADS: "never",
    // pip asks for Rust's version, and rustup answers by writing its settings.
    RUSTUP_HOME: path.join(temporary, "rustup"),
  };
}
