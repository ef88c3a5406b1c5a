import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../root.ts";

export const denoVersion = "2.9.6";

const folder = path.join(packageRoot, ".noisebook", "peers", `deno-${denoVersion}`);

/** Deno's program for this platform, installed into .noisebook/peers on first use. @throws if it cannot be had */
export async function denoProgram(): Promise<string> {
  const target = platformPackage();
  const program = path.join(folder, "node_modules", "@deno", target, process.platform === "win32" ? "deno.exe" : "deno");
  if (!existsSync(program)) await install();
  if (!existsSync(program)) throw new Error(`the npm package @deno/${target} holds no Deno program`);
  return program;
}

/** A home for what Deno caches, away from the user's own. */
export const denoDir = path.join(folder, "cache");

function platformPackage(): string {
  const system = { linux: "linux", darwin: "darwin", win32: "win32" }[process.platform as string];
  if (system === undefined || !["x64", "arm64"].includes(process.arch)) throw new Error(`Deno has no npm package for ${process.platform} on ${process.arch}`);
  return `${system}-${process.arch}${system === "linux" ? "-glibc" : ""}`;
}

/** The platform's package comes as an optional dependency; Deno's own install script is not needed. */
async function install(): Promise<void> {
  const { findNpm } = (await import(pathToFileURL(path.join(packageRoot, "kernels", "setup", "find-npm.mjs")).href)) as {
    findNpm(): [string, ...string[]];
  };
  const [npm, ...args] = findNpm();
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), `${JSON.stringify({ private: true, dependencies: { deno: denoVersion } })}\n`);
  const options = ["install", "--ignore-scripts", "--include=optional", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", folder];
  try {
    await promisify(execFile)(npm, [...args, ...options], { cwd: folder, timeout: 300_000 });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1);
    throw new Error(`npm could not install deno@${denoVersion}: ${said || (error as Error).message}`);
  }
}
