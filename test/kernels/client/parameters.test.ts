import { describe, expect, it } from "vitest";
import type { Notebook } from "../../../kernels/client/notebook/format.ts";
import { injectParameters, parseParameter } from "../../../kernels/client/notebook/parameters.ts";

const make = (...cells: [source: string, ...tags: string[]][]): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: cells.map(([source, ...tags], i) => ({ cell_type: "code", id: `c${i}`, source, metadata: { tags }, outputs: [], execution_count: null })),
});
const inject = async (notebook: Notebook, parameters: string[], language = "typescript"): Promise<string[]> => {
  await injectParameters(notebook, new Map(parameters.map(parseParameter)), language);
  return notebook.cells.map((cell) => cell.source);
};

describe("parameters", () => {
  it("are JSON where they parse as JSON, else text", () => {
    expect(["a=1", "a=true", 'a=[1,"x"]', "a=null"].map((text) => parseParameter(text)[1])).toEqual([1, true, [1, "x"], null]);
    expect(["a=cosine", "a=", "a=1 2", "a=NaN", "a=b=c", "a={"].map((text) => parseParameter(text)[1])).toEqual(["cosine", "", "1 2", "NaN", "b=c", "{"]);
    expect(() => parseParameter("novalue")).toThrow("write -p name=value");
    expect(() => parseParameter("=3")).toThrow("has no name");
  });

  it("go into a cell of their own after the parameters cell", async () => {
    const notebook = make(["import x"], ["const T = 10;\nlet name: string = 'a';", "parameters"], ["T"]);
    expect(await inject(notebook, ["T=500", "name=it's"])).toEqual(["import x", "const T = 10;\nlet name: string = 'a';", '// Parameters\nlet T = 500;\nlet name = "it\'s";', "T"]);
    expect(notebook.cells[2]).toMatchObject({ cell_type: "code", metadata: { tags: ["injected-parameters"] }, outputs: [] });
    expect(notebook.cells[2].id).toMatch(/^[0-9a-f]{8}$/);
  });

  it("replace those of an earlier run", async () => {
    const notebook = make(["let T = 1", "parameters"], ["let T = 2", "injected-parameters"], ["T"]);
    expect(await inject(notebook, ["T=3"])).toEqual(["let T = 1", "// Parameters\nlet T = 3;", "T"]);
    expect(await inject(make(["1"], ["x", "injected-parameters"], ["2"]), ["T=3"])).toEqual(["1", "// Parameters\nlet T = 3;", "2"]);
    expect(await inject(make(["x", "injected-parameters"], ["a = 1", "parameters"], ["2"]), ["a=3"], "python")).toEqual(["a = 1", "# Parameters\na = 3", "2"]);
  });

  it("go first where no cell is tagged", async () => {
    expect(await inject(make(["a"], ["b"]), ["T=3"])).toEqual(["// Parameters\nlet T = 3;", "a", "b"]);
  });

  it("are written as Python in Python", async () => {
    const source = "a = 1\nb: dict = {}\nif a == 1: pass\nc=2";
    const [, injected] = await inject(make([source, "parameters"]), ["a=null", 'b={"x":[true,false,1.50],"y":"é\\n"}', "c=12345678901234567890"], "python");
    expect(injected).toBe('# Parameters\na = None\nb = {"x": [True, False, 1.50], "y": "é\\n"}\nc = 12345678901234567890');
  });

  it("must be declared in the parameters cell", async () => {
    await expect(inject(make(["export const T = 1, S = 2;\nfunction f() { let inner = 1 }", "parameters"]), ["inner=1"])).rejects.toThrow(
      'parameter "inner" is not declared in the notebook\'s parameters cell (cell 1): it declares T, S',
    );
    await expect(inject(make(["# nothing", "parameters"]), ["a=1"], "python")).rejects.toThrow("it declares none");
  });

  it("must have names, in a language we can write", async () => {
    for (const name of ["a-b", "class", "1a", "a;b", "let", "a, b"]) await expect(inject(make(["1"]), [`${name}=1`])).rejects.toThrow("is not a name in typescript");
    for (const name of ["a-b", "class", "None"]) await expect(inject(make(["1"]), [`${name}=1`], "python")).rejects.toThrow("is not a name in python");
    await expect(inject(make(["1"]), ["a=1"], "julia")).rejects.toThrow("-p cannot set parameters in a notebook in julia");
    await expect(inject(make(["1"]), ["a=1"], "constructor")).rejects.toThrow("-p cannot");
  });
});
