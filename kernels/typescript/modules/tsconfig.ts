import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { isFile, stampOf } from "./files.ts";

/** What of a tsconfig.json matters at run time. */
export interface RuntimeConfig {
  /** Whether imports that only types use stay. */
  readonly verbatimModuleSyntax: boolean;
  /** TypeScript's decorators of before the standard. */
  readonly experimentalDecorators: boolean;
  readonly baseUrl?: string;
  /** Absolute targets for each pattern, the more specific pattern first. */
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
}

interface Layer {
  verbatimModuleSyntax?: boolean;
  experimentalDecorators?: boolean;
  baseUrl?: string;
  paths?: Record<string, string[]>;
  pathsBase?: string;
}

interface Cached {
  readonly config: RuntimeConfig;
  readonly stamps: ReadonlyMap<string, string | undefined>;
}

const none: RuntimeConfig = { verbatimModuleSyntax: false, experimentalDecorators: false, paths: [] };

/** Reads the tsconfig.json that governs a file: the nearest one above it. An unreadable one counts as empty. */
export class TsConfigs {
  readonly #nearest = new Map<string, string | undefined>();
  readonly #configs = new Map<string, Cached>();

  for(folder: string): RuntimeConfig {
    const file = this.#find(folder);
    if (!file) return none;
    const cached = this.#configs.get(file);
    if (cached && [...cached.stamps].every(([each, stamp]) => stampOf(each) === stamp)) return cached.config;
    const stamps = new Map<string, string | undefined>();
    const layer = readLayer(file, path.dirname(file), stamps);
    const { verbatimModuleSyntax = false, experimentalDecorators = false, baseUrl } = layer;
    const config = { verbatimModuleSyntax, experimentalDecorators, baseUrl, paths: orderedPaths(layer, path.dirname(file)) };
    this.#configs.set(file, { config, stamps });
    return config;
  }

  /** Forgets which tsconfig.json is the nearest: files come and go between imports. */
  refresh(): void {
    this.#nearest.clear();
  }

  #find(folder: string): string | undefined {
    if (this.#nearest.has(folder)) return this.#nearest.get(folder);
    const file = path.join(folder, "tsconfig.json");
    const parent = path.dirname(folder);
    const found = isFile(file) ? file : parent === folder ? undefined : this.#find(parent);
    this.#nearest.set(folder, found);
    return found;
  }
}

function readLayer(file: string, configDir: string, stamps: Map<string, string | undefined>): Layer {
  if (stamps.has(file)) return {};
  stamps.set(file, stampOf(file));
  const json = parseLenient(file);
  if (!json) return {};
  const folder = path.dirname(file);
  const layer: Layer = {};
  for (const base of [json.extends ?? []].flat()) {
    const parent = typeof base === "string" ? extended(base, file) : undefined;
    if (parent) Object.assign(layer, readLayer(parent, configDir, stamps));
  }
  const { verbatimModuleSyntax, experimentalDecorators, baseUrl, paths } = json.compilerOptions ?? {};
  if (typeof verbatimModuleSyntax === "boolean") layer.verbatimModuleSyntax = verbatimModuleSyntax;
  if (typeof experimentalDecorators === "boolean") layer.experimentalDecorators = experimentalDecorators;
  if (typeof baseUrl === "string") layer.baseUrl = path.resolve(folder, baseUrl.replaceAll("${configDir}", configDir));
  if (paths && typeof paths === "object") Object.assign(layer, { paths, pathsBase: folder });
  return layer;
}

interface ConfigFile {
  readonly extends?: string | string[];
  readonly compilerOptions?: {
    readonly verbatimModuleSyntax?: unknown;
    readonly experimentalDecorators?: unknown;
    readonly baseUrl?: unknown;
    readonly paths?: Record<string, string[]> | null;
  };
}

function parseLenient(file: string): ConfigFile | undefined {
  try {
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
    const plain = text
      .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? "")
      .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string?: string) => string ?? "");
    return (JSON.parse(plain || "{}") as ConfigFile | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function extended(specifier: string, from: string): string | undefined {
  if (/^\.{0,2}\//.test(specifier) || path.isAbsolute(specifier)) {
    const file = path.resolve(path.dirname(from), specifier);
    return [file, `${file}.json`, path.join(file, "tsconfig.json")].find(isFile);
  }
  for (const each of [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`]) {
    try {
      const file = createRequire(from).resolve(each);
      if (file.endsWith(".json")) return file;
    } catch {
      continue;
    }
  }
  return undefined;
}

function orderedPaths({ paths = {}, baseUrl, pathsBase }: Layer, configDir: string): RuntimeConfig["paths"] {
  const base = baseUrl ?? pathsBase ?? configDir;
  const prefixLength = (pattern: string): number => (pattern.includes("*") ? pattern.indexOf("*") : Number.POSITIVE_INFINITY);
  return Object.entries(paths)
    .filter(([, targets]) => Array.isArray(targets))
    .map(([pattern, targets]) => [pattern, targets.map((target) => path.resolve(base, String(target).replaceAll("${configDir}", configDir)))] as const)
    .sort(([a], [b]) => prefixLength(b) - prefixLength(a));
}

/** The absolute paths that `paths` and `baseUrl` give for a specifier, in their order. */
export function mappedPaths(specifier: string, config: RuntimeConfig): string[] {
  for (const [pattern, targets] of config.paths) {
    const star = pattern.indexOf("*");
    if (star < 0) {
      if (pattern === specifier) return [...targets];
      continue;
    }
    const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (specifier.length < before.length + after.length || !specifier.startsWith(before) || !specifier.endsWith(after)) continue;
    const matched = specifier.slice(before.length, specifier.length - after.length);
    return targets.map((target) => target.replace("*", () => matched));
  }
  return config.baseUrl === undefined ? [] : [path.join(config.baseUrl, specifier)];
}
