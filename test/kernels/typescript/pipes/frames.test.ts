import { expect, it } from "vitest";
import { type Command, encodeFrame, FrameReader } from "../../../../kernels/typescript/pipes/frames.ts";

const comm: Command = { type: "comm", cell: 1, event: "comm_msg", id: "é😀", data: { n: [1] }, metadata: {}, buffers: [Buffer.from([1, 2, 3]), Buffer.alloc(0), Buffer.from([255])] };
const exit: Command = { type: "exit" };

it("frames carry JSON and bytes, however the pipe cuts them", () => {
  const bytes = Buffer.concat([encodeFrame(exit), encodeFrame(comm), encodeFrame({ ...comm, buffers: [] }), encodeFrame(exit)]);
  for (const size of [1, 2, 7, 64, bytes.length]) {
    const reader = new FrameReader<Command>();
    const read: Command[] = [];
    for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(Buffer.from(bytes.subarray(at, at + size))));
    expect(read).toEqual([exit, comm, { ...comm, buffers: [] }, exit]);
  }
});
