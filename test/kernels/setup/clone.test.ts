import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { findNpm } from "../../../kernels/setup/find-npm.mjs";
import { skip } from "./fixture.ts";

const execute = promisify(execFile);
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "noisebook-clone-")));
const clone = path.join(folder, "clone");
const userNpmrc = path.join(folder, "npmrc");
let obstacle: string | undefined;

const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$)/i.test(name))),
  npm_config_userconfig: userNpmrc,
  // As where no TensorFlow can be had.
  NOISEBOOK_BACKEND: "wasm",
});

/** npm as a person would call it in the clone. */
const npm = (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
  const [program, ...first] = findNpm();
  return execute(program, [...first, ...args], { cwd: clone, env: environment(), maxBuffer: 2 ** 26 });
};

/** What a clone of the present state would hold, the files that git knows or would take, but for the longer notebooks. */
function copyRepository(): void {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: packageRoot,
    encoding: "utf8",
  });
  const wanted = (name: string): boolean => name !== "" && !/^notebooks\/0[03-9]/.test(name) && existsSync(path.join(packageRoot, name));
  for (const file of files.split("\0").filter(wanted)) {
    mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
    cpSync(path.join(packageRoot, file), path.join(clone, file));
  }
}

beforeAll(async () => {
  try {
    copyRepository();
  } catch (error) {
    obstacle = `no git here to list the repository's files: ${(error as Error).message.split("\n")[0]}`;
    return;
  }
  const own = process.env.npm_config_userconfig ?? path.join(homedir(), ".npmrc");
  writeFileSync(userNpmrc, `${existsSync(own) ? readFileSync(own, "utf8") : ""}\nignore-scripts=true\nomit[]=optional\n`);
  await npm("ping", "--fetch-retries=0").catch(() => (obstacle = "the package registry cannot be reached"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const needClone = (context: TestContext): void => void (obstacle !== undefined && skip(context, obstacle));

describe("a fresh clone, with ignore-scripts and omit=optional in the user's npm configuration", () => {
  it("npm start sets up, executes every notebook anew and finds the committed outputs", async (context) => {
    needClone(context);
    const report = path.join(folder, "report.json");
    const { stderr } = await npm("start", "--", "--report", "json", "--report-file", report);
    expect(stderr).toMatch(/set-up: \d+ packages in/);
    const { totals, exitCode } = JSON.parse(readFileSync(report, "utf8")) as {
      totals: { notebooks: { total: number; agree: number } };
      exitCode: number;
    };
    expect(exitCode).toBe(0);
    expect(totals.notebooks.total).toBeGreaterThan(0);
    expect(totals.notebooks.agree).toBe(totals.notebooks.total);
  }, 600_000);

  it("leaves nothing that git would see", async (context) => {
    needClone(context);
    await execute("git", ["init", "-q"], { cwd: clone });
    const { stdout } = await execute("git", ["ls-files", "--others", "--exclude-standard"], { cwd: clone });
    const { stdout: known } = await execute("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: packageRoot });
    expect(stdout.split("\n").filter((name) => !known.includes(name))).toEqual([]);
  });

  it("npx noisebook runs the command of the repository", async (context) => {
    needClone(context);
    const npx = [findNpm().at(-1)!.replace("npm-cli.js", "npx-cli.js"), "noisebook", "--version"];
    const { stdout } = await execute(process.execPath, npx, { cwd: clone, env: environment() });
    const { version } = JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { version: string };
    expect(stdout.trim()).toBe(version);
  });
});
