import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Answer, resultText, type Seen, streamText } from "./jupyter.ts";
import { onKernel } from "./kernel-fixture.ts";

const base64 = (...bytes: number[]): string => Buffer.from(bytes).toString("base64");
const comm = ({ seen }: { readonly seen: readonly Seen[] }): readonly Seen[] => seen.filter(({ type }) => type.startsWith("comm_"));

onKernel("comms", (kernel) => {
  const run = (code: string): Promise<Answer> => kernel().client.execute(code);
  const info = async (target?: string): Promise<unknown> => (await kernel().client.requestWith("comm_info", { target_name: target ?? null })).reply.comms;

  it("are opened by a cell, with data, metadata and bytes", async () => {
    const answer = await run("const own = comms.open('picture', { width: 2 }, { metadata: { m: 1 }, buffers: [new Uint8Array([1, 2, 255]), new Float32Array([1]).buffer] }); own.id");
    const [opened] = comm(answer);
    expect(opened).toMatchObject({ type: "comm_open", parent: answer.id, metadata: { m: 1 }, content: { target_name: "picture", data: { width: 2 } } });
    expect(opened.buffers).toEqual([base64(1, 2, 255), base64(0, 0, 128, 63)]);
    expect(resultText(answer)).toBe(`'${String(opened.content.comm_id)}'`);
    expect(await info()).toEqual({ [String(opened.content.comm_id)]: { target_name: "picture" } });
  });

  it("carry messages of the front end to a cell's handler, whose output belongs to the message", async () => {
    const { client } = kernel();
    const id = String(resultText(await run("own.onMessage(({ data, buffers }) => { console.log(data.x, [...buffers[0]]); own.send({ twice: 2 * data.x }, { buffers }); }); own.id"))).slice(1, -1);
    const answer = await client.send("comm_msg", { comm_id: id, data: { x: 21 } }, { buffers: [base64(7, 8)] });
    expect(answer.seen.map(({ type, content }) => content.execution_state ?? type)).toEqual(["busy", "stream", "comm_msg", "idle"]);
    expect(answer.seen.every(({ parent }) => parent === answer.id)).toBe(true);
    expect(streamText(answer as Answer)).toBe("21 [ 7, 8 ]\n");
    expect(comm(answer)[0]).toMatchObject({ content: { comm_id: id, data: { twice: 42 } }, buffers: [base64(7, 8)] });
  });

  it("are opened by the front end where a cell has registered the target, else closed at once", async () => {
    const { client } = kernel();
    await run("const heard: unknown[] = []; comms.register('slider', (comm, { data }) => { heard.push(data); comm.onClose(() => heard.push('closed')); });");
    expect(comm(await client.send("comm_open", { comm_id: "c1", target_name: "slider", data: { at: 3 } }))).toEqual([]);
    expect(await info("slider")).toEqual({ c1: { target_name: "slider" } });
    expect(await info("nothing")).toEqual({});
    await client.send("comm_close", { comm_id: "c1", data: {} });
    expect(resultText(await run("heard"))).toBe("[ { at: 3 }, 'closed' ]");
    expect(await info("slider")).toEqual({});
    const refused = await client.send("comm_open", { comm_id: "c2", target_name: "unheard of", data: {} });
    expect(comm(refused)).toMatchObject([{ type: "comm_close", content: { comm_id: "c2" } }]);
    expect(await info("unheard of")).toEqual({});
  });

  it("are closed by a cell, and say so when used afterwards", async () => {
    expect(comm(await run("own.close({ why: 'done' });"))).toMatchObject([{ type: "comm_close", content: { data: { why: "done" } } }]);
    expect((await run("own.send({})")).reply.evalue).toMatch(/is closed/);
    expect(await info()).toEqual({});
  });

  it("tell a handler's error under its message, and take an interrupt of one that spins", async () => {
    const { client } = kernel();
    await run("comms.register('bad', (comm, { data }) => { if (data.spin) for (;;) {} throw new RangeError('in a handler'); });");
    const failed = await client.send("comm_open", { comm_id: "b1", target_name: "bad", data: {} });
    expect(failed.seen.find(({ type }) => type === "error")).toMatchObject({ parent: failed.id, content: { ename: "RangeError", evalue: "in a handler" } });
    const pid = await client.pid();
    const spinning = client.send("comm_open", { comm_id: "b2", target_name: "bad", data: { spin: true } });
    await sleep(300);
    process.kill(-pid, "SIGINT");
    expect((await spinning).seen.at(-1)?.content.execution_state).toBe("idle");
    expect(resultText(await run("1 + 1"))).toBe("2");
  });

  it("can be awaited by the cell that runs", async () => {
    const { client } = kernel();
    const id = String(resultText(await run("const pair = comms.open('pair'); pair.id"))).slice(1, -1);
    const cell = await client.start("await new Promise((resolve) => pair.onMessage(({ data }) => resolve(data)))");
    await sleep(200);
    await client.send("comm_msg", { comm_id: id, data: { answer: 42 } });
    expect(resultText(await client.finish(cell))).toBe("{ answer: 42 }");
  });

  it("are closed when the session is lost", async () => {
    const { client } = kernel();
    await run("comms.open('lost')");
    await run("process.exit(1)");
    expect(await info()).toEqual({});
    expect(resultText(await client.execute("1"))).toBe("1");
  });
});
