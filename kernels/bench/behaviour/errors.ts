import { begin, brief, ofType, plain, run, textOf } from "./conversation.ts";
import type { Probe } from "./probe.ts";

/** How failing cells are told. */
export const errorProbes: readonly Probe[] = [
  {
    id: "error-message",
    what: "a cell that throws is told by an `error` message and an error reply",
    async ask({ start, code }) {
      const kernel = await start();
      const { reply, published } = await run(kernel, code('throw new RangeError("too far")', 'raise IndexError("too far")'));
      const [told] = ofType(published, "error");
      if (!told) return "no `error` message; the text goes to a stream";
      if (reply.status !== "error") return `the reply says "${reply.status}"`;
      if (![told, reply].every(({ evalue }) => plain(String(evalue)).includes("too far"))) return `the message is "${brief(String(told.evalue))}"`;
      return told.ename === code("RangeError", "IndexError") || `the name is "${brief(String(told.ename))}"`;
    },
  },
  {
    id: "error-place",
    what: "a traceback shows the line of an earlier cell that threw",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, code("let unused = 1;\nfunction fail() {\n  throw new Error(\"here\"); // the place\n}", "unused = 1\ndef fail():\n  raise ValueError(\"here\") # the place"));
      const { published, reply } = await run(kernel, "fail()");
      const trace = plain([...(ofType(published, "error")[0]?.traceback ?? reply.traceback ?? []), textOf(published)].join("\n"));
      if (!trace.includes("here")) return "no traceback";
      return trace.includes("// the place") || trace.includes("# the place") || "the source line is missing";
    },
  },
  {
    id: "type-error",
    what: "a type error stops the cell before anything of it runs",
    async ask({ start, python }) {
      if (python) return undefined;
      const kernel = await start();
      const { published, reply } = await run(kernel, 'console.log("it ran");\nconst count: number = "seven";');
      if (textOf(published).includes("it ran")) return "the cell runs";
      if (reply.status !== "error") return "it is not run, and reported as a success";
      return ofType(published, "error").length === 1 || "no `error` message; the text goes to a stream";
    },
  },
  {
    id: "strict-types",
    what: "types are checked strictly: a value that may be undefined is found",
    async ask({ start, python }) {
      if (python) return undefined;
      const kernel = await start();
      await run(kernel, "const words: string[] = [\"one\"];");
      const { published } = await run(kernel, 'words.find((word) => word === "two").length');
      const said = plain(JSON.stringify(published.map(({ content }) => content)));
      return /possibly ('|\\")?undefined|TS2532|TS18048/.test(said) || "it is let through, and fails when it runs";
    },
  },
  {
    id: "aborted-queue",
    what: "cells queued behind a failing one are aborted, later ones run",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, "1");
      const failing = begin(kernel, code('throw new Error("stop")', 'raise ValueError("stop")'));
      const queued = [begin(kernel, code('console.log("ran")', 'print("ran")')), begin(kernel, "2")];
      await failing.over;
      const statuses = await Promise.all(queued.map(({ reply }) => reply));
      const found = statuses.map(({ status }) => String(status));
      if (found.some((status) => status !== "aborted")) return `their replies say "${[...new Set(found)].join('", "')}"`;
      const { reply } = await run(kernel, "3");
      return reply.status === "ok" || `a later cell ends with "${reply.status}"`;
    },
  },
  {
    id: "queue-goes-on",
    what: "with `stop_on_error` false, cells queued behind a failing one run",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, "1");
      const failing = begin(kernel, code('throw new Error("go on")', 'raise ValueError("go on")'), { stop_on_error: false });
      const queued = begin(kernel, "2");
      await failing.over;
      const { status } = await queued.reply;
      return status === "ok" || `the reply says "${status}"`;
    },
  },
];
