import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { CellTransformer } from "../../../../kernels/typescript/cell/transform.ts";
import { CellLog } from "../../../../kernels/typescript/debugger/cells.ts";
import { cellNaming, Sources } from "../../../../kernels/typescript/debugger/sources.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "noisebook-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(): { cells: CellLog; sources: Sources; run(code: string, url: string): string } {
  const cells = new CellLog();
  const transformer = new CellTransformer();
  const sources = new Sources(cells, (code) => transformer.transform(code, "cell.ts").map);
  return {
    cells,
    sources,
    run(code, url) {
      const script = transformer.transform(code, url);
      cells.add(script, "cell[1]", code);
      return script.code;
    },
  };
}

const code = "interface A { a: number }\n// a comment\nfunction f(a: A): number {\n  const twice: number = 2 * a.a;\n\n  return twice;\n}\nf({ a: 1 });";

describe("sources", () => {
  it("names a cell by its text alone, before and after it ran", () => {
    const { sources, run, cells } = open();
    const dumped = sources.dump(code);
    expect(dumped.startsWith(cellNaming.tmpFilePrefix)).toBe(true);
    expect(sources.scripts(dumped)).toEqual([]);
    run(code, "cell-1.ts");
    run(code, "cell-2.ts");
    expect(sources.scripts(dumped)).toEqual(["cell-1.ts", "cell-2.ts"]);
    expect(sources.of("cell-1.ts")).toEqual({ name: "cell[1]", path: dumped });
    expect(sources.text(dumped)).toBe(code);
    cells.reset();
    expect(sources.scripts(dumped)).toEqual([]);
    expect(sources.text(dumped)).toBe(code);
  });

  it("leads from every line that runs to the script and back", () => {
    const { sources, run } = open();
    const script = run(code, "cell-1.ts").split("\n");
    for (const [line, text] of [
      [4, "twice = 2"],
      [6, "return twice"],
      [8, "f({ a: 1 })"],
    ] as const) {
      const place = sources.generated("cell-1.ts", line);
      expect(script[(place?.line ?? 0) - 1]).toContain(text);
      expect(place && sources.original("cell-1.ts", place)?.line).toBe(line);
    }
  });

  it("takes a line on which nothing runs for the next that does, and says so before the cell ran", () => {
    const { sources } = open();
    const dumped = sources.dump(code);
    expect(sources.expectedLine(dumped, 2)).toBe(3);
    expect(sources.expectedLine(dumped, 5)).toBe(6);
    expect(sources.expectedLine(dumped, 99)).toBeUndefined();
  });

  it("maps an imported file as it was when its script was loaded, until the next is", () => {
    const { sources } = open();
    const file = path.join(folder, "file.ts");
    const url = pathToFileURL(file).href;
    writeFileSync(file, "export type T = 1;\n\nexport function g(n: number): number {\n  return n + 1;\n}\n");
    const before = sources.generated(url, 4);
    expect(before && sources.original(url, before)?.line).toBe(4);
    writeFileSync(file, "// one more line\nexport type T = 1;\n\nexport function g(n: number): number {\n  return n + 1;\n}\n");
    expect(sources.edited(file)).toBe(true);
    expect(before && sources.original(url, before)?.line).toBe(4);
    sources.renew(url);
    expect(before && sources.original(url, before)?.line).toBe(5);
    expect(sources.edited(file)).toBe(false);
  });

  it("knows no source for what no person wrote", () => {
    const { sources } = open();
    expect(sources.of("node:fs")).toBeUndefined();
    expect(sources.text(path.join(folder, "missing.ts"))).toBeUndefined();
  });
});
