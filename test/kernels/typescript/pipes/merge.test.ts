import { describe, expect, it } from "vitest";
import { encodeBarrier, type Barrier } from "../../../../kernels/typescript/pipes/barrier.ts";
import { encodeFrame, type Frame } from "../../../../kernels/typescript/pipes/frames.ts";
import { Merge } from "../../../../kernels/typescript/pipes/merge.ts";

const token = "t0k3n";
const mark = (kind: Barrier["kind"], n: number): string => encodeBarrier(token, { kind, n });
const display = (barrier: number): Frame => ({ type: "display", cell: 1, barrier, update: false, bundle: { data: {}, metadata: {} } });

/** A session that writes "a" (out), "b" (err), a display, "c" (out), a display. */
const written = {
  stdout: Buffer.from(`${mark("cell", 1)}a${mark("switch", 1)}${mark("frame", 2)}${mark("switch", 3)}c é😀${mark("frame", 4)}`),
  stderr: Buffer.from(`${mark("cell", 1)}${mark("switch", 1)}b${mark("frame", 2)}${mark("switch", 3)}${mark("frame", 4)}`),
  frames: Buffer.concat([encodeFrame(display(2)), encodeFrame(display(4))]),
};
const expected = ["1:out a", "1:err b", "display 2", "1:out c é😀", "display 4"];

function collect(): { merge: Merge; events: () => string[] } {
  const events: string[] = [];
  const merge = new Merge(token, {
    text(stream, cell, text) {
      const prefix = `${cell}:${stream.slice(3)} `;
      if (events.at(-1)?.startsWith(prefix)) events[events.length - 1] += text;
      else events.push(prefix + text);
    },
    frame: (frame) => void events.push(`${frame.type} ${"barrier" in frame ? frame.barrier : ""}`),
  });
  return { merge, events: () => events };
}

/** Numbers from a fixed linear congruence: the cuts are arbitrary but the same in every run. */
function cuts(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
}

describe("Merge", () => {
  it("restores the order of writing however the pipes deliver", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { merge, events } = collect();
      const next = cuts(seed);
      const rest = { ...written };
      while (rest.stdout.length + rest.stderr.length + rest.frames.length > 0) {
        const pipe = (["stdout", "stderr", "frames"] as const)[(next() >> 8) % 3];
        const size = 1 + ((next() >> 8) % 9);
        const chunk = rest[pipe].subarray(0, size);
        rest[pipe] = rest[pipe].subarray(size);
        if (chunk.length === 0) continue;
        if (pipe === "frames") merge.pushFrames(chunk);
        else merge.pushText(pipe, chunk);
      }
      expect(events(), `cut ${seed}`).toEqual(expected);
    }
  });

  it("lets through what waits when the session has died between a barrier and its frame", () => {
    const { merge, events } = collect();
    merge.pushText("stdout", Buffer.from(`before${mark("frame", 1)}after`));
    expect(events()).toEqual(["0:out before"]);
    merge.end();
    expect(events()).toEqual(["0:out beforeafter"]);
  });

  it("goes on when an interrupt fell between a barrier and its frame", () => {
    const { merge, events } = collect();
    merge.pushText("stdout", Buffer.from(`x${mark("frame", 1)}y${mark("frame", 2)}`));
    merge.pushText("stderr", Buffer.from(mark("frame", 2)));
    merge.pushFrames(encodeFrame(display(2)));
    expect(events()).toEqual(["0:out xy", "display 2"]);
  });

  it("takes another session's barrier, or a cell's imitation of one, for text", () => {
    const { merge, events } = collect();
    const fake = encodeBarrier("other", { kind: "cell", n: 7 });
    merge.pushText("stdout", Buffer.from(`${fake}x`));
    expect(events()).toEqual([`0:out ${fake}x`]);
  });

  it("does not hold back text that ends in an escape of its own", () => {
    const { merge, events } = collect();
    merge.pushText("stdout", Buffer.from("\x1b[31mred"));
    expect(events()).toEqual(["0:out \x1b[31mred"]);
  });
});
