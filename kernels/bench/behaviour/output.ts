import { begin, run, textOf } from "./conversation.ts";
import type { Probe } from "./probe.ts";

const lines = 100_000;

/** What a cell writes, and how. */
export const outputProbes: readonly Probe[] = [
  {
    id: "flood",
    what: "100,000 printed lines arrive complete and in order, before idle",
    boundMs: 60_000,
    slow: true,
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, "1");
      const { published } = await begin(kernel, code(`for (let i = 0; i < ${lines}; i++) console.log(i)`, `for i in range(${lines}): print(i)`)).over;
      const text = textOf(published);
      const arrived = text.split("\n").length - 1;
      if (arrived < lines) return `${arrived.toLocaleString("en-US")} do`;
      return text === `${Array.from({ length: lines }, (_, i) => i).join("\n")}\n` || "not in order";
    },
  },
  {
    id: "raw-descriptor",
    what: "what is written straight to file descriptor 1 arrives",
    async ask({ start, code }) {
      const { published, reply } = await run(await start(), code('import fs from "node:fs";\nfs.writeSync(1, "raw\\n"); 0', 'import os\nos.write(1, b"raw\\n"); None'));
      if (textOf(published).includes("raw")) return true;
      return reply.status === "ok" ? "it does not" : `the cell fails: ${String(reply.evalue).slice(0, 50)}`;
    },
  },
  {
    id: "child-output",
    what: "a child process's inherited output arrives",
    async ask({ start, code }) {
      const node = 'import child from "node:child_process";\nchild.spawnSync("echo", ["from a child"], { stdio: "inherit" }).status';
      const { published } = await run(await start(), code(node, 'import subprocess\nsubprocess.run(["echo", "from a child"]).returncode'));
      return textOf(published).includes("from a child") || "it does not";
    },
  },
  {
    id: "order",
    what: "two streams and results arrive in the order they were written",
    async ask({ start, code }) {
      const kernel = await start();
      const { published } = await run(kernel, code('for (let i = 0; i < 5; i++) { console.log("o" + i); console.error("e" + i); }', 'import sys\nfor i in range(5):\n  print(f"o{i}")\n  print(f"e{i}", file=sys.stderr)'));
      const text = textOf(published).replaceAll(/\s/g, "");
      return text === "o0e0o1e1o2e2o3e3o4e4" || (text.length < 20 ? "some is lost before idle" : `as ${text}`);
    },
  },
  {
    id: "before-idle",
    what: "all that a cell wrote arrives before its idle, 200 cells in a row",
    boundMs: 40_000,
    slow: true,
    async ask({ start, code }) {
      const kernel = await start();
      let missed = 0;
      for (let n = 0; n < 200; n++) {
        const { published } = await begin(kernel, code(`console.log("line ${n}")`, `print("line ${n}")`)).over;
        if (!textOf(published).includes(`line ${n}`)) missed++;
      }
      return missed === 0 || `not that of ${missed}`;
    },
  },
];
