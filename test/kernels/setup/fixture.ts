import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { findNpm } from "../../../kernels/setup/find-npm.mjs";
import { type Package, Registry } from "./registry.ts";

/** Skips a test and prints why. */
export function skip(context: TestContext, reason: string): never {
  process.stderr.write(`skipped: ${context.task.name}: ${reason}\n`);
  context.skip(reason);
  throw new Error("unreachable");
}

/** Waits until `condition` holds; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/** The true esbuild, which waits while the file named by NOISEBOOK_TEST_HOLD exists, having said so in `<file>.reached`. */
const esbuildShim = `
const { existsSync, writeFileSync } = require("node:fs");
const esbuild = require(${JSON.stringify(path.join(packageRoot, "node_modules/esbuild"))});
exports.build = async (options) => {
  const hold = process.env.NOISEBOOK_TEST_HOLD;
  if (hold) writeFileSync(hold + ".reached", "");
  while (hold && existsSync(hold)) await new Promise((resolve) => setTimeout(resolve, 20));
  return esbuild.build(options);
};`;

export const packages: readonly Package[] = [
  { name: "esbuild", version: "1.0.0", files: { "index.js": esbuildShim } },
  { name: "runtime", version: "1.0.0" },
  { name: "development", version: "1.0.0" },
  { name: "native", version: "1.0.0" },
  { name: "foreign", version: "1.0.0" },
  { name: "extra", version: "1.0.0" },
];

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly done: Promise<Run>;
  readonly stderr: () => string;
  kill(signal: NodeJS.Signals): void;
}

/** A small repository with the real set-up in it, and a registry of its own: no network, a few packages, two sources. */
export class Fixture {
  readonly registry = new Registry(packages);
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "noisebook-setup-")));
  readonly root = path.join(this.folder, "repository");
  readonly home = path.join(this.folder, "home");
  readonly cache = path.join(this.folder, "cache");

  async open(): Promise<this> {
    await this.registry.listen();
    for (const folder of [this.home, path.join(this.root, "src")]) mkdirSync(folder, { recursive: true });
    cpSync(path.join(packageRoot, "kernels/setup"), path.join(this.root, "kernels/setup"), { recursive: true });
    cpSync(path.join(packageRoot, "src/tensor/tensorflow/library.ts"), path.join(this.root, "src/tensor/tensorflow/library.ts"), { recursive: true });
    this.write("kernels/root.ts", "export {};\n");
    this.write("src/index.ts", "export const answer: number = 42;\n");
    this.write("kernels/cli.ts", 'import { answer } from "noisebook";\nconsole.log(answer, ...process.argv.slice(2));\n');
    this.write("tsconfig.json", "{}");
    this.writeLockfile();
    return this;
  }

  async close(): Promise<void> {
    await this.registry.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  path(name: string): string {
    return path.join(this.root, name);
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  exists(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Tells one folder or file from its replacement. */
  identity(name: string): string {
    const { ino, ctimeMs } = statSync(this.path(name));
    return `${ino} ${ctimeMs}`;
  }

  writeLockfile({ description = "" } = {}): void {
    const declared = {
      name: "fixture",
      version: "1.0.0",
      dependencies: { esbuild: "1.0.0", runtime: "1.0.0" },
      devDependencies: { development: "1.0.0" },
      optionalDependencies: { native: "1.0.0", foreign: "1.0.0" },
    };
    const entry = (name: string, extra: object = {}): [string, object] => [
      `node_modules/${name}`,
      { version: "1.0.0", integrity: this.registry.integrity(name), license: description, ...extra },
    ];
    const lock = {
      name: "fixture",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages: Object.fromEntries([
        ["", declared],
        entry("esbuild"),
        entry("runtime"),
        entry("development", { dev: true }),
        entry("native", { optional: true, os: [process.platform], cpu: [process.arch] }),
        entry("foreign", { optional: true, os: ["aix"], cpu: ["ppc64"] }),
      ]),
    };
    this.write("package.json", JSON.stringify({ ...declared, type: "module", bin: { fixture: "kernels/setup/bin.mjs" } }, null, 2));
    this.write("package-lock.json", JSON.stringify(lock, null, 2));
  }

  environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV|CI$|NOISEBOOK_|XDG_)/i.test(name));
    return {
      ...Object.fromEntries(inherited),
      HOME: this.home,
      npm_config_registry: this.registry.url,
      npm_config_cache: this.cache,
      npm_config_userconfig: path.join(this.folder, "user-npmrc"),
      // TensorFlow has tests of its own.
      NOISEBOOK_BACKEND: "wasm",
      ...extra,
    };
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}, options: { uid?: number; gid?: number } = {}): Running {
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      env: this.environment(env),
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const done = new Promise<Run>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return { pid: child.pid!, done, stderr: () => stderr, kill: (signal) => void child.kill(signal) };
  }

  /** npm as a person would call it here. */
  npm(...args: string[]): Promise<Run> {
    return this.start([...findNpm().slice(1), ...args]).done;
  }

  setUp(env: NodeJS.ProcessEnv = {}): Promise<Run> {
    return this.start(["kernels/setup/main.mjs"], env).done;
  }
}
