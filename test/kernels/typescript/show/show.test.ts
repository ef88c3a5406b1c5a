import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleOf } from "../../../../kernels/typescript/session/show/index.ts";
import { summary } from "../../../../kernels/typescript/session/show/summary.ts";

const displaySymbol = Symbol.for("Jupyter.display");

async function data(value: unknown): Promise<Record<string, unknown>> {
  return (await bundleOf(value)).data as Record<string, unknown>;
}
const text = async (value: unknown): Promise<string> => String((await data(value))["text/plain"]);
const html = async (value: unknown): Promise<string> => String((await data(value))["text/html"]);

describe("plain values", () => {
  class Point {
    x = 1;
    get never(): number {
      throw new Error("a getter was invoked");
    }
  }
  it.each([
    ["a number", 0.1, "0.1"],
    ["negative zero", -0, "-0"],
    ["a bigint", 10n, "10n"],
    ["a string", "it's", `"it's"`],
    ["null", null, "null"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a short array", [1, 2, 3], "[ 1, 2, 3 ]"],
    ["an object", { a: 1, b: { c: [1] } }, "{ a: 1, b: { c: [ 1 ] } }"],
    ["a class instance", new Point(), "Point { x: 1 }"],
    ["an accessor", Object.defineProperty({}, "a", { enumerable: true, get: () => expect.unreachable() }), "{ a: [Getter] }"],
    ["a Map", new Map([["k", [1]]]), "Map(1) { 'k' => [ 1 ] }"],
    ["a Set", new Set([1]), "Set(1) { 1 }"],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a Buffer", Buffer.from("hi"), "<Buffer 68 69>"],
    ["a resolved Promise", Promise.resolve(3), "Promise { 3 }"],
    ["a pending Promise", new Promise(() => {}), "Promise { <pending> }"],
    ["a short typed array", new Float64Array([1, 2.5]), "Float64Array(2) [ 1, 2.5 ]"],
    ["terminal colours in text", "\u001b[31mred", String.raw`'\x1B[31mred'`],
    ["terminal colours in an object's own words", { [inspect.custom]: () => "\u001b[31mred\u001b[39m" }, "red"],
  ])("%s", async (_, value, expected) => expect(await data(value)).toEqual({ "text/plain": expected }));
});

describe("functions", () => {
  it.each([
    [function plain(a: number, b = ")") { return a + b; }, 'function plain(a, b = ")")'],
    [(a: number, { b }: { b: number }) => a + b, "function (a, { b })"],
    [async function later(...all: unknown[]) { return all; }, "async function later(...all)"],
    [function* steps() {}, "function* steps()"],
    [{ method(a: number) { return a; } }.method, "function method(a)"],
    [class Shape {}, "class Shape"],
    [class extends Map {}, "class (anonymous) extends Map"],
    [Math.max, "function max() { [native code] }"],
    [Object.assign(function named() {}, { version: 1 }), "function named() { version: 1 }"],
  ])("%o as its head", async (value, expected) => expect((await text(value)).replace(/\s+/g, " ")).toBe(expected));
});

describe("errors as values", () => {
  it("say what they are, without the stack of whoever made them", async () => {
    const error = Object.assign(new RangeError("too large", { cause: new Error("inner") }), { code: 7 });
    expect(await text(error)).toBe("RangeError: too large\n  { code: 7 }\n  caused by Error: inner");
    expect(await text(new AggregateError([new Error("one"), "two"], "both"))).toBe("AggregateError: both\n  - Error: one\n  - 'two'");
  });
});

describe("long typed arrays", () => {
  it("show length, ends and range", async () => {
    expect(await text(Float32Array.from({ length: 1000 }, (_, i) => i / 10))).toBe(
      "Float32Array(1000) [ 0, 0.1, 0.2, 0.3, 0.4, 0.5, … 99.7, 99.8, 99.9 ]\nmin 0, max 99.9, mean 49.95",
    );
    expect(await text(new Float64Array(200).fill(NaN))).toMatch(/\nall NaN$/);
    expect(await text(Float64Array.from({ length: 101 }, (_, i) => (i === 50 ? NaN : 1)))).toMatch(/\nmin 1, max 1, mean 1, 1 NaN$/);
    expect(await text(new BigInt64Array(200).fill(-3n))).toMatch(/\nmin -3n, max -3n$/);
  });
});

describe("matrices", () => {
  it("line up, and are an HTML table", async () => {
    const matrix = [
      [1, -20],
      [3.14159265, 4],
    ];
    expect(await text(matrix)).toBe("matrix 2 × 2\n      1  -20\n3.14159    4");
    expect((await html(matrix)).match(/<td/g)).toHaveLength(4);
    expect(await text([new Float64Array(2), new Float64Array(2)])).toBe("matrix 2 × 2\n0  0\n0  0");
  });

  it("of many rows and columns say how many more", async () => {
    const shown = await text(Array.from({ length: 1000 }, () => new Float64Array(50)));
    expect(shown).toMatch(/^matrix 1000 × 50\n/);
    expect(shown).toMatch(/\n… 980 more rows, 38 more columns$/);
    expect(shown.split("\n")).toHaveLength(22);
  });

  it.each([[[[1, 2], [3]]], [[[1, "a"], [3, 4]]], [[[], []]], [[[1, 2]]], [[[1], [2]]], [[[1, 2], null]]])("are not %j", async (value) => {
    expect(Object.keys(await data(value))).toEqual(["text/plain"]);
  });
});

describe("records", () => {
  it("are a table with a column for each key", async () => {
    const rows = [
      { name: "<b>a</b>", n: 1, when: new Date(0) },
      { name: "two\nlines", n: 22.5, extra: null },
    ];
    expect(await text(rows)).toBe(
      [
        "name          n  when                      extra",
        "─────────  ────  ────────────────────────  ─────",
        "<b>a</b>      1  1970-01-01T00:00:00.000Z",
        "two↵lines  22.5                            null",
      ].join("\n"),
    );
    expect(await html(rows)).toContain("<td style=\"text-align: left\">&lt;b&gt;a&lt;/b&gt;</td>");
  });

  it("of great number say how many more", async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => ({ i }));
    expect(await text(rows)).toMatch(/\n29\n… 99970 more$/);
    expect(((await html(rows)).match(/<tr>/g) ?? []).length).toBe(31);
  });

  it.each([
    ["nested values", [{ a: { b: 1 } }]],
    ["class instances", [new (class A { a = 1 })()]],
    ["accessors", [Object.defineProperty({}, "a", { enumerable: true, get: () => expect.unreachable() })]],
    ["nothing", []],
    ["empty objects", [{}]],
    ["primitives", [1, 2]],
    ["proxies", [new Proxy({ a: 1 }, {})]],
    ["too many columns", [Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i]))]],
  ])("are not: %s", async (_, value) => expect(Object.keys(await data(value))).toEqual(["text/plain"]));
});

describe("tensors", () => {
  beforeAll(() => tf.setBackend("cpu"));

  it("show type, shape and values", async () => {
    expect(await text(tf.tensor2d([[1, 2, 3], [4, 5.5, 6]]))).toBe("Tensor float32 [2, 3]\n[[  1,   2,   3],\n [  4, 5.5,   6]]");
    expect(await text(tf.scalar(0.1))).toBe("Tensor float32 []\n0.1");
    expect(await text(tf.tensor(["a", "b"]))).toBe('Tensor string [2]\n["a", "b"]');
    expect(await text(tf.tensor1d([true, false], "bool"))).toBe("Tensor bool [2]\n[true, false]");
    expect(await text(tf.complex([1, 2], [3, -4]))).toBe("Tensor complex64 [2]\n[1+3i, 2-4i]");
    expect(await text(tf.variable(tf.ones([2])))).toBe("Variable float32 [2]\n[1, 1]");
    expect(await text(tf.zeros([0, 3]))).toBe("Tensor float32 [0, 3]");
    expect(await text(tf.zeros([2, 1, 2]))).toBe("Tensor float32 [2, 1, 2]\n[[[0, 0]],\n\n [[0, 0]]]");
  });

  it("that are large show, and fetch, a corner, and leave nothing behind", async () => {
    const large = tf.range(0, 50 * 60 * 70).reshape([50, 60, 70]);
    const fetched: number[] = [];
    const slice = large.slice.bind(large);
    large.slice = ((begin: number[], size: number[]) => {
      fetched.push(size.reduce((a, b) => a * b));
      return slice(begin, size);
    }) as typeof large.slice;
    const before = tf.memory().numTensors;
    const shown = await text(large);
    expect(shown).toMatch(/^Tensor float32 \[50, 60, 70\]\n\[\[\[ +0, +1, /);
    expect(shown).toMatch(/, …\],\n/);
    expect(shown.length).toBeLessThan(2000);
    expect(fetched).toEqual([2 * 8 * 8]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("that are disposed say so", async () => {
    const tensor = tf.ones([2]);
    tensor.dispose();
    expect(await text(tensor)).toBe("Tensor float32 [2] (disposed)");
  });

  it("inside other values are type and shape, also for console.log afterwards", async () => {
    class Model {
      weights = [tf.ones([2, 3])];
    }
    expect(await text({ loss: tf.scalar(1), model: new Model() })).toBe(
      "{ loss: Tensor float32 [], model: Model { weights: [ Tensor float32 [2, 3] ] } }",
    );
    expect(inspect([tf.ones([4])])).toBe("[ Tensor float32 [4] ]");
  });
});

describe("a value's own display", () => {
  const own = (bundle: unknown): object => ({ [displaySymbol]: () => bundle });

  it("wins, at once or later", async () => {
    const bundle = { "text/html": "<b>hi</b>", "text/plain": "hi" };
    expect(bundleOf(own(bundle))).toEqual({ data: bundle, metadata: {} });
    expect(await data(own(Promise.resolve(bundle)))).toEqual(bundle);
  });

  it("that is null, or no bundle, leaves it to us", async () => {
    class Quiet {
      a = 1;
      [displaySymbol](): null {
        return null;
      }
    }
    expect(await data(new Quiet())).toEqual({ "text/plain": "Quiet { a: 1 }" });
    expect(Object.keys(await data(own(Promise.resolve(7))))).toEqual(["text/plain"]);
    expect(Object.keys(await data({ [displaySymbol]: "no method" }))).toEqual(["text/plain"]);
  });

  it("without text/plain gets one, and its bytes become base64", async () => {
    expect(await data(own({ "image/png": new Uint8Array([1, 2, 3]) }))).toEqual({ "image/png": "AQID", "text/plain": "Object" });
  });

  it("that throws, or is no JSON, is the cell's error", async () => {
    expect(() => bundleOf({ [displaySymbol]: () => { throw new Error("broken"); } })).toThrow("broken");
    expect(() => bundleOf(own({ "application/json": { n: 1n } }))).toThrow(/"application\/json" part of a display is no JSON/);
    await expect(bundleOf(own(Promise.reject(new Error("later"))))).rejects.toThrow("later");
  });
});

describe("values that resist", () => {
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each([
    ["a revoked proxy", revoked, "<Revoked Proxy>"],
    ["a proxy that answers everything", new Proxy({}, { get: () => () => new Promise(() => {}) }), "{}"],
    ["an object whose printing throws", { a: 1, [inspect.custom]: () => { throw new Error("no"); } }, /a: 1/],
    ["an object whose tag throws", Object.defineProperty({}, Symbol.toStringTag, { get: () => { throw new Error("no tag"); } }), /cannot be shown: no tag/],
    ["a cycle", cycle, "<ref *1> { self: [Circular *1] }"],
    ["an error whose message is an accessor", Object.defineProperty(new Error("x"), "message", { get: () => { throw new Error("no"); } }), /./],
  ])("%s", async (_, value, expected) => {
    if (expected instanceof RegExp) expect(await text(value)).toMatch(expected);
    else expect(await text(value)).toBe(expected);
    expect(summary(value)).not.toBe("");
  });
});

/** As imports come in cells; vitest's own are proxies. */
const moduleOf = (exports: object): object => Object.assign(Object.create(null, { [Symbol.toStringTag]: { value: "Module" } }) as object, exports);

describe("huge values", () => {
  it.each([
    ["a long string", "x".repeat(1e6)],
    ["many keys", Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`key${i}`, i]))],
    ["wide and deep", Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({ a: { b: 1 } }))))],
    ["many long strings", Array.from({ length: 1000 }, () => "y".repeat(20_000))],
    ["a large Map", new Map(Array.from({ length: 1e5 }, (_, i) => [i, { i }]))],
    ["a large Buffer", Buffer.alloc(1e7)],
    ["own words without end", { [inspect.custom]: () => "z".repeat(1e7) }],
    ["a module", moduleOf(tf)],
    ["a wide class", Object.assign(new (class Wide {})(), Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [`k${i}`, [i, i]])))],
  ])("%s stay within bounds", async (_, value) => {
    expect((await text(value)).length).toBeLessThan(101_000);
    expect(summary(value).length).toBeLessThanOrEqual(80);
  });

  it("say how much is not shown", async () => {
    expect(await text(moduleOf(tf))).toMatch(/^\[.*Module.* \{[^]*'… \d+ more': …\s+}$/);
    expect(await text(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])))).toMatch(/k99: 99,\s+'… 900 more': …\s+}$/);
  });
});

it("always gives text/plain, whatever the value", () => {
  fc.assert(
    fc.asyncProperty(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true, withNullPrototype: true }), async (value) => {
      const all = await data(value);
      expect(typeof all["text/plain"]).toBe("string");
      expect(() => JSON.stringify(all)).not.toThrow();
      expect(summary(value).includes("\n")).toBe(false);
    }),
    { seed: 1, numRuns: 500 },
  );
});
