import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { freeConnection } from "../../kernels/client/ports.ts";
import { packageRoot } from "../../kernels/root.ts";
import { JupyterClient, resultText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";
import { alive, descendants, until } from "./processes.ts";

onKernel("lifetime", (kernel) => {
  it.each([
    ["process.exit", "process.exit(0);"],
    ["a fatal signal", "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});"],
    ["abort", "process.abort();"],
  ])("of a session that ends by %s: the next answers within a second of the report", async (_, code) => {
    const { client } = kernel();
    const lost = await client.execute(code);
    expect(lost.reply.ename).toBe("SessionLost");
    const started = performance.now();
    expect(resultText(await client.execute("1 + 1"))).toBe("2");
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("of a session that ends between cells: told under the last cell, and the next one runs", async () => {
    const { client } = kernel();
    const { id } = await client.execute("setTimeout(() => process.exit(7), 50);");
    const late = (await client.listen(0.6)).filter(({ type }) => type === "error");
    expect(late).toMatchObject([{ parent: id, content: { ename: "SessionLost" } }]);
    expect(resultText(await client.execute("2"))).toBe("2");
  });

  it.each([["shutdown"], ["SIGTERM"], ["SIGHUP"], ["SIGKILL"]])("ends by %s with no process and no file left, whatever the cells have started", async (how) => {
    const { folder, another } = kernel();
    const scratch = path.join(folder, `tmp-${how}`);
    mkdirSync(scratch);
    // Where its own folder's parent is not there yet, IPython, which jupyter_client asks for kernelspecs, makes one among the temporary files.
    const client: JupyterClient = another({ TMPDIR: scratch, IPYTHONDIR: folder });
    const pid = await client.pid();
    await client.execute("import { spawn } from 'node:child_process';\nspawn('sleep', ['300']); setInterval(() => {}, 1000); process.on('SIGTERM', () => {});");
    const family = [pid, ...descendants(pid)];
    expect(family.length).toBeGreaterThan(3);
    if (how === "shutdown") expect(await client.shutdown()).toEqual({ alive: false });
    else process.kill(pid, how as NodeJS.Signals);
    expect(await until(() => !family.some(alive), 6), `of ${family.length} processes remain ${family.filter(alive).length}`).toBe(true);
    // The connection file is jupyter_client's own.
    expect(readdirSync(scratch).filter((name) => !/^tmp.*\.json$/.test(name))).toEqual([]);
  });

  it("tells of a session that cannot start, instead of trying for ever", async () => {
    const { another, folder } = kernel();
    const preload = path.join(folder, "preload.cjs");
    writeFileSync(preload, 'if ((process.argv[1] ?? "").endsWith("/session.cjs")) process.exit(9);');
    const client = another({ NODE_OPTIONS: `--require ${preload}` });
    expect((await client.execute("1")).reply).toMatchObject({ status: "error", ename: "SessionLost" });
    expect((await client.execute("1")).reply.evalue).toMatch(/no session starts: it exited with code 9/);
  });

  it("of a kernel whose port is taken ends at once, saying so", async () => {
    const { folder } = kernel();
    const free = await freeConnection("noisebook");
    const file = path.join(folder, "taken.json");
    writeFileSync(file, JSON.stringify({ ...free, hb_port: free.shell_port }));
    const server = spawn(process.execPath, [path.join(packageRoot, "dist/kernel/server.cjs"), file], { stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    server.stderr.on("data", (chunk) => (log += chunk));
    const [code] = (await once(server, "close")) as [number];
    expect(code).toBe(1);
    expect(log).toMatch(/cannot listen: .*start the kernel again, on other ports/);
  });

  it("starts 20 kernels at once: all answer, each with its own state", async () => {
    const { folder, python } = kernel();
    const env = { ...python.env, NOISEBOOK_HISTORY: path.join(folder, "history-20") };
    const child = spawn(python.python, [path.join(import.meta.dirname, "parallel.py"), "20"], { cwd: folder, env });
    let [told, log] = ["", ""];
    child.stdout.on("data", (chunk) => (told += chunk));
    child.stderr.on("data", (chunk) => (log += chunk));
    await once(child, "close");
    if (told === "") throw new Error(log);
    const { answers, alive: left, ready } = JSON.parse(told) as { answers: string[]; alive: boolean[]; ready: number };
    process.stderr.write(`20 kernels started at once were ready after ${ready.toFixed(1)} s\n`);
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
    expect(left).not.toContain(true);
    expect(readdirSync(env.NOISEBOOK_HISTORY)).toHaveLength(20);
  }, 180_000);
});
