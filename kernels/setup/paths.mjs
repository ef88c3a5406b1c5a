// Where set-up keeps things. Everything it makes lies in node_modules/, dist/ and .noisebook/ of the repository.
import path from "node:path";

/** The repository that this file belongs to. */
export const repository = path.resolve(import.meta.dirname, "../..");

/** `file` as a person in the repository would name it. */
export const relative = (root, file) => path.relative(root, file) || ".";

export const stateFolder = (root) => path.join(root, ".noisebook");
export const logFile = (root, name) => path.join(stateFolder(root), "logs", `${name}.log`);

/** The folder of NOISEBOOK_CACHE for one tool, or null where the tool's own configured cache is used. */
export function cacheFolder(root, tool) {
  const cache = process.env.NOISEBOOK_CACHE;
  return cache ? path.join(path.resolve(root, cache), tool) : null;
}
