import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../root.ts";

/** What the outputs were made with. */
export interface Environment {
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly noisebook: string;
  /** The commit of this repository, if it is one, and whether tracked files are not as committed. */
  readonly commit?: { readonly hash: string; readonly modified: boolean };
  /** SHA-256 of package-lock.json. */
  readonly lockfile?: string;
  /** The packages we depend on, by the versions that are installed (`null`: none is). */
  readonly packages: Readonly<Record<string, string | null>>;
}

/** Looks at this machine and this repository. */
export async function captureEnvironment(): Promise<Environment> {
  const own = json("package.json") as { version: string; dependencies?: Record<string, string> };
  const commit = await commitOf(packageRoot);
  const lockfile = text("package-lock.json");
  const cpus = os.cpus();
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${os.type()} ${os.release()}, ${process.arch}`,
    cpu: `${os.availableParallelism()} × ${cpus[0]?.model.trim() || "unknown"}`,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    noisebook: own.version,
    ...(commit && { commit }),
    ...(lockfile !== undefined && { lockfile: createHash("sha256").update(lockfile).digest("hex") }),
    packages: Object.fromEntries(Object.keys(own.dependencies ?? {}).map((name) => [name, installedVersion(name)])),
  };
}

function installedVersion(name: string): string | null {
  try {
    return (json(`node_modules/${name}/package.json`) as { version: string }).version;
  } catch {
    return null;
  }
}

async function commitOf(folder: string): Promise<Environment["commit"]> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)("git", ["-C", folder, "--no-optional-locks", ...args], { timeout: 5000 })).stdout.trim();
  try {
    const [hash, changes] = await Promise.all([git("rev-parse", "HEAD"), git("status", "--porcelain", "--untracked-files=no")]);
    return { hash, modified: changes !== "" };
  } catch {
    return undefined;
  }
}

const json = (file: string): unknown => JSON.parse(readFileSync(path.join(packageRoot, file), "utf8"));

function text(file: string): string | undefined {
  try {
    return readFileSync(path.join(packageRoot, file), "utf8");
  } catch {
    return undefined;
  }
}
