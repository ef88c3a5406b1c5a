import type { Message } from "../../protocol/message.ts";
import { begin, brief, run, shownBy, sleep, textOf, within } from "./conversation.ts";
import type { Probe } from "./probe.ts";

/** A cell that does not end by itself: it must end by an interrupt, as an error, within seconds, and state must be kept. */
const interrupts = (id: string, what: string, typescript: string, python: string): Probe => ({
  id: `interrupt-${id}`,
  what: `interrupt: ${what}`,
  boundMs: 30_000,
  async ask({ start, code }) {
    const kernel = await start();
    await run(kernel, code("let kept = 41;", "kept = 41"));
    const cell = begin(kernel, code(typescript, python));
    if (await within(cell.over, 700)) return `the cell ends by itself: ${brief(String((await cell.reply).evalue))}`;
    kernel.interrupt();
    const told = await within(cell.over, 5000);
    if (kernel.death) return "the kernel dies";
    if (!told) return "the cell runs on";
    if (told.reply.status !== "error") return `the cell ends with "${told.reply.status}"`;
    // Some kernels refuse what comes right after an error.
    await sleep(300);
    const after = await within(run(kernel, "kept + 1"), 5000);
    if (kernel.death) return "the kernel dies";
    if (!after) return "the kernel does not answer any more";
    return shownBy(after) === "42" || "state is lost";
  },
});

/** A cell that went on in the background after its interrupt still prints. */
const stillRuns: Probe = {
  id: "interrupt-stops-work",
  what: "after an interrupt nothing of the cell runs on: an async loop, an interval",
  boundMs: 30_000,
  slow: true,
  async ask({ start, code }) {
    const kernel = await start();
    const typescript =
      'setInterval(() => console.log("beat"), 20);\nfor (;;) { console.log("beat"); await new Promise((resolve) => setTimeout(resolve, 20)); }';
    const python = 'import asyncio\nwhile True:\n  print("beat")\n  await asyncio.sleep(.02)';
    const strays: Message[] = [];
    kernel.channels.onStray = (message) => void strays.push(message);
    const cell = begin(kernel, code(typescript, python));
    await sleep(700);
    kernel.interrupt();
    const told = await within(cell.over, 5000);
    if (kernel.death) return "the kernel dies";
    if (!told) return "the cell runs on";
    await sleep(500);
    const heard = (): number => textOf([...cell.published, ...strays]).length;
    const before = heard();
    await sleep(1000);
    return heard() === before || "it runs on in the background";
  },
};

export const interruptProbes: readonly Probe[] = [
  interrupts("loop", "a busy loop", "for (;;) {}", "while True: pass"),
  interrupts("never", "an await that never resolves", "await new Promise(() => { setInterval(() => {}, 1000); })", "import asyncio\nawait asyncio.Event().wait()"),
  interrupts("microtasks", "a loop of resolved awaits", "for (;;) await null", "import asyncio\nwhile True: await asyncio.sleep(0)"),
  interrupts("sleeps", "a loop of short sleeps", "for (;;) await new Promise((resolve) => setTimeout(resolve, 10))", "import asyncio\nwhile True: await asyncio.sleep(.01)"),
  interrupts("regex", "a catastrophic regular expression", '/^(a+)+$/.test("a".repeat(50) + "!")', 'import re\nre.match("^(a+)+$", "a" * 50 + "!")'),
  interrupts("blocked", "a blocked thread (`Atomics.wait`)", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", "import threading\nthreading.Event().wait()"),
  interrupts("caught", "a loop in a `try` that catches everything", "for (;;) { try { for (;;) {} } catch {} }", "while True:\n  try:\n    while True: pass\n  except Exception: pass"),
  interrupts("child", "waiting for a child process", 'import child from "node:child_process";\nchild.execSync("sleep 20")', 'import subprocess\nsubprocess.run(["sleep", "20"])'),
  stillRuns,
];
