import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { packageRoot } from "../../../../kernels/root.ts";
import { Checker } from "../../../../kernels/typescript/checker/client.ts";
import { emptyFolder, isAlive, Notebook, stop, typescriptProcess, until, workerFile } from "./fixture.ts";

describe.skipIf(process.platform === "win32")("the TypeScript process", () => {
  test("killed: this check is unavailable, unless its end was noticed before, and later ones know all earlier names", async () => {
    const notebook = new Notebook();
    await notebook.run("const a = 1;");
    const pid = await typescriptProcess();
    process.kill(pid, "SIGKILL");
    await until(() => !isAlive(pid));
    expect([[], { unavailable: expect.any(String) as string }]).toContainEqual(await notebook.checker.check("a"));
    expect(await notebook.codes("const s: string = a;")).toEqual([2322]);
  });

  test("hanging: told after five seconds, then replaced", async () => {
    const notebook = new Notebook();
    await notebook.run("const a = 1;");
    const pid = await typescriptProcess();
    await stop(pid);
    expect(await notebook.checker.check("a")).toEqual({ unavailable: "TypeScript did not answer within 5 s" });
    expect(await notebook.codes("const s: string = a;")).toEqual([2322]);
    expect(isAlive(pid)).toBe(false);
  });

  test.skipIf(process.platform !== "linux")("kept from computing, as on a busy machine: waited for beyond five seconds", async () => {
    const notebook = new Notebook();
    await notebook.run("type Digit = 0|1|2|3|4|5|6|7|8|9; type Four = `${Digit}${Digit}${Digit}${Digit}`;", "type Turned<A extends string> = A extends `${infer X}${infer Y}` ? `${Turned<Y>}${X}` : '';");
    const pid = await typescriptProcess();
    const asked = performance.now();
    const codes = notebook.codes(Array.from({ length: 8 }, (_, n) => `let v${n}: Turned<Turned<Turned<\`${n}\${Four}\`>>> = ${n};`).join("\n"));
    while (performance.now() - asked < 7000) {
      process.kill(pid, "SIGSTOP");
      await sleep(485);
      process.kill(pid, "SIGCONT");
      await sleep(15);
    }
    expect(await codes).toEqual(Array.from({ length: 8 }, () => 2322));
  });

  test("ends with dispose, and questions after it are answered", async () => {
    const notebook = new Notebook();
    await notebook.check("1");
    const pid = await typescriptProcess();
    await notebook.checker.dispose();
    await until(() => !isAlive(pid));
    expect(await notebook.checker.check("1")).toHaveProperty("unavailable");
    expect(await notebook.checker.complete("a", 1)).toEqual({ start: 1, end: 1, matches: [] });
    expect(await notebook.checker.inspect("a", 1)).toBeUndefined();
  });

  test("is not in our process group, so an interrupt of the group does not reach it", async () => {
    const notebook = new Notebook();
    await notebook.check("1");
    const pid = await typescriptProcess();
    process.kill(-pid, 0);
  });

  test("ends when the server is killed", async () => {
    const script = `const { Worker } = require("node:worker_threads");
      const worker = new Worker(${JSON.stringify(workerFile)}, { workerData: { cwd: ${JSON.stringify(emptyFolder())}, packageRoot: ${JSON.stringify(packageRoot)}, committed: [] } });
      worker.on("message", (message) => { if (message.event === "ready") console.log("ready"); });`;
    const server = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void server.kill("SIGKILL"));
    await once(server.stdout, "data");
    const pid = await typescriptProcess(server.pid);
    expect(isAlive(pid)).toBe(true);
    server.kill("SIGKILL");
    await until(() => !isAlive(pid));
  });
});

test("a worker that cannot start leaves checks unavailable and throws nothing", async () => {
  const checker = new Checker({ workerFile: `${workerFile}.missing`, cwd: emptyFolder(), packageRoot });
  onTestFinished(() => checker.dispose());
  expect(await checker.check("1")).toHaveProperty("unavailable");
  expect(await checker.check("1")).toHaveProperty("unavailable");
});
