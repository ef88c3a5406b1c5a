import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../../kernels/root.ts";
import { kernelNames, kernelSpec } from "../../../kernels/typescript/kernelspec.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cli = path.join(packageRoot, "dist", "cli.js");
const noisebook = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, JUPYTER_PATH: "" } });

it("names two kernels that differ in their engine only", () => {
  expect(kernelNames).toEqual(["noisebook", "noisebook-tslab"]);
  const [own, tslab] = kernelNames.map((name) => kernelSpec(name));
  expect(tslab.argv).toEqual([...own.argv, "--engine", "tslab"]);
  expect(tslab.display_name).not.toBe(own.display_name);
  expect({ ...tslab, argv: [], display_name: "", metadata: {} }).toEqual({ ...own, argv: [], display_name: "", metadata: {} });
});

describe.skipIf(!existsSync(cli))("the built command", () => {
  it("installs both, and takes both away", () => {
    const place = path.join(folder, "prefix");
    const spec = (name: string): string => path.join(place, "share", "jupyter", "kernels", name, "kernel.json");
    expect(noisebook("kernel", "install", "--prefix", place).status).toBe(0);
    for (const name of kernelNames) expect(JSON.parse(readFileSync(spec(name), "utf8"))).toEqual(kernelSpec(name));
    expect(noisebook("kernel", "uninstall", "--prefix", place).status).toBe(0);
    for (const name of kernelNames) expect(existsSync(spec(name))).toBe(false);
    expect(noisebook("kernel", "uninstall", "--prefix", place).status).toBe(2);
  });

  it("lists both", () => {
    const { kernels } = JSON.parse(noisebook("kernel", "list", "--json").stdout) as { kernels: { name: string }[] };
    expect(kernels.map(({ name }) => name)).toEqual(expect.arrayContaining([...kernelNames]));
  });

  const notebook = (name: string, code: string): string => {
    const file = path.join(folder, name);
    const cell = { cell_type: "code", id: "a1", execution_count: null, metadata: {}, outputs: [], source: code };
    writeFileSync(file, JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    return file;
  };

  it("runs a notebook in the tslab engine, and fails one that throws or does not type-check", () => {
    const good = notebook("good.ipynb", 'import { display } from "tslab";\ndisplay.html("<i>x</i>");\n6 * 7');
    const out = path.join(folder, "out");
    expect(noisebook("run", "-k", "noisebook-tslab", "-o", out, good)).toMatchObject({ status: 0 });
    const [cell] = (JSON.parse(readFileSync(path.join(out, "good.ipynb"), "utf8")) as { cells: { outputs: Record<string, unknown>[] }[] }).cells;
    expect(cell.outputs).toMatchObject([
      { output_type: "display_data", data: { "text/html": expect.anything() } },
      { output_type: "execute_result", data: { "text/plain": expect.anything() } },
    ]);
    for (const code of ["throw new RangeError('no')", "const n: number = 'text';"]) {
      expect(noisebook("run", "-k", "noisebook-tslab", "-o", out, notebook("bad.ipynb", code)).status, code).toBe(1);
    }
  }, 180_000);

  it("refuses an engine that there is not", () => {
    const [node, server] = kernelSpec().argv;
    const { status, stderr } = spawnSync(node, [server, "connection.json", "--engine", "other"], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("--engine noisebook or --engine tslab");
  });
});
