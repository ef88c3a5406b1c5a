import { describe, expect, it } from "vitest";
import { SendQueue } from "../../../kernels/protocol/send-queue.ts";
import { Wire, WireError } from "../../../kernels/protocol/wire.ts";

const buffers = (frames: (Uint8Array | string)[]): Buffer[] => frames.map((frame) => Buffer.from(frame as string));

describe("Wire", () => {
  const sender = new Wire("a-key");
  const receiver = new Wire("a-key");
  const frames = (): Buffer[] => buffers(sender.encode(sender.message("execute_request", { code: "π = 3 // 😀" }), ["client"]));

  it("reads back what the other end wrote, with identities and buffers", () => {
    const message = { ...sender.message("comm_msg", { data: { n: 1 } }), buffers: [Uint8Array.of(1, 2, 3)] };
    const decoded = receiver.decode(buffers(sender.encode(message, ["one", "two"])));
    expect(decoded.identities.map(String)).toEqual(["one", "two"]);
    expect(decoded.message).toMatchObject({ header: { msg_type: "comm_msg" }, content: { data: { n: 1 } } });
    expect([...decoded.message.buffers[0]]).toEqual([1, 2, 3]);
  });

  it("keeps characters of every length", () => {
    expect(receiver.decode(frames()).message.content).toEqual({ code: "π = 3 // 😀" });
  });

  it("refuses a message signed with another key", () => {
    expect(() => new Wire("another").decode(frames())).toThrow(new WireError("the signature does not match the connection's key"));
  });

  it.each([2, 3, 4, 5, 6])("refuses a message whose frame %i was changed", (n) => {
    const changed = frames();
    changed[n] = Buffer.from(n === 2 ? "0".repeat(64) : "{}");
    if (n === 4 || n === 5) changed[n] = Buffer.from('{"x":1}');
    expect(() => receiver.decode(changed)).toThrow(WireError);
  });

  it.each([
    ["no delimiter", (good: Buffer[]) => good.filter((_, i) => i !== 1), /no <IDS\|MSG> among/],
    ["too few frames", (good: Buffer[]) => good.slice(0, 5), /3 frames behind/],
    ["no frames", () => [], /among 0 frames/],
  ])("refuses %s", (_, damage, message) => {
    expect(() => receiver.decode(damage(frames()))).toThrow(message);
  });

  it("refuses parts that are not JSON objects, even when they are signed", () => {
    const signed = new Wire("");
    const raw = (parts: string[]): Buffer[] => ["<IDS|MSG>", "", ...parts].map((part) => Buffer.from(part));
    expect(() => signed.decode(raw(["{", "{}", "{}", "{}"]))).toThrow(/not JSON/);
    expect(() => signed.decode(raw(["{}", "{}", "{}", "{}"]))).toThrow(/lacks msg_id/);
    expect(() => signed.decode(raw(['{"msg_id":"1","msg_type":"x"}', "{}", "{}", "[]"]))).toThrow(/not an object/);
  });

  it("counts its messages", () => {
    const wire = new Wire("k");
    expect(wire.header("a").msg_id).toBe(`${wire.session}_1`);
    expect(wire.header("a").msg_id).toBe(`${wire.session}_2`);
  });
});

describe("SendQueue", () => {
  it("sends one message at a time, in order, and survives a failed send", async () => {
    const sent: string[] = [];
    let inFlight = 0;
    const queue = new SendQueue({
      async send([first]) {
        expect(++inFlight).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inFlight -= 1;
        if (first === "2") throw new Error("closed");
        sent.push(String(first));
      },
    });
    for (let n = 0; n < 5; n++) queue.send([String(n)]);
    await queue.drained();
    expect(sent).toEqual(["0", "1", "3", "4"]);
  });
});
