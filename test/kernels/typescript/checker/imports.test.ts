import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { emptyFolder, Notebook } from "./fixture.ts";

describe("imports", () => {
  test("tfjs is typed, across cells, in any folder", async () => {
    const notebook = new Notebook();
    expect(await notebook.run(`import * as tf from "@tensorflow/tfjs";\nconst t = tf.tensor2d([[1, 2]]);`)).toEqual([]);
    expect(await notebook.codes("const n: number = t.sum().dataSync()[0]!; const t2: tf.Tensor2D = t;")).toEqual([]);
    expect(await notebook.codes("const s: string = t.sum();")).toEqual([2322]);
  });

  test.each(["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"])("%s has tfjs's types", async (name) => {
    expect(await new Notebook().codes(`import * as tf from "${name}"; const wrong: string = tf.tensor([1]);`)).toEqual([2322]);
  });

  test("noisebook and tslab are found from any folder", async () => {
    expect(await new Notebook().codes(`import * as noisebook from "noisebook"; noisebook; import { newDisplay } from "tslab"; newDisplay();`)).toEqual([]);
  });

  test("local files: edits are seen, new files too, and their own errors are theirs", async () => {
    const notebook = new Notebook();
    const file = path.join(notebook.folder, "lib.ts");
    const cell = `import { value } from "./lib.ts"; const n: number = value;`;
    expect(await notebook.codes(cell)).toEqual([2307]);
    writeFileSync(file, "export const value = 1; const wrong: string = 1;");
    expect(await notebook.codes(cell)).toEqual([]);
    writeFileSync(file, `export const value = "a string now";`);
    expect(await notebook.codes(cell)).toEqual([2322]);
  });

  test("an edit is seen through the cell that imported the file", async () => {
    const notebook = new Notebook();
    const file = path.join(notebook.folder, "lib.ts");
    writeFileSync(file, "export const value = 1;");
    await notebook.run(`import { value } from "./lib.js";`);
    writeFileSync(file, `export const value = "a string now";`);
    expect(await notebook.codes("const s: string = value;")).toEqual([]);
  });

  test("a syntax error in a local file is told at the import, with its place", async () => {
    const notebook = new Notebook();
    writeFileSync(path.join(notebook.folder, "lib.ts"), "export const value = 1;\nexport const = 2;");
    const [diagnostic] = await notebook.check(`1;\nimport { value } from "./lib.ts"; value;`);
    expect(diagnostic).toMatchObject({ line: 2, column: 1 });
    expect(diagnostic!.message).toMatch(/lib\.ts:2:14: /);
  });
});

describe("tsconfig.json", () => {
  function folderWith(compilerOptions: object): string {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["**/*"] }));
    return folder;
  }

  test("strict unless it says otherwise", async () => {
    expect(await new Notebook(folderWith({})).codes("const f = (x) => x;")).toEqual([7006]);
    expect(await new Notebook(folderWith({ strict: false })).codes("const f = (x) => x;")).toEqual([]);
    expect(await new Notebook(folderWith({ noUncheckedIndexedAccess: true })).codes("const n: number = [1][0];")).toEqual([2322]);
  });

  test("one above the notebook's folder counts", async () => {
    const inner = path.join(folderWith({ strict: false }), "notebooks", "deep");
    mkdirSync(inner, { recursive: true });
    expect(await new Notebook(inner).codes("const f = (x) => x;")).toEqual([]);
  });

  test("paths and baseUrl", async () => {
    const folder = folderWith({ baseUrl: ".", paths: { "@lib/*": ["./lib/*"] } });
    mkdirSync(path.join(folder, "lib"));
    writeFileSync(path.join(folder, "lib", "a.ts"), "export const a = 1;");
    const notebook = new Notebook(folder);
    expect(await notebook.codes(`import { a } from "@lib/a"; import { a as b } from "lib/a"; const n: number = a + b;`)).toEqual([]);
  });

  test("what only makes sense for projects is left out", async () => {
    const folder = folderWith({
      noUnusedLocals: true, noUnusedParameters: true, composite: true, isolatedDeclarations: true, rootDir: "src", outDir: "out",
      erasableSyntaxOnly: true, verbatimModuleSyntax: true, isolatedModules: true, module: "commonjs", target: "es5", moduleResolution: "node10",
    });
    const notebook = new Notebook(folder);
    expect(await notebook.run("enum E { A } const unused = 1; type T = number; await 1;", "const t: T = E.A;")).toEqual([]);
  });

  test("the DOM only where it is asked for", async () => {
    expect(await new Notebook().codes("document.title")).not.toEqual([]);
    expect(await new Notebook(folderWith({ lib: ["esnext", "dom"] })).codes("document.title")).toEqual([]);
  });

  test("a broken one does not stop the checks", async () => {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, "tsconfig.json"), `{ "extends": "./missing.json", "compilerOptions": { "strict": `);
    expect(await new Notebook(folder).codes("const s: string = 5;")).toEqual([2322]);
  });
});
