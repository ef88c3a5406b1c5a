import { statSync } from "node:fs";

/** What changes when a file is edited; undefined when there is no such file. */
export function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? `${stat.mtimeMs}:${stat.size}` : undefined;
}

export function isFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];
// TypeScript's own order: what would be compiled to the name that is written comes before a file of that name.
const written: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js"],
  ".jsx": [".tsx", ".jsx"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};

/** The files that a path in an import may mean, the likeliest first. */
export function candidates(path: string): string[] {
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0];
  const stem = extension ? path.slice(0, -extension.length) : "";
  const direct = extension ? written[extension].map((each) => stem + each) : [path];
  return [...direct, ...extensions.map((each) => path + each), ...extensions.map((each) => `${path}/index${each}`)];
}

export function isPackageFile(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}
