import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";

/** Folders of src that hold mathematics alone: no packages, no node: modules, no clocks, no hidden randomness. */
const pure = [
  "algebra", "schedule", "gaussian", "process", "objective", "sampler", "langevin", "oracle", "ledger", "random", "matrix", "metric", "continuous",
];

const src = path.resolve(import.meta.dirname, "../../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

interface Imports {
  /** Bound when the module loads, types left out. */
  eager: string[];
  /** Everything it names, types and dynamic imports included. */
  all: string[];
}

function importsOf(file: string): Imports {
  const source = readFileSync(path.join(src, file), "utf8");
  const { staticImports, staticExports, dynamicImports } = parseSync(file, source).module;
  const reexports = staticExports.flatMap(({ entries }) => entries.filter(({ moduleRequest }) => moduleRequest !== null));
  const eager = [
    ...staticImports
      .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
      .map(({ moduleRequest }) => moduleRequest.value),
    ...reexports.filter(({ isType }) => !isType).map(({ moduleRequest }) => moduleRequest!.value),
  ];
  const types = [...staticImports.map(({ moduleRequest }) => moduleRequest.value), ...reexports.map(({ moduleRequest }) => moduleRequest!.value)];
  const dynamic = dynamicImports.map(({ moduleRequest: { start, end } }) => source.slice(start, end).replace(/^["']|["']$/g, ""));
  return { eager, all: [...new Set([...types, ...dynamic])] };
}

/** The file of src that a relative import names, or the import itself where it leaves src. */
function target(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const resolved = path.relative(src, path.resolve(src, path.dirname(file), specifier));
  return resolved.split(path.sep).join("/");
}

const folderOf = (file: string): string => file.split(/[\\/]/)[0]!;
const leavesSrc = (imported: string): boolean => imported.startsWith("..") || !existsSync(path.join(src, imported));

describe("the arrows of src", () => {
  it("are read from real files", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(importsOf("process/convert.ts").eager).toContain("./posterior.ts");
    expect(importsOf("index.ts").eager).toContain("./process/index.ts");
  });

  it.each(files.filter((file) => pure.includes(folderOf(file))))("%s, being pure, imports pure folders alone", (file) => {
    for (const imported of importsOf(file).all.map((specifier) => target(file, specifier))) {
      expect(leavesSrc(imported) ? imported : folderOf(imported), `${file} imports ${imported}`).toBeOneOf(pure);
    }
  });

  it.each(files.filter((file) => pure.includes(folderOf(file))))("%s, being pure, asks no clock, no console and no hidden randomness", (file) => {
    const source = readFileSync(path.join(src, file), "utf8");
    expect(source).not.toMatch(/\b(Math\.random|Date\b|performance\.|console\.|process\.(env|argv|stdout)|globalThis|fetch\()/);
  });

  it.each(files)("%s imports nothing of kernels/ or test/", (file) => {
    for (const imported of importsOf(file).all.map((specifier) => target(file, specifier))) {
      expect(imported.startsWith(".."), `${file} imports ${imported}`).toBe(false);
    }
  });

  it("import no package when \"noisebook\" is imported: what is heavy loads when it is used", () => {
    const seen = new Set<string>();
    const packages: string[] = [];
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const imported of importsOf(file).eager.map((specifier) => target(file, specifier))) {
        if (!leavesSrc(imported)) visit(imported);
        else if (!imported.startsWith("node:")) packages.push(`${file} → ${imported}`);
      }
    };
    visit("index.ts");
    expect(seen.size).toBeGreaterThan(20);
    expect(packages).toEqual([]);
  });
});
