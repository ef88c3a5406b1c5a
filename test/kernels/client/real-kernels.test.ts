import { beforeEach, describe, expect, it } from "vitest";
import { jupyterOrSkip } from "../../conformance/jupyter.ts";
import { tenCellNotebook } from "../../../kernels/bench/ten-cells.ts";
import { World } from "./fixtures/world.ts";

const jupyter = await jupyterOrSkip("ipykernel under our runner");

let world: World;
beforeEach(async () => {
  world = await World.make();
  if (jupyter) world.install("py", { argv: [jupyter.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], display_name: "Python", language: "python", env: { IPYTHONDIR: `${world.folder}/.ipython` } });
  return () => world.remove();
});
const parameters = { metadata: { tags: ["parameters"] } };

async function run(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const { code, stdout, stderr } = await world.run(["run", ...args]);
  expect(world.leftovers()).toEqual([]);
  return { code, text: stdout + stderr };
}
const output = (name: string, cell: number): unknown => world.executed(name).cells[cell].outputs;

describe("our own kernel", () => {
  it("runs a notebook with parameters", async () => {
    world.notebook("a.ipynb", [{ source: "const T: number = 1000;\nlet name: string = 'linear';", ...parameters }, "console.log(name);\nT / 2"], "noisebook");
    expect(await run(["a.ipynb", "-p", "T=500", "-p", "name=cosine"])).toMatchObject({ code: 0 });
    expect(output("a.ipynb", 2)).toMatchObject([{ text: ["cosine\n"] }, { data: { "text/plain": ["250"] } }]);
    expect(await run(["a.ipynb", "-p", "S=1"])).toMatchObject({ code: 2, text: expect.stringContaining("it declares T, name") as string });
  });

  it("runs the ten cells of the bench", async () => {
    world.write("ten.ipynb", tenCellNotebook("typescript", "noisebook"));
    expect(await run(["ten.ipynb"])).toMatchObject({ code: 0 });
    expect(output("ten.ipynb", 3)).toMatchObject([{ data: { "text/plain": ["259"] } }]);
  });

  it("fails, times out and is lost as documented", async () => {
    world.notebook("throws.ipynb", ["throw new RangeError('beyond')", "1"], "noisebook");
    world.notebook("types.ipynb", ["const n: number = 'x';"], "noisebook");
    world.notebook("loops.ipynb", ["for (;;);"], "noisebook");
    world.notebook("exits.ipynb", ["console.log('last words'); process.exit(5)"], "noisebook");
    expect(await run(["throws.ipynb"])).toMatchObject({ code: 1, text: expect.stringContaining("cell 1: RangeError: beyond") as string });
    expect(await run(["types.ipynb"])).toMatchObject({ code: 1, text: expect.stringContaining("TS2322") as string });
    expect(await run(["loops.ipynb", "--timeout", "1"])).toMatchObject({ code: 3 });
    expect(await run(["exits.ipynb"])).toMatchObject({ code: 4 });
    expect(output("exits.ipynb", 0)).toMatchObject([{ text: ["last words\n"] }, { ename: "SessionLost" }]);
  });
});

it("fails a notebook for an error that comes after its cell has ended, under that cell", async () => {
  // The second cell lets the first one's timer fail.
  const sources = [
    "let due = false;\nconst timer = setInterval(() => { if (due) { clearInterval(timer); throw new Error('too late'); } }, 10);",
    "due = true;\nawait new Promise((resolve) => setTimeout(resolve, 300));\n'fine'",
  ];
  world.notebook("late.ipynb", sources, "noisebook");
  expect(await run(["late.ipynb"])).toMatchObject({ code: 1, text: expect.stringContaining("cell 1, after it had ended: Error: too late") as string });
  expect(output("late.ipynb", 0)).toMatchObject([{ output_type: "error", evalue: "too late" }]);
  expect(output("late.ipynb", 1)).toMatchObject([{ output_type: "execute_result" }]);
});

describe.skipIf(!jupyter)("ipykernel", () => {
  it("runs a notebook with parameters, displays updated across cells", async () => {
    const cells = [{ source: "n = 3\nname = 'x'", ...parameters }, "print(name * n)\nhandle = display('one', display_id=True)", "handle.update('two'); n"];
    world.notebook("a.ipynb", cells, "py");
    expect(await run(["a.ipynb", "-p", "n=2", "-p", 'name={"a": null}', "--allow-errors"])).toMatchObject({ code: 0 });
    expect(output("a.ipynb", 2)).toMatchObject([{ output_type: "error", ename: "TypeError" }]);
    expect(await run(["a.ipynb", "-p", "n=2"])).toMatchObject({ code: 0 });
    expect(output("a.ipynb", 2)).toMatchObject([{ text: ["xx\n"] }, { data: { "text/plain": ["'two'"] } }]);
    expect(output("a.ipynb", 3)).toMatchObject([{ data: { "text/plain": ["2"] } }]);
  });

  it("runs the same ten cells, with the same numbers", async () => {
    world.write("ten.ipynb", tenCellNotebook("python", "py"));
    expect(await run(["ten.ipynb"])).toMatchObject({ code: 0 });
    expect(output("ten.ipynb", 3)).toMatchObject([{ data: { "text/plain": ["259"] } }]);
  });

  it("times out, is killed, refuses input", async () => {
    world.notebook("loops.ipynb", ["while True: pass"], "py");
    world.notebook("exits.ipynb", ["print('last words', flush=True)\nimport time; time.sleep(.3)\nimport os; os._exit(5)"], "py");
    world.notebook("asks.ipynb", ["input()"], "py");
    // A SIGINT that comes before the cell is one that ipykernel ignores.
    expect(await run(["loops.ipynb", "--timeout", "4"])).toMatchObject({ code: 3 });
    expect(output("loops.ipynb", 0)).toMatchObject([{ ename: "KeyboardInterrupt" }]);
    expect(await run(["exits.ipynb"])).toMatchObject({ code: 4, text: expect.stringContaining("the kernel exited with code 5") as string });
    expect(output("exits.ipynb", 0)).toMatchObject([{ text: ["last words\n"] }, { ename: "KernelDied" }]);
    expect(await run(["asks.ipynb"])).toMatchObject({ code: 1, text: expect.stringContaining("StdinNotImplementedError") as string });
  });
});
