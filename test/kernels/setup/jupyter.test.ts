import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { findNpm } from "../../../kernels/setup/find-npm.mjs";
import { type JupyterFace, type NoJupyter, ensureJupyter } from "../../../kernels/setup/jupyter.mjs";
import { skip } from "./fixture.ts";

const { findPython } = (await import(path.join(packageRoot, "kernels/setup/python.mjs"))) as {
  findPython: (options: { uv?: boolean; wish?: string }) => Promise<{ executable?: string; reason?: string }>;
};

const execute = promisify(execFile);

let jupyter: JupyterFace | NoJupyter;
beforeAll(async () => {
  jupyter = await ensureJupyter({ quiet: true });
}, 600_000);

describe("the pinned requirements", () => {
  const text = readFileSync(path.join(packageRoot, "kernels/setup/jupyter-requirements.txt"), "utf8");
  const entries = text
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"));

  it("pin and hash every package and name no host", () => {
    expect(entries.length).toBeGreaterThan(80);
    for (const entry of entries) expect(entry).toMatch(/^[\w.-]+==[\w.]+ ( *; [^-]+)?( *--hash=sha256:[0-9a-f]{64})+$/);
    expect(text).not.toMatch(/https?:|index-url/);
  });

  it("hold to what jupyter-requirements.in asks for", () => {
    const wishes = readFileSync(path.join(packageRoot, "kernels/setup/jupyter-requirements.in"), "utf8").trim().split("\n");
    for (const wish of wishes)
      expect(entries.some((entry) => entry.replaceAll("-", "_").startsWith(`${wish.replaceAll("-", "_")} `))).toBe(true);
  });
});

describe("Python", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "noisebook-python-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fake = (script: string): string => {
    const file = path.join(folder, "python");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it("that is too old is named with its version, and the way out", async () => {
    const wish = fake(`echo '{"version":[3,9,2],"executable":"/usr/bin/python3","venv":true}'`);
    expect((await findPython({ wish })).reason).toMatch(
      /Python 3\.11 or later \(found \/usr\/bin\/python3 is 3\.9\.2\)\. Install one, or name it with NOISEBOOK_PYTHON/,
    );
  });
  it("without venv is named with the way out, unless uv is there", async () => {
    const wish = fake(`echo '{"version":[3,12,1],"executable":"/usr/bin/python3","venv":false}'`);
    expect((await findPython({ wish })).reason).toContain("apt install python3-venv");
    expect((await findPython({ wish, uv: true })).executable).toBe("/usr/bin/python3");
  });
  it("that does not run is told", async () => {
    expect((await findPython({ wish: "/nowhere/python" })).reason).toContain("NOISEBOOK_PYTHON is /nowhere/python, which does not run");
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answer<T>(url: string, init: RequestInit = {}): Promise<T> {
  for (;;) {
    const response = await fetch(url, { ...init, headers: { authorization: "token test" } }).catch(() => null);
    if (response?.ok) return (await response.json()) as T;
    if (response) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    await sleep(100);
  }
}

/** Runs a cell in the kernel of a connection file with Jupyter's own client. */
const askKernel = `
import sys
from jupyter_client import BlockingKernelClient
client = BlockingKernelClient()
client.load_connection_file(sys.argv[1])
client.start_channels()
client.wait_for_ready(timeout=60)
client.execute_interactive("const answer: number = 6 * 7; console.log(answer)", timeout=60)
client.stop_channels()`;

/** Processes whose command line contains `text`. */
function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    });
}

describe("the project-local Jupyter", () => {
  it("keeps all its folders inside the repository", (context) => {
    if (!jupyter.available) return skip(context, jupyter.reason);
    const folders = Object.entries(jupyter.env).filter(([name]) => /^(JUPYTER.*_DIR|JUPYTER_PATH|IPYTHONDIR)$/.test(name));
    expect(folders.length).toBeGreaterThanOrEqual(7);
    for (const [name, folder] of folders)
      expect([name, folder.startsWith(path.join(packageRoot, ".noisebook") + path.sep)]).toEqual([name, true]);
  });

  it.for([
    ["`noisebook lab`, ended by SIGINT", [process.execPath, "dist/cli.js", "lab"], "SIGINT"],
    ["`npm run lab`, whose npm is ended by SIGTERM", [...findNpm(), "run", "lab", "--"], "SIGTERM"],
  ] as const)("is opened by %s, with our kernel in it, writes nothing to the home folder, and leaves no kernel behind", async ([, [program, ...command], signal], context) => {
    if (!jupyter.available) return skip(context, jupyter.reason);
    if (process.platform !== "linux") return skip(context, "looks for orphans in /proc");
    const home = mkdtempSync(path.join(tmpdir(), "noisebook-home-"));
    const port = await freePort();
    const args = [...command, "--no-browser", `--port=${port}`, "--IdentityProvider.token=test"];
    // npm's own logs go to its cache.
    const env = { ...process.env, HOME: home, npm_config_cache: path.join(packageRoot, ".noisebook", "npm-logs") };
    const lab = spawn(program, args, { cwd: packageRoot, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [lab.stdout, lab.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => lab.once("exit", (code) => resolve(code)));
    try {
      const url = `http://127.0.0.1:${port}/api`;
      const specs = await answer<{ kernelspecs: Record<string, { spec: { display_name: string; metadata: object }; resources: Record<string, string> }> }>(`${url}/kernelspecs`);
      expect(specs.kernelspecs.noisebook?.spec).toMatchObject({ display_name: expect.stringContaining("TypeScript") as string, metadata: { debugger: true } });
      expect(Object.keys(specs.kernelspecs.noisebook!.resources)).toEqual(expect.arrayContaining(["logo-svg", "logo-64x64"]));
      const kernel = await answer<{ id: string }>(`${url}/kernels`, { method: "POST", body: JSON.stringify({ name: "noisebook" }) });
      const client = ["-c", askKernel, path.join(jupyter.env.JUPYTER_RUNTIME_DIR!, `kernel-${kernel.id}.json`)];
      expect((await execute(jupyter.python, client, { env: jupyter.env })).stdout).toBe("42\n");
      expect(processesWith(kernel.id).length).toBeGreaterThan(0);
      lab.kill(signal);
      expect(await ended).toBe(0);
      expect(processesWith(kernel.id)).toEqual([]);
      expect(readdirSync(home)).toEqual([]);
    } catch (error) {
      throw new Error(`JupyterLab said:\n${said}`, { cause: error });
    } finally {
      if (lab.exitCode === null) lab.kill("SIGTERM");
      await ended;
      rmSync(home, { recursive: true, force: true });
    }
  });
});
