import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The library's file name on this platform. */
export const libraryName = process.platform === "darwin" ? "libtensorflow_cc.2.dylib" : "libtensorflow_cc.so.2";

/** A TensorFlow that lies on this machine. Found, not opened: it may still be damaged. */
export interface FoundLibrary {
  /** Absolute path of libtensorflow_cc. */
  readonly file: string;
  /** Why this one: the words behind "TensorFlow, ". */
  readonly origin: string;
}

export interface LibrarySearch {
  /** All that is here, the first to be used first. */
  readonly found: readonly FoundLibrary[];
  /** Places that were named and do not have it, in words. */
  readonly missing: readonly string[];
  /** `noisebook setup --none` was given: only NOISEBOOK_TENSORFLOW counts. */
  readonly declined: boolean;
}

/** What `noisebook setup` wrote down: kernels/setup/tensorflow-place.mjs. */
interface SetupRecord {
  readonly use?: "cpu" | "gpu" | "none";
  /** Relative to the repository, or absolute. */
  readonly folder?: string;
}

/**
 * Looks for TensorFlow's C library, in this order: where NOISEBOOK_TENSORFLOW points (the file, its folder, a site-packages folder or a
 * Python environment), where `noisebook setup` put it, and in the active Python. Runs no program and opens no library: a few milliseconds.
 */
export function findLibrary(env: NodeJS.ProcessEnv = process.env, root: string | undefined = repository()): LibrarySearch {
  const found: FoundLibrary[] = [];
  const missing: string[] = [];
  const look = (place: string, origin: string, asked: boolean): void => {
    const file = libraryIn(place);
    if (file && !found.some((other) => other.file === file)) found.push({ file, origin });
    else if (!file && asked) missing.push(`${origin}: no ${libraryName} in ${place}`);
  };
  if (env.NOISEBOOK_TENSORFLOW) look(path.resolve(env.NOISEBOOK_TENSORFLOW), "named by NOISEBOOK_TENSORFLOW", true);
  const record = root === undefined ? {} : recordOf(root);
  const declined = record.use === "none";
  if (root !== undefined && record.folder !== undefined && !declined) look(path.resolve(root, record.folder), "from noisebook setup", true);
  if (!declined) for (const [prefix, name] of activePythons(env)) look(prefix, `of the Python in ${name}`, false);
  return { found, missing, declined };
}

function recordOf(root: string): SetupRecord {
  try {
    return JSON.parse(readFileSync(path.join(root, ".noisebook", "tensorflow.json"), "utf8")) as SetupRecord;
  } catch {
    return {};
  }
}

/** The library at, or inside, a place of any of the forms that people name. */
function libraryIn(place: string): string | undefined {
  const inside = (folder: string): string[] => [path.join(folder, libraryName), path.join(folder, "tensorflow", libraryName)];
  const candidates = path.basename(place) === libraryName ? [place] : [...inside(place), ...sitePackages(place).flatMap(inside)];
  const file = candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  return file && realpathSync(file);
}

function sitePackages(prefix: string): string[] {
  try {
    const versions = readdirSync(path.join(prefix, "lib")).filter((name) => /^python3/.test(name));
    return versions.flatMap((name) => ["site-packages", "dist-packages"].map((kind) => path.join(prefix, "lib", name, kind)));
  } catch {
    return [];
  }
}

/** The folders of the environment that is active, and of the first Python on PATH. */
function activePythons(env: NodeJS.ProcessEnv): [prefix: string, name: string][] {
  const named = [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((each): each is string => Boolean(each));
  const folder = (env.PATH ?? "").split(path.delimiter).find((each) => path.isAbsolute(each) && existsSync(path.join(each, "python3")));
  if (folder) {
    const python = realpathSync(path.join(folder, "python3"));
    // An environment's python is a link to another's: the environment comes first.
    named.push(path.dirname(folder), path.dirname(path.dirname(python)));
  }
  return [...new Set(named)].map((prefix) => [prefix, prefix]);
}

/** The repository that this code is of, from src/ as well as from dist/. */
function repository(): string | undefined {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "kernels", "root.ts"))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}
