import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { notebookProblem } from "../../kernels/client/notebook/validate.ts";
import { kernelName } from "../../kernels/typescript/kernelspec.ts";
import { packageRoot } from "../../kernels/root.ts";
import { complaintsOfLab } from "../src/plot/lab.ts";

interface Output {
  readonly output_type: string;
  /** Of a stream. */
  readonly name?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly text?: string | readonly string[];
}

interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

interface Notebook {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: { readonly kernelspec?: { readonly name?: string } };
  readonly cells: readonly Cell[];
}

const folder = path.join(packageRoot, "notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Notebook;
const text = (lines: unknown) => (Array.isArray(lines) ? lines.join("") : String(lines));
const codeOf = ({ cells }: Notebook) => cells.filter(({ cell_type }) => cell_type === "code");

/** What a reader can read in an output: its text and JSON, without the pictures. */
function readable({ data, ...output }: Output): object {
  if (data === undefined) return { ...output, text: text(output.text) };
  const kept = Object.entries(data).filter(([mime]) => !mime.startsWith("image/"));
  return {
    type: output.output_type,
    data: Object.fromEntries(kept.map(([mime, value]) => [mime, mime.endsWith("json") ? value : text(value)])),
  };
}

it("there are notebooks", () => {
  expect(names).not.toEqual([]);
});

describe.each(names)("%s", (name) => {
  const file = path.join(folder, name);
  const notebook = read(file);
  const outputs = codeOf(notebook).flatMap((cell) => cell.outputs ?? []);
  const plots = outputs.flatMap(({ data }) => (data && "application/vnd.vegalite.v5+json" in data ? [data] : []));

  it("is a valid notebook of format 4.5 whose cells have ids of their own", () => {
    expect(notebookProblem(notebook)).toBeUndefined();
    expect([notebook.nbformat, notebook.nbformat_minor]).toEqual([4, 5]);
    const ids = notebook.cells.map(({ id }) => id);
    expect(ids.filter((id, i) => !/^[\w-]{1,64}$/.test(id) || ids.indexOf(id) !== i)).toEqual([]);
  });

  it("was executed by our kernel, from the first cell to the last, without an error or a warning", () => {
    expect(notebook.metadata.kernelspec?.name).toBe(kernelName);
    const code = codeOf(notebook);
    expect(code.map(({ execution_count }) => execution_count)).toEqual(code.map((_, i) => i + 1));
    expect(outputs.filter(({ output_type, name }) => output_type === "error" || name === "stderr")).toEqual([]);
  });

  it("names no place on anybody's machine and no time of anybody's clock", () => {
    const said = JSON.stringify([
      notebook.metadata,
      notebook.cells.map(({ source, metadata }) => [text(source), metadata]),
      outputs.map(readable),
    ])
      // Pictures inside a plot are letters at random.
      .replace(/data:image\/png;base64,[A-Za-z0-9+/=]+/g, "");
    expect(said.match(/(^|[\s"'`(=])(\/(home|root|Users|tmp|var|work|mnt|opt)\/|[A-Z]:\\\\)[^\s"]*/g)).toBeNull();
    expect(said.match(/\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d|\b\d+(\.\d+)?\s?(ms|µs|seconds?)\b/g)).toBeNull();
    expect(notebook.cells.filter(({ metadata }) => "execution" in metadata)).toEqual([]);
  });

  it("has plots that show in Lab, on GitHub and in a terminal", async () => {
    expect(plots.length).toBeGreaterThan(0);
    for (const plot of plots) {
      expect(await complaintsOfLab(plot["application/vnd.vegalite.v5+json"] as object)).toEqual([]);
      const { width, height } = decode(Buffer.from(text(plot["image/png"]), "base64"));
      expect(Math.min(width, height)).toBeGreaterThan(100);
      expect(text(plot["text/plain"])).toMatch(/^Plot: /);
    }
  });

  it("has a picture beside every Plotly figure, for readers without Plotly", () => {
    for (const { data } of outputs) {
      if (data && "application/vnd.plotly.v1+json" in data) expect(Object.keys(data)).toEqual(expect.arrayContaining(["image/png", "text/plain"]));
    }
  });
});
