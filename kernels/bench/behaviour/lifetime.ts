import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Channels } from "../../client/channels.ts";
import { freeConnection, releasePorts } from "../../client/ports.ts";
import { alive, kill, processTree } from "../processes.ts";
import { ask, begin, ofType, run, shownBy, sleep, until, within } from "./conversation.ts";
import type { Probe } from "./probe.ts";

/** Code that ends its own process must be that cell's error; the next cell runs in a fresh session. */
const survives = (id: string, what: string, typescript: string, python: string): Probe => ({
  id: `crash-${id}`,
  what,
  boundMs: 30_000,
  async ask({ start, code }) {
    const kernel = await start();
    await run(kernel, "1");
    const cell = begin(kernel, code(typescript, python));
    const told = await Promise.race([within(cell.over, 15_000), kernel.exited.then(() => undefined)]);
    if (kernel.death) return "the kernel is gone";
    if (!told) return "no answer";
    if (told.reply.status !== "error" || ofType(told.published, "error").length === 0) return "it is no error";
    const after = await within(run(kernel, "6 * 7"), 5000);
    return (after !== undefined && shownBy(after) === "42") || "the kernel does not answer any more";
  },
});

export const lifetimeProbes: readonly Probe[] = [
  survives("exit", "a cell that ends its process is an error, and the kernel goes on", "process.exit(3)", "import os\nos._exit(3)"),
  survives("segfault", "so is a segmentation fault", 'process.kill(process.pid, "SIGSEGV"); for (;;) {}', "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"),
  {
    id: "control",
    what: "the control channel is answered while a cell computes",
    async ask({ start, code }) {
      const kernel = await start();
      void begin(kernel, code("for (;;) {}", "while True: pass"));
      await sleep(500);
      const info = ask(kernel, "kernel_info_request", {}, "control");
      return (await within(info.reply, 3000)) !== undefined || "it is not";
    },
  },
  {
    id: "shutdown",
    what: "a shutdown leaves no process, whatever timers and children a cell started",
    boundMs: 20_000,
    async ask({ start, code }) {
      const kernel = await start();
      const node = 'import child from "node:child_process";\nsetInterval(() => {}, 100);\nchild.spawn("sleep", ["30"]); 0';
      await run(kernel, code(node, 'import subprocess, threading\nsubprocess.Popen(["sleep", "30"])\nthreading.Timer(30, lambda: 0).start()'));
      await sleep(300);
      const processes = processTree(kernel.pid ?? 0);
      const { reply } = ask(kernel, "shutdown_request", { restart: false }, "control");
      if (!(await within(reply, 5000))) return "no reply";
      await until(() => !processes.some(alive), 5000);
      const left = processes.filter(alive);
      for (const pid of left) kill(pid);
      if (left.length === 0) return true;
      return left.includes(processes[0]) ? "the kernel itself stays" : "a child of the cell stays";
    },
  },
  {
    id: "orphan",
    what: "when its parent is killed, the kernel ends within 10 s",
    boundMs: 40_000,
    slow: true,
    async ask({ kernel, cwd, name }) {
      const connection = await freeConnection(name);
      const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-orphan-"));
      const file = path.join(folder, "kernel.json");
      writeFileSync(file, JSON.stringify(connection));
      const argv = kernel.spec.argv.map((part) => part.replace("{connection_file}", file));
      const env = { ...process.env, ...kernel.spec.env, ORPHAN: JSON.stringify(argv) };
      const parent = spawn(process.execPath, ["-e", parentScript], { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
      const channels = new Channels(connection);
      let processes: number[] = [];
      try {
        const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
        processes = [pid];
        await channels.request("control", "kernel_info_request", {}).reply;
        processes = processTree(pid);
        parent.kill("SIGKILL");
        await until(() => !processes.some(alive), 10_000);
        return !processes.some(alive) || "it stays";
      } finally {
        parent.kill("SIGKILL");
        for (const pid of processes.filter(alive)) kill(pid);
        channels.close();
        releasePorts(connection);
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
];

/** Starts a kernel as Jupyter clients do, tells its process id, and waits to be killed. */
const parentScript = `
const [program, ...args] = JSON.parse(process.env.ORPHAN);
const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
const kernel = require("node:child_process").spawn(program, args, { env, detached: true, stdio: "ignore" });
console.log(kernel.pid);
setInterval(() => {}, 1000);
`;
