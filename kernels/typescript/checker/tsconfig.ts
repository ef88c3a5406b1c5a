import { existsSync } from "node:fs";
import path from "node:path";

/** Options of the user's tsconfig.json as TypeScript reads them, `extends` followed, or none. */
export type UserOptions = Readonly<Record<string, unknown>>;

// Cells are modules that run as they are typed: nothing is emitted, everything may be unused, enums are fine.
const forced = {
  target: "esnext",
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  noEmit: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
} as const;

const dropped = [
  "noUnusedLocals", "noUnusedParameters", "isolatedDeclarations", "isolatedModules", "erasableSyntaxOnly", "verbatimModuleSyntax",
  "composite", "incremental", "tsBuildInfoFile", "declaration", "declarationMap", "declarationDir", "emitDeclarationOnly", "stripInternal",
  "rootDir", "outDir", "outFile", "baseUrl", "sourceMap", "inlineSourceMap", "inlineSources", "sourceRoot", "mapRoot", "removeComments",
  "noEmitOnError", "importHelpers", "noEmitHelpers", "esModuleInterop", "allowSyntheticDefaultImports", "rewriteRelativeImportExtensions",
  "checkJs", "noCheck", "noLib", "noResolve", "downlevelIteration", "alwaysStrict", "ignoreDeprecations", "plugins", "libReplacement",
] as const;

/** Packages that cells may import anywhere: the package's own where the notebook's folder has none. */
const provided: Readonly<Record<string, string>> = {
  "@tensorflow/tfjs": "@tensorflow/tfjs",
  "@tensorflow/tfjs-node-gpu": "@tensorflow/tfjs-node-gpu",
  "@tensorflow/tfjs-node": "@tensorflow/tfjs-node-gpu",
  tslab: "tslab",
};

/** The nearest tsconfig.json at or above `dir`. */
export function findTsconfig(dir: string): string | undefined {
  return foldersUp(dir).map((folder) => path.join(folder, "tsconfig.json")).find((file) => existsSync(file));
}

/** A configuration that only reads the user's, without looking for its files. */
export function probeConfig(tsconfig: string, file: string): string {
  return JSON.stringify({ extends: tsconfig, files: [file], include: [] });
}

/** The configuration cells are checked under: the user's where it has a say, ours where cells need it. */
export function cellConfig(input: {
  readonly cwd: string;
  readonly packageRoot: string;
  readonly files: readonly string[];
  readonly tsconfig: string | undefined;
  readonly user: UserOptions;
}): string {
  const { cwd, packageRoot, tsconfig, user } = input;
  return JSON.stringify({
    ...(tsconfig === undefined ? {} : { extends: tsconfig }),
    compilerOptions: {
      ...Object.fromEntries(dropped.map((name) => [name, null])),
      ...(user.strict === undefined ? { strict: true } : {}),
      ...(user.lib === undefined ? { lib: ["esnext"] } : {}),
      ...forced,
      types: [...new Set([...strings(user.types), "node"])],
      typeRoots: [...strings(user.typeRoots), ...typeRoots(cwd, packageRoot)],
      paths: { ...providedPaths(cwd, packageRoot), ...userPaths(user) },
    },
    files: input.files,
    include: [],
  });
}

function typeRoots(cwd: string, packageRoot: string): string[] {
  return [...foldersUp(cwd), packageRoot].map((folder) => path.join(folder, "node_modules", "@types")).filter((folder) => existsSync(folder));
}

function providedPaths(cwd: string, packageRoot: string): Record<string, string[]> {
  const paths: Record<string, string[]> = { noisebook: [path.join(packageRoot, "src", "index.ts")] };
  const above = foldersUp(cwd);
  for (const [name, actual] of Object.entries(provided)) {
    if (above.some((folder) => existsSync(path.join(folder, "node_modules", name)))) continue;
    const home = path.join(packageRoot, "node_modules", actual);
    paths[name] = [home];
    paths[`${name}/*`] = [`${home}/*`];
  }
  return paths;
}

/** The user's path mappings made absolute; a `baseUrl`, which TypeScript 7 no longer knows, becomes the mapping it stood for. */
function userPaths(user: UserOptions): Record<string, string[]> {
  const base = typeof user.baseUrl === "string" ? user.baseUrl : undefined;
  const from = base ?? (typeof user.pathsBasePath === "string" ? user.pathsBasePath : undefined);
  const paths: Record<string, string[]> = {};
  if (typeof user.paths === "object" && user.paths !== null && from !== undefined) {
    for (const [pattern, targets] of Object.entries(user.paths)) paths[pattern] = strings(targets).map((target) => path.resolve(from, target));
  }
  if (base !== undefined) paths["*"] ??= [path.join(base, "*")];
  return paths;
}

function foldersUp(dir: string): string[] {
  const folders: string[] = [];
  for (let folder = path.resolve(dir); ; folder = path.dirname(folder)) {
    folders.push(folder);
    if (folder === path.dirname(folder)) return folders;
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
