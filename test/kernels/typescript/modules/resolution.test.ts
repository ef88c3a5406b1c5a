import { symlinkSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packageRoot } from "../../../../kernels/root.ts";
import { Workspace } from "./workspace.ts";

let files: Workspace;
beforeEach(() => {
  files = new Workspace();
});
afterEach(() => files.remove());

describe("files", () => {
  test.each([
    ["./a.js", "a.ts"],
    ["./a", "a.ts"],
    ["./a.ts", "a.ts"],
    ["./m.mjs", "m.mts"],
    ["./lib", "lib/index.ts"],
    ["./lib/", "lib/index.ts"],
    ["./plain", "plain.js"],
    ["../outside/o", "../outside/o.ts"],
    ["./a.ts?again", "a.ts"],
    ["./data.json", "data.json"],
    ["./sp ace é.ts", "sp ace é.ts"],
  ])("%s is %s", async (specifier, file) => {
    files.write({ "package.json": '{ "type": "module" }', [file]: file.endsWith(".json") ? '{ "file": "data.json" }' : `export const file = ${JSON.stringify(file)};` });
    expect((await files.import(specifier)).file).toBe(file);
    expect(files.loader.resolve(specifier, files.notebook)).toBe(pathToFileURL(path.join(path.dirname(files.notebook), file)).href);
  });

  test("by absolute path, by URL, and through a link, are one module", async () => {
    files.write({ "a.ts": "export const a = {};" });
    const file = path.join(path.dirname(files.notebook), "a.ts");
    symlinkSync(file, path.join(path.dirname(files.notebook), "link.ts"));
    const a = await files.import("./a.ts");
    for (const each of [file, pathToFileURL(file).href, "./link.ts"]) expect(await files.import(each)).toBe(a);
  });

  test("what is missing is named, with the importer and what was tried", async () => {
    files.write({ "a.ts": "import './gone.js';" });
    const error = await files.failure("./a.ts");
    expect(error.code).toBe("ERR_MODULE_NOT_FOUND");
    expect(error.message).toContain(`Cannot find module './gone.js' imported from ${path.join(path.dirname(files.notebook), "a.ts")}`);
    expect(error.message).toContain("gone.ts");
    const absent = await files.failure("not-a-package/sub");
    expect(absent.code).toBe("ERR_MODULE_NOT_FOUND");
    expect(absent.message).toBe(`Cannot find package 'not-a-package/sub' imported from ${files.notebook}: no node_modules above it has not-a-package (npm install not-a-package there)`);
  });
});

describe("tsconfig.json", () => {
  test("paths and baseUrl, through extends, with comments and trailing commas", async () => {
    files.write({
      "../base.json": `{ /* shared */ "compilerOptions": { "baseUrl": "./shared", "paths": { "base/*": ["base/*"], }, } }`,
      "tsconfig.json": `{ // ours
        "extends": "../base", "compilerOptions": { "paths": { "@/*": ["../notebook/src/*"], "@/special": ["../notebook/special.ts"], "exact": ["nowhere", "../notebook/src/a"], }, },
      }`,
      "src/a.ts": "export const a = 'a';",
      "special.ts": "export const a = 'special';",
      "../shared/from-base.ts": "export const a = 'base';",
      "sub/deep.ts": "export { a } from '@/a';",
    });
    const a = async (specifier: string): Promise<unknown> => (await files.import(specifier)).a;
    expect([await a("@/a"), await a("@/special"), await a("exact"), await a("from-base"), await a("./sub/deep.ts")]).toEqual(["a", "special", "a", "base", "a"]);
  });

  test("the nearest one counts, and edits to it are seen", async () => {
    files.write({ "tsconfig.json": `{ "compilerOptions": { "paths": { "#x": ["./no"], "x": ["./one.ts"] } } }`, "one.ts": "export const v = 1;", "two.ts": "export const v = 2;" });
    expect((await files.import("x")).v).toBe(1);
    files.write({ "tsconfig.json": `{ "compilerOptions": { "paths": { "x": ["./two.ts"] } } }` });
    expect((await files.import("x")).v).toBe(2);
  });

  test("experimentalDecorators chooses the older decorators", async () => {
    const a = "export let given = 0; function d(...all: unknown[]): any { given = all.length }\nexport class A { @d m() {} }";
    files.write({ "a.ts": a, "old/a.ts": a, "old/tsconfig.json": `{ "compilerOptions": { "experimentalDecorators": true } }` });
    expect([(await files.import("./a.ts")).given, (await files.import("./old/a.ts")).given]).toEqual([2, 3]);
  });

  test("verbatimModuleSyntax keeps imports that nothing uses", async () => {
    files.write({ "side.ts": "globalThis.__sides = (globalThis.__sides ?? 0) + 1; export const s = 1;", "a.ts": "import { s } from './side.ts'; export const a = 1;" });
    await files.import("./a.ts");
    expect("__sides" in globalThis).toBe(false);
    files.write({ "tsconfig.json": `{ "compilerOptions": { "verbatimModuleSyntax": true } }`, "a.ts": "import { s } from './side.ts'; export const a = 2;" });
    await files.import("./a.ts");
    expect("__sides" in globalThis).toBe(true);
  });
});

describe("packages", () => {
  const esm = { "package.json": `{ "name": "esm", "version": "1.2.3", "type": "module", "exports": { ".": { "import": "./main.js" }, "./sub/*": "./lib/*.js", "./package.json": "./package.json" } }` };
  beforeEach(() => {
    const put = (name: string, contents: Record<string, string>): void =>
      void files.write(Object.fromEntries(Object.entries(contents).map(([file, text]) => [`node_modules/${name}/${file}`, text])));
    put("esm", { ...esm, "main.js": "export const a = 'esm'; export const state = {};", "lib/x.js": "export const x = 1;", "hidden.js": "" });
    put("cjs", { "package.json": `{ "name": "cjs" }`, "index.js": "exports.named = 1; exports['comp' + 'uted'] = 2; exports.self = module;" });
    put("@scope/pkg", { "package.json": `{ "name": "@scope/pkg", "main": "m.cjs" }`, "m.cjs": "module.exports = { v: 5 };" });
  });

  test("that are only ES modules, export maps, scopes, sub-paths", async () => {
    expect((await files.import("esm")).a).toBe("esm");
    expect((await files.import("esm/sub/x")).x).toBe(1);
    expect((await files.import("@scope/pkg")).default).toEqual({ v: 5 });
    expect((await files.failure("esm/hidden.js")).code).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
    expect(files.loader.resolve("esm", files.notebook)).toBe(pathToFileURL(path.join(path.dirname(files.notebook), "node_modules/esm/main.js")).href);
  });

  test("in CommonJS have their names, for files also the computed ones", async () => {
    files.write({ "a.ts": "import d, { named, computed } from 'cjs'; export const all = [named, computed, d.named];" });
    expect((await files.import("cjs")).named).toBe(1);
    expect((await files.import("./a.ts")).all).toEqual([1, 2, 1]);
  });

  test("JSON with attributes", async () => {
    expect((await files.import("esm/package.json", { type: "json" })).default.version).toBe("1.2.3");
  });

  test("are never loaded again, and are the same for cells and files", async () => {
    files.write({ "a.ts": "export { state } from 'esm';" });
    const { state } = await files.import("esm");
    files.write({ "node_modules/esm/main.js": "export const a = 'edited'; export const state = {};" });
    expect((await files.import("esm")).state).toBe(state);
    expect((await files.import("./a.ts")).state).toBe(state);
  });

  test("built-in modules, with and without their scheme", async () => {
    expect((await files.import("path")).default).toBe(path);
    expect((await files.import("node:path")).default).toBe(path);
    expect(files.loader.resolve("path", files.notebook)).toBe("node:path");
  });

  test("are looked for beside the kernel when the notebook's folder has none", async () => {
    expect((await files.import("commander")).Command).toBeTypeOf("function");
  });

  test("linked from a workspace, in TypeScript", async () => {
    files.write({ "../packages/linked/package.json": `{ "name": "linked", "type": "module", "exports": "./src/index.ts" }`, "../packages/linked/src/index.ts": "export const typed: number = 7;" });
    symlinkSync(path.join(files.folder, "packages/linked"), path.join(path.dirname(files.notebook), "node_modules/linked"));
    expect((await files.import("linked")).typed).toBe(7);
  });
});

describe("the project's own names", () => {
  test("noisebook is the live source, wherever the notebook is and whatever is installed there", async () => {
    files.write({ "node_modules/noisebook/package.json": `{ "name": "noisebook", "type": "module", "exports": "./i.js" }`, "node_modules/noisebook/i.js": "export const wrong = 1;" });
    expect(files.loader.resolve("noisebook", files.notebook)).toBe(pathToFileURL(path.join(packageRoot, "src/index.ts")).href);
    expect(files.loader.resolve("noisebook/schedule", files.notebook)).toBe(pathToFileURL(path.join(packageRoot, "src/schedule/index.ts")).href);
    expect((await files.import("noisebook")).linearSchedule).toBeTypeOf("function");
  });

  test("there is one tfjs: src/tensor/tf.ts, for everything but src/tensor", async () => {
    const root = path.join(files.folder, "checkout");
    const workspace = new Workspace(root);
    try {
      const tensorflow = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"];
      files.write({ "../checkout/src/tensor/tf.ts": "export * from '@tensorflow/tfjs'; export const ours = true;", "../checkout/node_modules/@tensorflow/tfjs/index.js": "exports.add = 1;" });
      const own = pathToFileURL(path.join(root, "src/tensor/tf.ts")).href;
      for (const each of tensorflow) expect(workspace.loader.resolve(each, workspace.notebook)).toBe(own);
      const tf = await workspace.import("@tensorflow/tfjs-node-gpu");
      expect([tf.ours, tf.add]).toEqual([true, 1]);
      expect(workspace.loader.resolve("@tensorflow/tfjs", path.join(root, "src/tensor/tf.ts"))).toContain("/node_modules/@tensorflow/tfjs/");
    } finally {
      workspace.remove();
    }
  });
});
