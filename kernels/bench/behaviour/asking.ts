import { Channels } from "../../client/channels.ts";
import type { Kernel } from "../../client/kernel.ts";
import { ask, brief, plain, run, sleep, textOf, within } from "./conversation.ts";
import type { Probe } from "./probe.ts";

const replyMs = 5000;

async function completions(kernel: Kernel, code: string): Promise<string[] | undefined> {
  const { reply } = ask(kernel, "complete_request", { code, cursor_pos: [...code].length });
  return (await within(reply, replyMs))?.matches as string[] | undefined;
}

/** What a client asks beside running cells. */
export const askingProbes: readonly Probe[] = [
  {
    id: "stdin",
    what: "a cell can ask for input",
    async ask({ start, code }) {
      const kernel = await start();
      const prompts: string[] = [];
      kernel.channels.onInput = (prompt) => {
        prompts.push(prompt);
        return "Ada";
      };
      const { published, reply } = await run(kernel, code('console.log("hello " + prompt("Name?"))', 'print("hello " + input("Name?"))'), { allow_stdin: true });
      if (prompts.length === 0) return reply.status === "error" ? `it fails: ${brief(String(reply.evalue ?? textOf(published)))}` : "nobody is asked";
      return textOf(published).includes("hello Ada") || "the answer does not arrive";
    },
  },
  {
    id: "history",
    what: "history is told (tail)",
    async ask({ start }) {
      const kernel = await start();
      await run(kernel, "6 * 7");
      const { reply } = ask(kernel, "history_request", { hist_access_type: "tail", n: 5, output: false, raw: true });
      const told = await within(reply, replyMs);
      if (!told) return "no reply";
      return JSON.stringify(told.history ?? null).includes("6 * 7") || "it is empty";
    },
  },
  {
    id: "comm-info",
    what: "open comms can be asked for",
    async ask({ start }) {
      const kernel = await start();
      const type = await within(ask(kernel, "comm_info_request", {}).replyType, replyMs);
      if (type === undefined) return "no reply";
      return type === "comm_info_reply" || `the reply is a \`${type}\``;
    },
  },
  {
    id: "comms",
    what: "a client's comm reaches a target that a cell registered, and is answered",
    async ask({ start, code }) {
      const kernel = await start();
      const answers: string[] = [];
      kernel.channels.onStray = ({ header, content }) => void (header.msg_type === "comm_msg" && answers.push(JSON.stringify(content)));
      const ours = 'comms.register("echo", (comm) => comm.onMessage(({ data }) => comm.send({ echo: data })));';
      const python =
        'def opened(comm, message):\n  comm.on_msg(lambda m: comm.send({"echo": m["content"]["data"]}))\nget_ipython().kernel.comm_manager.register_target("echo", opened)';
      const { reply } = await run(kernel, code(ours, python));
      if (reply.status !== "ok" || (reply.ename ?? "") !== "") return "there is no such API";
      const opened = ask(kernel, "comm_open", { comm_id: "1", target_name: "echo", data: {} });
      await sleep(200);
      const sent = ask(kernel, "comm_msg", { comm_id: "1", data: { word: "ping" } });
      await sleep(1000);
      const told = [...answers, ...[...opened.published, ...sent.published].map(({ content }) => JSON.stringify(content))].join();
      return told.includes('"echo"') && told.includes("ping") ? true : "no answer comes back";
    },
  },
  {
    id: "inspection",
    what: "inspection of an earlier cell's variable tells its type",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, code("const settings = { learningRate: 0.1 };", 'settings = {"learningRate": 0.1}'));
      const { reply } = ask(kernel, "inspect_request", { code: "settings", cursor_pos: 3, detail_level: 0 });
      const told = await within(reply, replyMs);
      if (!told) return "no reply";
      if (told.found !== true) return "nothing is found";
      const text = plain(JSON.stringify(told.data));
      return text.includes("learningRate") || "without it";
    },
  },
  {
    id: "docs",
    what: "inspection of a library's function shows its documentation",
    async ask({ start, code }) {
      const kernel = await start();
      const question = code("Math.max", "max");
      const { reply } = ask(kernel, "inspect_request", { code: question, cursor_pos: question.length, detail_level: 0 });
      const told = await within(reply, replyMs);
      if (told?.found !== true) return told ? "nothing is found" : "no reply";
      const text = plain(JSON.stringify(told.data));
      return /larger|largest|biggest/.test(text) || "without documentation";
    },
  },
  {
    id: "completion",
    what: "members of an earlier cell's variable are completed",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, code('const text = "some text";', 'text = "some text"'));
      const matches = await completions(kernel, code("text.toU", "text.upp"));
      if (!matches) return "no reply";
      return matches.some((match) => match.includes(code("toUpperCase", "upper"))) || "they are not";
    },
  },
  {
    id: "completion-typed",
    what: "completion knows the types of what has not run yet",
    async ask({ start, code }) {
      const kernel = await start();
      await run(kernel, "1");
      const matches = await completions(kernel, code("function shout(words: string[]) {\n  return words[0].toU", "def shout(words: list[str]):\n  return words[0].upp"));
      if (!matches) return "no reply";
      return matches.some((match) => match.includes(code("toUpperCase", "upper"))) || "it does not";
    },
  },
  {
    id: "completeness",
    what: "incomplete and invalid code are told apart",
    async ask({ start, code }) {
      const kernel = await start();
      const statuses: string[] = [];
      for (const each of [code("const a = `open", "a = '''open"), code("const = 3", "a = = 3"), "1 + 1"]) {
        const told = await within(ask(kernel, "is_complete_request", { code: each }).reply, replyMs);
        statuses.push(String(told?.status ?? "no reply"));
      }
      return statuses.join() === "incomplete,invalid,complete" || `an open text is "${statuses[0]}", wrong syntax "${statuses[1]}"`;
    },
  },
  {
    id: "signatures",
    what: "a message with a wrong signature is ignored, and harms nothing",
    async ask({ start }) {
      const kernel = await start();
      const ran: string[] = [];
      kernel.channels.onStray = ({ header }) => void ran.push(header.msg_type);
      const stranger = new Channels({ ...kernel.connection, key: "not the key" });
      try {
        const content = { code: "1", silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true };
        stranger.request("shell", "execute_request", content);
        await sleep(1000);
      } finally {
        stranger.close();
      }
      if (ran.includes("execute_input") || ran.includes("execute_result")) return "the code in it runs";
      const { reply: after } = ask(kernel, "kernel_info_request", {});
      return (await within(after, replyMs)) !== undefined || "the kernel does not answer any more";
    },
  },
];
