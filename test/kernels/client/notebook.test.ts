import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatJson } from "../../../kernels/client/notebook/json-format.ts";
import { JsonError, parseJson } from "../../../kernels/client/notebook/json-parse.ts";
import { splitLines } from "../../../kernels/client/notebook/lines.ts";
import { parseNotebook, readNotebook } from "../../../kernels/client/notebook/read.ts";
import { formatNotebook } from "../../../kernels/client/notebook/write.ts";
import { jupyterOrSkip } from "../../conformance/jupyter.ts";

const jupyter = await jupyterOrSkip("nbformat's own bytes");
const parse = (text: string) => parseNotebook(Buffer.from(text), "a.ipynb");
const code = (more: object): object => ({ cell_type: "code", id: "x", source: "1", metadata: {}, outputs: [], execution_count: null, ...more });
const notebook = (cells: unknown, more: object = {}): string => JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells, ...more });

describe("JSON", () => {
  it("is parsed as JSON.parse does", () => {
    fc.assert(fc.property(fc.json(), (text) => void expect(parseJson(text)).toEqual(JSON.parse(text))));
  });

  it("is written so that it reads back", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void expect(JSON.parse(formatJson(value))).toEqual(JSON.parse(JSON.stringify(value)))));
  });

  it("keeps numbers as they stand", () => {
    for (const number of ["1.0", "1e-05", "12345678901234567890", "-0", "0.10", "NaN", "-Infinity", "1E5"]) expect(formatJson(parseJson(number))).toBe(number);
  });

  it("keeps a key that is called __proto__", () => {
    expect(formatJson(parseJson('{"__proto__": {"a": 1}}'))).toBe('{\n "__proto__": {\n  "a": 1\n }\n}');
  });

  it.each([
    ['{"a": 1,\n "b": }', 2, 7, false],
    ['{"a": 1 "b"}', 1, 9, false],
    ["[1, 2", 1, 6, true],
    ['{"a": "text', 1, 12, true],
    ['{"a": tru', 1, 10, true],
    ["[1] x", 1, 5, false],
    ['["a\nb"]', 1, 4, false],
    ['["\\x"]', 1, 3, false],
  ])("tells where %j breaks", (text, line, column, truncated) => {
    try {
      parseJson(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JsonError);
      expect(error).toMatchObject({ line, column, truncated });
    }
  });
});

describe("reading a notebook", () => {
  it("does not fall into a bottomless one", () => {
    expect(() => parse("[".repeat(100_000))).toThrow("line 1, column 1002: nested more than 1000 deep");
  });

  it("joins lines, and accepts strings", () => {
    const { cells } = parse(notebook([code({ source: ["a\n", "b"] }), code({ id: "y", source: "a\nb" })]));
    expect(cells.map((cell) => cell.source)).toEqual(["a\nb", "a\nb"]);
  });

  it("gives cells of format 4.5 the ids they lack, the same each time, and those of 4.4 none", () => {
    const without = [code({ id: undefined }), code({ id: undefined }), code({ id: "x" }), code({ id: "x" })];
    const ids = parse(notebook(without)).cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(4);
    expect(ids[2]).toBe("x");
    expect(parse(notebook(without)).cells.map((cell) => cell.id)).toEqual(ids);
    expect(parse(notebook([code({ id: undefined })], { nbformat_minor: 4 })).cells[0]).not.toHaveProperty("id");
  });

  it.each<[string, string | RegExp]>([
    ["", "a.ipynb is empty"],
    ["  \n", "a.ipynb is empty"],
    [notebook([code({})]).slice(0, 60), /^a.ipynb is truncated: it breaks off at line 1, column 61/],
    ["hello", 'a.ipynb is not valid JSON: line 1, column 1: expected a value, found "h"'],
    ['{\n "cells": [\n<<<<<<< HEAD\n  1\n=======\n  2\n>>>>>>> b\n ]}', "a.ipynb holds an unresolved merge conflict (line 3)"],
    ["[]", "a.ipynb is JSON, but no notebook: it has no nbformat"],
    ["{}", "no nbformat"],
    [notebook([], { nbformat: 5 }), "has notebook format 5, newer than the 4"],
    [notebook([], { nbformat: 3 }), "has notebook format 3, older than the 4"],
    [notebook(undefined), "cells is missing, where a list is due"],
    [notebook([code({}), 7]), "cell 2 of 2: it is 7, where an object is due"],
    [notebook([code({ cell_type: "heading" })]), 'cell 1 of 1: cell_type is "heading"'],
    [notebook([code({ source: 3 })]), "cell 1 of 1: source is 3, where a string or a list of strings is due"],
    [notebook([code({ outputs: undefined })]), "cell 1 of 1: outputs is missing"],
    [notebook([code({ outputs: [{ output_type: "stream", name: "stdout", text: "" }, { output_type: "picture" }] })]), 'cell 1 of 1: output 2: output_type is "picture"'],
    [notebook([code({ outputs: [{ output_type: "display_data", data: null, metadata: {} }] })]), "output 1: data is null, where a MIME bundle is due"],
    [notebook([code({ id: "not an id" })]), 'id is "not an id"'],
    [notebook([code({})], { metadata: [] }), "metadata is [], where an object is due"],
  ])("refuses %#: %j", (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
  });

  it("refuses what is no text, no file, and no readable file", async () => {
    expect(() => parseNotebook(Uint8Array.of(0x89, 0x50, 0xff, 0xfe), "a.ipynb")).toThrow("a.ipynb is not UTF-8 text");
    await expect(readNotebook("no-such.ipynb")).rejects.toThrow("no-such.ipynb cannot be read: it does not exist");
    await expect(readNotebook(os.tmpdir())).rejects.toThrow("it is a folder");
  });
});

describe("writing a notebook", () => {
  it("breaks lines where Python does", () => {
    expect(splitLines("a\nb\r\nc\rd\u2028e\u0085f\u000bg\u001ch")).toEqual(["a\n", "b\r\n", "c\r", "d\u2028", "e\u0085", "f\u000b", "g\u001c", "h"]);
    expect(splitLines("")).toEqual([]);
    expect(splitLines("a\n")).toEqual(["a\n"]);
  });

  it("keeps what it does not know, and changes nothing that it reads back", () => {
    const text = formatNotebook(parse(notebook([code({ metadata: { vendor: { x: [1, { y: null }] } }, mystery: "kept" })], { extra: { z: 1.5 } })));
    expect(formatNotebook(parse(text))).toBe(text);
    expect(JSON.parse(text)).toMatchObject({ extra: { z: 1.5 }, cells: [{ mystery: "kept", metadata: { vendor: { x: [1, { y: null }] } } }] });
  });

  it.skipIf(!jupyter)("makes the bytes that nbformat makes", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "noisebook-test-"));
    try {
      const outputs = [
        { output_type: "stream", name: "stdout", text: "a\nb\u2028c\r\nd" },
        { output_type: "display_data", metadata: {}, data: { "text/html": "<p>\n</p>", "image/svg+xml": "<svg>\n</svg>", "image/png": "iVBO\nRw0K", "application/json": { b: ["x\n", "y"], a: 1 } } },
        { output_type: "execute_result", execution_count: 3, metadata: {}, data: { "text/plain": ["1\n", "2"], "application/javascript": "a;\nb" } },
        { output_type: "error", ename: "E", evalue: "ü\u0001\u007f\\\"", traceback: ["a\nb"] },
      ];
      const cells = [code({ outputs, execution_count: 3 }), { cell_type: "markdown", id: "m", metadata: {}, source: "# Ünï\n😀 \uff5e", attachments: { "a.png": { "image/png": "AA\n==" } } }, { cell_type: "raw", id: "r", metadata: { "\uff5e": 1, "😀": 2, Z: [], a: {} }, source: [] }];
      const source = path.join(folder, "a.ipynb");
      await writeFile(source, notebook(cells, { metadata: { number: 1 } }).replace('"number":1', '"number":1.0,"small":1e-05,"big":12345678901234567890'));
      const theirs = path.join(folder, "b.ipynb");
      const script = "import nbformat, sys; nbformat.write(nbformat.read(sys.argv[1], 4), sys.argv[2])";
      const { status, stderr } = spawnSync(jupyter!.python, ["-c", script, source, theirs], { env: jupyter!.env, encoding: "utf8" });
      expect(status, stderr).toBe(0);
      expect(formatNotebook(await readNotebook(source))).toBe(readFileSync(theirs, "utf8"));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
