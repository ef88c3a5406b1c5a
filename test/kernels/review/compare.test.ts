import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import type { Output } from "../../../kernels/client/notebook/format.ts";
import { NumberText } from "../../../kernels/client/notebook/json-parse.ts";
import { describeDifference } from "../../../kernels/review/compare/difference.ts";
import { compareJson } from "../../../kernels/review/compare/json.ts";
import { numbersAgree, tokens } from "../../../kernels/review/compare/number.ts";
import { compareOutputs } from "../../../kernels/review/compare/outputs.ts";
import { decodePixels } from "../../../kernels/review/compare/pixels.ts";
import { compareTexts } from "../../../kernels/review/compare/text.ts";
import { defaultTolerance } from "../../../kernels/review/tolerance.ts";

const loose = { ...defaultTolerance, relative: 0.01, absolute: 0.001 };

const stream = (text: string, name: "stdout" | "stderr" = "stdout"): Output => ({ output_type: "stream", name, text });
const display = (data: Record<string, unknown>): Output => ({ output_type: "display_data", data, metadata: {} });
const result = (data: Record<string, unknown>, execution_count = 1): Output => ({ output_type: "execute_result", data, metadata: {}, execution_count });

async function differences(before: Output[], after: Output[], tolerance = defaultTolerance): Promise<string[]> {
  const pairs = await compareOutputs(before, after, tolerance);
  return pairs.flatMap((pair) => pair.differences.map(describeDifference));
}

describe("numbers", () => {
  it.each([
    ["0.5", "0.5000000001"],
    ["1e-13", "-1e-13"],
    ["1.0", "1"],
    ["NaN", "NaN"],
    ["Infinity", "Infinity"],
    ["-0", "0"],
    ["−0.5", "-0.5"],
  ])("%s agrees with %s", (before, after) => expect(numbersAgree(before, after, defaultTolerance)).toBe(true));

  it.each([
    ["0.5", "0.50000001"],
    ["1", "2"],
    ["1000000000001", "1000000000002"],
    ["90071992547409930", "90071992547409931"],
    ["NaN", "0.5"],
    ["Infinity", "-Infinity"],
    ["Infinity", "1e308"],
  ])("%s does not agree with %s", (before, after) => expect(numbersAgree(before, after, defaultTolerance)).toBe(false));

  it("are found where they stand in a text", () => {
    const numbers = (text: string): string[] => tokens(text).flatMap((token) => (token.isNumber ? [token.text] : []));
    expect(numbers("x = -1.5e-3, y=.25; 3-2, 1.2.3 [4]-5")).toEqual(["-1.5e-3", ".25", "3", "2", "1.2", "3", "4", "5"]);
    expect(numbers("M0.5,100L6,4.25 NaN and Nancy, −∞ to ∞, −0.5")).toEqual(["0.5", "100", "6", "4.25", "NaN", "−∞", "∞", "−0.5"]);
    const text = "a1b−2.5e+3 Infinity\n";
    expect(tokens(text).map((token) => token.text).join("")).toBe(text);
  });
});

describe("volatile displays", () => {
  const volatile = (text: string): Output => ({ output_type: "display_data", data: { "text/plain": text }, metadata: { noisebook: { volatile: true } } });

  it("are shown and not compared, on either side alone too", async () => {
    expect(await differences([volatile("on CPU"), result({ "text/plain": "1" })], [volatile("on GPU"), result({ "text/plain": "1" })])).toEqual([]);
    expect(await differences([result({ "text/plain": "1" })], [volatile("on GPU"), result({ "text/plain": "1" })])).toEqual([]);
    expect(await differences([volatile("on CPU"), result({ "text/plain": "1" })], [result({ "text/plain": "2" })])).toHaveLength(1);
    expect((await compareOutputs([volatile("on CPU")], [volatile("on GPU")], defaultTolerance)).map(({ after }) => after)).toEqual([volatile("on GPU")]);
  });
});

describe("texts", () => {
  it("agree when their numbers do and all else is the same", () => {
    expect(compareTexts("loss 0.123 at 5\n", "loss 0.1230000000001 at 5\n", defaultTolerance)).toBeUndefined();
    expect(compareTexts("loss 0.123", "loss  0.123", defaultTolerance)).toBeDefined();
    expect(compareTexts("loss 0.123", "Loss 0.123", defaultTolerance)).toBeDefined();
    expect(compareTexts("step 5", "step 6", loose)).toBeDefined();
  });

  it("tell the line, the number, by how much and what is allowed", () => {
    expect(compareTexts("a\nloss 0.123 at 5\n", "a\nloss 0.124 at 5\n", defaultTolerance)?.first).toBe("line 2: 0.123 became 0.124 (relative 8.1e-3, allowed 1e-9)");
    expect(compareTexts("n = 3", "n = 4", defaultTolerance)?.first).toBe("line 1: 3 became 4 (integers must be equal)");
  });

  it("mark the numbers that differ and nothing else", () => {
    const difference = compareTexts("a 1.5 b 2.5", "a 1.5 b 2.6", defaultTolerance);
    expect(difference?.rows).toEqual([
      {
        changed: true,
        before: { number: 1, segments: [{ text: "a 1.5 b ", changed: false }, { text: "2.5", changed: true }] },
        after: { number: 1, segments: [{ text: "a 1.5 b ", changed: false }, { text: "2.6", changed: true }] },
      },
    ]);
  });

  it("find a line that was put in between", () => {
    const lines = Array.from({ length: 20 }, (_, i) => `row ${i}: ${i / 7}`);
    const difference = compareTexts(lines.join("\n"), [...lines.slice(0, 9), "row new: 0.25", ...lines.slice(9)].join("\n"), defaultTolerance);
    expect(difference).toMatchObject({ changedLines: 1, first: 'line 10 is new: "row new: 0.25"' });
    expect(difference?.rows.filter((row) => row.omitted !== undefined).map((row) => row.omitted)).toEqual([7, 9]);
  });

  it("come to an end when they are large and wholly different", () => {
    const text = (seed: number): string => Array.from({ length: 4000 }, (_, i) => `${(i * seed) % 1013} ${"ab".repeat((i * seed) % 7)}`).join("\n");
    expect(compareTexts(text(3), text(5), defaultTolerance)?.changedLines).toBeGreaterThan(3000);
    expect(compareTexts("x".repeat(1e6), `${"x".repeat(1e6 - 1)}y`, defaultTolerance)?.changedLines).toBe(1);
  });
});

describe("JSON", () => {
  it("has no order of keys, and tolerates numbers, also in strings and as Python writes them", async () => {
    const before = { a: 1.5, b: [new NumberText("1.0"), { c: "mean 0.5" }] };
    expect(await compareJson(before, { b: [1, { c: "mean 0.50000000000001" }], a: 1.5000000000001 }, defaultTolerance)).toBeUndefined();
  });

  it("tells the path of each difference", async () => {
    const before = { data: { values: [{ y: 0.123 }, { y: 1 }], name: "a", "odd key": 1 }, gone: [1, 2] };
    const after = { data: { values: [{ y: 0.124 }, { y: null }, { y: 3 }], name: "b", "odd key": 2 }, come: true };
    const difference = await compareJson(before, after, defaultTolerance);
    expect(difference?.changes.map(({ path, change }) => `${path}: ${change}`)).toEqual([
      "$.data.values: 2 elements became 3",
      "$.data.values[0].y: 0.123 became 0.124 (relative 8.1e-3, allowed 1e-9)",
      "$.data.values[1].y: 1 became null",
      '$.data.name: "a" became "b"',
      '$.data["odd key"]: 1 became 2 (integers must be equal)',
      "$.gone: [1,2] is missing",
      "$.come: true is new",
    ]);
    expect(difference?.largest).toBe(0.5);
  });

  it("counts what it does not list", async () => {
    const difference = await compareJson(Array(500).fill(0.5), Array(500).fill(0.6), defaultTolerance);
    expect(difference?.total).toBe(500);
    expect(difference?.changes).toHaveLength(100);
  });
});

describe("pictures", () => {
  const png = (width: number, height: number, paint: (pixel: number) => number[]): string =>
    Buffer.from(encode({ width, height, channels: 4, data: Uint8Array.from(Array.from({ length: width * height }, (_, pixel) => paint(pixel)).flat()) })).toString("base64");
  const grey = (value: number): number[] => [value, value, value, 255];

  it("agree when few pixels differ by little, whatever their bytes", async () => {
    const before = png(20, 20, () => grey(100));
    expect(await differences([display({ "image/png": before })], [display({ "image/png": png(20, 20, () => grey(101)) })])).toEqual([]);
    const spoilt = png(20, 20, (pixel) => grey(pixel === 7 ? 200 : 100));
    expect(await differences([display({ "image/png": before })], [display({ "image/png": spoilt })])).toEqual([
      "PNG: 1 of 400 pixels (0.25 %) differ by more than 1 of 255, by 100 at most; allowed are 0.01 %",
    ]);
    const tolerant = { ...defaultTolerance, pixels: { share: 0.01, level: 1 } };
    expect(await differences([display({ "image/png": before })], [display({ "image/png": spoilt })], tolerant)).toEqual([]);
  });

  it("of other sizes differ, as do ones that cannot be decoded", async () => {
    const wide = png(4, 2, () => grey(0));
    expect(await differences([display({ "image/png": wide })], [display({ "image/png": png(2, 4, () => grey(0)) })])).toEqual(["PNG: 4 × 2 pixels became 2 × 4"]);
    expect(await differences([display({ "image/png": wide })], [display({ "image/png": "bm90IGEgcG5n" })])).toEqual([expect.stringContaining("no PNG that can be decoded")]);
  });

  it("come with one that shows where they differ", async () => {
    const [pair] = await compareOutputs(
      [display({ "image/png": png(9, 9, () => grey(0)) })],
      [display({ "image/png": png(9, 9, (pixel) => grey(pixel === 40 ? 255 : 0)) })],
      defaultTolerance,
    );
    const difference = pair.differences[0];
    if (difference.kind !== "image" || !difference.pixels) throw new Error("no picture of the difference");
    const { data } = await decodePixels(difference.pixels.picture);
    const at = (pixel: number): number[] => [...data.slice(pixel * 4, pixel * 4 + 4)];
    expect(at(40)).toEqual([214, 0, 28, 255]);
    expect(at(41)).toEqual([255, 176, 176, 255]);
    expect(at(0)).toEqual([179, 179, 179, 255]);
  });

  it.each([
    [1, 1, [0b01000000], [0, 255, 0]],
    [2, 1, [0b00011000], [0, 85, 170]],
    [8, 1, [0, 128, 255], [0, 128, 255]],
  ] as const)("are read at %i bits", async (depth, channels, data, expected) => {
    const pixels = await decodePixels(encode({ width: 3, height: 1, depth, channels, data: Uint8Array.from(data) }));
    expect([0, 4, 8].map((at) => pixels.data[at])).toEqual(expected);
  });
});

describe("outputs", () => {
  it("are the same however their streams were cut, whatever the execution count", async () => {
    const before = [stream("a\n"), stream("warn\n", "stderr"), stream("b\n"), result({ "text/plain": "1" }, 3)];
    const after = [stream("a\nb\n"), result({ "text/plain": "1" }, 4), stream("warn\n", "stderr")];
    expect(await differences(before, after)).toEqual([]);
  });

  it("are told when missing or new, and do not drag their neighbours along", async () => {
    const plots = ["first", "second", "third"].map((text) => display({ "text/plain": text }));
    expect(await differences(plots, [plots[0], plots[2]])).toEqual(["display (text/plain): missing: it was there before"]);
    expect(await differences([plots[0], plots[2]], plots)).toEqual(["display (text/plain): new: it was not there before"]);
    expect(await differences([], [stream("x")])).toEqual(["stdout: new: it was not there before"]);
    expect(await differences([display({ "text/plain": "1" })], [result({ "text/plain": "1" })])).toHaveLength(2);
  });

  it("differ by a type that only one side has", async () => {
    expect(await differences([result({ "text/plain": "1", "text/html": "<b>1</b>" })], [result({ "text/plain": "1", "text/latex": "1" })])).toEqual([
      "text/html: missing as a type of this output: it was there before",
      "text/latex: new as a type of this output: it was not there before",
    ]);
  });

  it("that are errors are compared by name and message", async () => {
    const error = (evalue: string, traceback: string[]): Output => ({ output_type: "error", ename: "RangeError", evalue, traceback });
    expect(await differences([error("t = 5", ["at a"])], [error("t = 5", ["at b"])])).toEqual([]);
    expect(await differences([error("t = 5", [])], [error("t = 6", [])])).toEqual(["error: line 1: 5 became 6 (integers must be equal)"]);
  });

  it("of unknown types are compared exactly", async () => {
    expect(await differences([display({ "image/jpeg": "AAAA\n" })], [display({ "image/jpeg": "AAAA" })])).toEqual([]);
    expect(await differences([display({ "image/jpeg": "AAAA" })], [display({ "image/jpeg": "AAAB" })])).toEqual([expect.stringContaining("compared exactly")]);
  });
});
