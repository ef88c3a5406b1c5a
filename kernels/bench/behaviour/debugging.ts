import type { Kernel } from "../../client/kernel.ts";
import type { Message } from "../../protocol/message.ts";
import { ask, begin, run, shownBy, until, within } from "./conversation.ts";
import type { Probe, Verdict } from "./probe.ts";

/** Jupyter's debug protocol: breakpoints in cells. */
export const debuggingProbes: readonly Probe[] = [
  {
    id: "debugger",
    what: "a breakpoint in a cell stops it; variables can be read, and the cell goes on",
    boundMs: 60_000,
    slow: true,
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, "1");
      return debug(kernel, code("const seven = 7;\nconst product = seven * 6;\nproduct", "seven = 7\nproduct = seven * 6\nproduct"));
    },
  },
];

interface DebugReply {
  readonly success: boolean;
  readonly message?: string;
  readonly body?: Record<string, unknown>;
}

async function debug(kernel: Kernel, code: string): Promise<Verdict> {
  let seq = 0;
  const events: string[] = [];
  // Kernels do not agree on what a debug event's parent is.
  const asked: { readonly published: readonly Message[] }[] = [];
  const request = async (command: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
    const conversation = ask(kernel, "debug_request", { type: "request", seq: ++seq, command, arguments: args }, "control");
    asked.push(conversation);
    const told = (await within(conversation.reply, 15_000)) as DebugReply | undefined;
    if (!told) throw new Unanswered(`no answer to ${command}`);
    if (told.success === false) throw new Unanswered(`${command} fails: ${told.message}`);
    return told.body ?? {};
  };
  kernel.channels.onStray = ({ header, content }) => void (header.msg_type === "debug_event" && events.push(String(content.event)));
  try {
    // As JupyterLab begins.
    await request("debugInfo");
    await request("initialize", { clientID: "probe", adapterID: "", linesStartAt1: true, columnsStartAt1: true, pathFormat: "path" });
    await request("attach");
    const { sourcePath } = await request("dumpCell", { code });
    await request("setBreakpoints", { source: { path: sourcePath }, breakpoints: [{ line: 2 }], lines: [2] });
    await request("configurationDone");
    const cell = begin(kernel, code);
    asked.push(cell);
    const isStop = ({ header, content }: Message): boolean => header.msg_type === "debug_event" && content.event === "stopped";
    const stopped = (): boolean => events.includes("stopped") || asked.some(({ published }) => published.some(isStop));
    if (!(await until(stopped, 8000))) return "it does not stop there";
    const { stackFrames } = (await request("stackTrace", { threadId: 1 })) as { stackFrames: { id: number; line: number }[] };
    if (stackFrames[0]?.line !== 2) return `it stops in line ${stackFrames[0]?.line}, not 2`;
    const { result } = await request("evaluate", { expression: "seven", frameId: stackFrames[0].id, context: "repl" });
    if (String(result) !== "7") return `seven is ${String(result)} there`;
    await request("continue", { threadId: 1 });
    const told = await within(cell.over, 8000);
    return (told !== undefined && shownBy(told) === "42") || "the cell does not go on";
  } catch (error) {
    if (error instanceof Unanswered) return error.message;
    throw error;
  }
}

class Unanswered extends Error {}
