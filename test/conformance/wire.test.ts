import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { readConnectionFile } from "../../kernels/protocol/connection.ts";
import type { Message } from "../../kernels/protocol/message.ts";
import { Wire } from "../../kernels/protocol/wire.ts";
import { resultText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";
import { RawClient } from "./raw-client.ts";

onKernel("the wire", (kernel) => {
  const open: RawClient[] = [];
  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });
  async function connect(identity: string, { lateStdin = false } = {}): Promise<RawClient> {
    const client = new RawClient(readConnectionFile(await kernel().client.connectionFile()), identity, lateStdin);
    open.push(client);
    return client;
  }
  const childrenOf = (client: RawClient, id: string): Message[] => client.seen.filter(({ parent_header }) => (parent_header as { msg_id?: string }).msg_id === id);

  it("ignores malformed, unsigned, wrongly signed and repeated messages on every channel, and serves on", async () => {
    const client = await connect("mallory");
    const good = client.message("execute_request", { code: "(globalThis as any).harm = ((globalThis as any).harm ?? 0) + 1" });
    const frames = client.wire.encode(good);
    const other = new Wire("another key").encode(client.message("execute_request", { code: "(globalThis as any).harm = 100" }));
    const signed = (...parts: string[]): (Uint8Array | string)[] => {
      const encoded = client.wire.encode({ header: 0, parent_header: 0, metadata: 0, content: 0, buffers: [] } as never);
      return [encoded[0], ...parts];
    };
    const bad: (Uint8Array | string)[][] = [
      [""],
      ["nonsense"],
      ["<IDS|MSG>"],
      ["<IDS|MSG>", "", "", "", ""],
      signed("0000", "{}", "{}", "{}", "{}"),
      [frames[0], "", ...frames.slice(2)],
      [frames[0], "00ff", ...frames.slice(2)],
      [...frames.slice(0, 5), '{"code": "(globalThis as any).harm = 100"}'],
      other,
      client.wire.encode({ header: null, parent_header: {}, metadata: {}, content: {}, buffers: [] } as never),
      client.wire.encode({ header: { msg_id: 5, msg_type: "execute_request" }, parent_header: {}, metadata: {}, content: {}, buffers: [] } as never),
      client.wire.encode({ header: client.message("x", {}).header, parent_header: {}, metadata: {}, content: [1], buffers: [] } as never),
      client.wire.encode(client.message("no_such_request", {})),
      client.wire.encode(client.message("__proto__", {})),
      [Buffer.from([0xff, 0xfe]), Buffer.alloc(3), "<IDS|MSG>", Buffer.from([0x80])],
    ];
    for (const channel of ["shell", "control", "stdin"] as const) for (const each of bad) await client.sendFrames(channel, each);
    await client.sendFrames("shell", frames);
    await client.until(({ header, parent_header }) => header.msg_type === "execute_reply" && (parent_header as { msg_id?: string }).msg_id === good.header.msg_id);
    for (const channel of ["shell", "control", "stdin"] as const) await client.sendFrames(channel, frames);
    expect((await client.ask("control", "kernel_info_request")).content.status).toBe("ok");
    expect(resultText(await kernel().client.execute("(globalThis as any).harm"))).toBe("1");
    expect(childrenOf(client, good.header.msg_id).filter(({ header }) => header.msg_type === "execute_reply")).toHaveLength(1);
  });

  it("answers requests whose content is not what it should be, and serves on", async () => {
    const client = await connect("careless");
    for (const type of ["execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_info_request", "kernel_info_request"]) {
      for (const content of [{}, { code: 5, cursor_pos: "x" }, { code: null, hist_access_type: 3, target_name: 1, user_expressions: 7 }, { code: "1", cursor_pos: 1e9, user_expressions: { a: 1 } }]) {
        expect((await client.ask("shell", type, content)).content.status, `${type} ${JSON.stringify(content)}`).toMatch(/^(ok|error|complete|incomplete|invalid)$/);
      }
    }
    expect(resultText(await kernel().client.execute("'unharmed'"))).toBe("'unharmed'");
  });

  it("welcomes subscribers, beats, and lists what it supports and nothing more", async () => {
    const client = await connect("new");
    expect((await client.until(({ header }) => header.msg_type === "iopub_welcome")).content).toEqual({ subscription: "" });
    expect(await client.beat("still there?")).toBe("still there?");
    const { content } = await client.ask("shell", "kernel_info_request");
    expect(content.supported_features).not.toContain("kernel subshells");
    const asked = await client.ask("control", "kernel_info_request");
    expect(asked.content).toEqual(content);
    const subshell = client.message("create_subshell_request", {});
    await client.sendFrames("control", client.wire.encode(subshell));
    await client.ask("control", "kernel_info_request");
    expect(childrenOf(client, subshell.header.msg_id)).toEqual([]);
  });

  it("serves several clients at once: each its own replies, all the output of all", async () => {
    const clients = await Promise.all(["a", "b", "c"].map((name) => connect(name)));
    await Promise.all(clients.map((client) => client.until(({ header }) => header.msg_type === "iopub_welcome")));
    const asked = clients.map((client, n) => client.ask("shell", "execute_request", { code: `for (let i = 0; i < 5; i++) { console.log(${n}); await null; }`, stop_on_error: true }));
    const replies = await Promise.all(asked);
    for (const [n, client] of clients.entries()) {
      const mine = client.seen.filter(({ header }) => header.msg_type === "execute_reply");
      expect(mine.map(({ header }) => header.msg_id)).toEqual([replies[n].header.msg_id]);
      for (const [other, reply] of replies.entries()) {
        const parent = (reply.parent_header as { msg_id: string }).msg_id;
        await client.until((message) => message.header.msg_type === "status" && message.content.execution_state === "idle" && childrenOf(client, parent).includes(message));
        const text = childrenOf(client, parent).filter(({ header }) => header.msg_type === "stream").map(({ content }) => content.text).join("");
        expect(text).toBe(`${other}\n`.repeat(5));
      }
    }
  });

  it("asks the client that sent the cell, and no other's answer counts", async () => {
    const [asker, other] = await Promise.all([connect("asker"), connect("other")]);
    await asker.until(({ header }) => header.msg_type === "iopub_welcome");
    const cell = asker.message("execute_request", { code: "prompt('who?')", allow_stdin: true });
    await asker.sendFrames("shell", asker.wire.encode(cell));
    await asker.until(({ header }) => header.msg_type === "input_request");
    await other.sendFrames("stdin", other.wire.encode(other.message("input_reply", { value: "other", status: "ok" })));
    await sleep(100);
    await asker.sendFrames("stdin", asker.wire.encode(asker.message("input_reply", { value: "asker", status: "ok" })));
    const { content } = await asker.until(({ header }) => header.msg_type === "execute_result");
    expect(content.data).toEqual({ "text/plain": "'asker'" });
    expect(other.seen.some(({ header }) => header.msg_type === "input_request")).toBe(false);
  });

  it("asks a client whose stdin channel connects after its cell has asked, and outlives one whose never does", async () => {
    const [late, never] = await Promise.all([connect("late", { lateStdin: true }), connect("never", { lateStdin: true })]);
    await Promise.all([late, never].map((client) => client.until(({ header }) => header.msg_type === "iopub_welcome")));
    const ask = (client: RawClient): Message<unknown> => client.message("execute_request", { code: "prompt('who?')", allow_stdin: true });
    const cell = ask(late);
    await late.sendFrames("shell", late.wire.encode(cell));
    await sleep(500);
    late.connectStdin();
    await late.until(({ header }) => header.msg_type === "input_request");
    await late.sendFrames("stdin", late.wire.encode(late.message("input_reply", { value: "late", status: "ok" })));
    expect((await late.until(({ header }) => header.msg_type === "execute_result")).content.data).toEqual({ "text/plain": "'late'" });
    const unheard = ask(never);
    await never.sendFrames("shell", never.wire.encode(unheard));
    await sleep(2500);
    await never.ask("control", "interrupt_request");
    const reply = await never.until(({ header, parent_header }) => header.msg_type === "execute_reply" && (parent_header as { msg_id?: string }).msg_id === unheard.header.msg_id);
    expect(reply.content.ename).toBe("KeyboardInterrupt");
    expect(resultText(await kernel().client.execute("'unharmed'"))).toBe("'unharmed'");
  });

  it("answers control requests while a cell computes, an interrupt among them", async () => {
    const { client } = kernel();
    const cell = await client.start("for (;;) {}");
    await sleep(300);
    const [info, interrupt] = await client.control("kernel_info_request", "interrupt_request");
    expect(info.content.status).toBe("ok");
    expect(interrupt.content).toEqual({ status: "ok" });
    expect(Math.max(info.seconds, interrupt.seconds)).toBeLessThan(2);
    expect((await client.finish(cell)).reply.ename).toBe("KeyboardInterrupt");
  });

  it("shuts down by a control request while a cell computes", async () => {
    const client = kernel().another();
    await client.start("for (;;) {}");
    await sleep(500);
    const [reply] = await client.control("shutdown_request");
    expect(reply.content).toEqual({ status: "ok", restart: false });
    expect(await client.shutdown()).toEqual({ alive: false });
  });
});
