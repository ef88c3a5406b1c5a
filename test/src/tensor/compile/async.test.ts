import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { compile } from "noisebook";
import { Turns } from "../../../../src/tensor/compile/turns.ts";
import { draws, graph, held, tf, values } from "./setting.ts";

/** Some milliseconds of work, so that calls do meet. */
const busy = (x: Tensor): Tensor => {
  let y = x as Tensor2D;
  for (let i = 0; i < 4; i++) y = tf.tanh(tf.matMul(y, y));
  return y;
};

describe("steps off the main thread", () => {
  it("that share variables run in the order of their calls, also those of two compiled steps", async () => {
    const v = tf.variable(tf.scalar(0));
    const x = draws(1, 200, 200);
    const [append, read] = [compile((digit: Tensor) => (v.assign(tf.add(tf.mul(v, 3), tf.add(digit, tf.mul(tf.sum(busy(x)), 0)))), tf.mul(v, 1))), compile(() => tf.mul(v, 1))];
    const digits = [1, 2, 0, 2, 1, 1];
    const seen = await Promise.all(digits.flatMap((digit) => [append.async(tf.scalar(digit)), read.async()]));
    let expected = 0;
    const history = digits.flatMap((digit) => ((expected = 3 * expected + digit), [expected, expected]));
    expect(seen.map((each) => values(each)[0])).toEqual(history);
    append.dispose();
    read.dispose();
  });

  it("keep inputs that are disposed meanwhile, and let go of everything at last", async () => {
    const v = tf.variable(tf.zeros([200, 200]));
    const step = compile((x: Tensor) => {
      v.assign(busy(x));
      return tf.sum(x);
    });
    tf.dispose(step(draws(1, 200, 200)));
    const before = held();
    const sums = Promise.all(
      [1, 2, 3, 4, 5].map((seed) => {
        const x = draws(seed, 200, 200);
        const [sum, running] = [tf.tidy(() => values(tf.sum(x))[0]), step.async(x)];
        if (graph) x.dispose();
        else void running.then(() => x.dispose());
        return running.then((each) => [sum, values(each)[0], each.dispose()]);
      }),
    );
    for (const [sum, again] of await sums) expect(again).toBe(sum);
    expect(held()).toEqual(before);
    step.dispose();
    v.dispose();
  });

  it.skipIf(!graph)("run while the event loop does", async () => {
    const step = compile(busy);
    const x = draws(1, 600, 600);
    tf.dispose(step(x));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let done = false;
    const running = step.async(x).then((out) => ((done = true), out));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    tf.dispose(await running);
    clearInterval(timer);
    step.dispose();
  });

  it.skipIf(!graph)("keep a call on the main thread, and an assignment, out of their variables", async () => {
    const v = tf.variable(draws(1, 300, 300), true, "weights");
    const step = compile(() => v.assign(busy(v)));
    step();
    const running = step.async();
    expect(() => step()).toThrow('the variable "weights" is in use by a compiled step that still runs: await that one first, or call this one by .async too');
    const other = compile((x: Tensor) => tf.mul(x, 2));
    expect(values(other(tf.scalar(4)))).toEqual([8]);
    await running;
    step();
    const before = held();
    const late = step.async();
    const mine = tf.zeros([300, 300]);
    v.assign(mine as never);
    mine.dispose();
    await expect(late).rejects.toThrow('the variable "weights" was assigned or disposed while a compiled step that writes it ran: await the step first');
    expect(values(tf.sum(v))).toEqual([0]);
    expect(held()[0]).toBe(before[0]! + 1);
    step.dispose();
    other.dispose();
    v.dispose();
  });

  it("may be disposed of while they run", async () => {
    const step = compile((x: Tensor) => tf.sum(busy(x)));
    const x = draws(1, 200, 200);
    const expected = values(step(x))[0];
    const running = [step.async(x), step.async(x)];
    step.dispose();
    expect((await Promise.all(running)).map((each) => values(each)[0])).toEqual([expected, expected]);
    expect(step.programs).toEqual([]);
  });

  it("reject for what the step throws", async () => {
    const step = compile((): Tensor => {
      throw new RangeError("not today");
    });
    await expect(step.async()).rejects.toThrow(new RangeError("not today"));
  });
});

describe("turns", () => {
  const [a, b] = ["a", "b"].map((name) => tf.variable(tf.scalar(0), true, `turn-${name}`)) as [never, never];

  it("let readers in together, and writers alone, first come, first served", async () => {
    const turns = new Turns();
    const order: string[] = [];
    const enter = (name: string, read: never[], written: never[]) => {
      const turn = turns.prepare(read, written);
      const others = turn.enter();
      void Promise.resolve(others).then(() => order.push(name));
      return { done: turn.done, waits: others !== undefined };
    };
    const r1 = enter("r1", [a], []);
    const r2 = enter("r2", [a], []);
    const w1 = enter("w1", [], [a]);
    const r3 = enter("r3", [a, b], []);
    const free = enter("free", [b], []);
    expect([r1, r2, w1, r3, free].map(({ waits }) => waits)).toEqual([false, false, true, true, false]);
    const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await settle();
    expect(order).toEqual(["r1", "r2", "free"]);
    r1.done();
    await settle();
    expect(order).toHaveLength(3);
    r2.done();
    await settle();
    expect(order.slice(3)).toEqual(["w1"]);
    expect(turns.busy([a], [])).toBe(a);
    w1.done();
    await settle();
    expect(order.slice(4)).toEqual(["r3"]);
    expect(turns.busy([a], [])).toBe(undefined);
    expect(turns.busy([], [b])).toBe(b);
    r3.done();
    free.done();
    expect(turns.busy([a], [b])).toBe(undefined);
  });
});
