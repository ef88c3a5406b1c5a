import { createRequire } from "node:module";
import type { Program } from "oxc-parser";
import { transformSync } from "oxc-transform";
import { CellSyntaxError } from "./syntax.ts";

export interface Stripped {
  readonly code: string;
  readonly mappings: string;
}

export interface NeedsLowering {
  /** Syntax in the cell that some supported Node.js cannot parse, or that oxc prints wrongly. */
  readonly any: boolean;
  /** Resources held by the cell itself: what comes after them will stand inside a `try`. */
  readonly topLevelUsing: boolean;
}

const suspicious = /@[\w$(]|\busing\s+[\w$]+\s*(?:[=:]|of\b)|\baccessor\s+[\w$#"'[]|\b(?:namespace|module)\s+[\w$.]+\s*\{/;
const commentsAndStrings = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** Finds `using`, decorators, auto-accessors and namespaces; parses only where words give reason to. */
export function needsLowering(code: string, parse: () => Program): NeedsLowering {
  if (!suspicious.test(code) || !suspicious.test(code.replace(commentsAndStrings, " "))) return { any: false, topLevelUsing: false };
  const program = parse();
  const topLevelUsing = program.body.some((statement) => statement.type === "VariableDeclaration" && /using/.test(statement.kind));
  return { any: topLevelUsing || lowered(program), topLevelUsing };
}

function lowered(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(lowered);
  if (node === null || typeof node !== "object") return false;
  const { type, kind, decorators, declare } = node as { type?: string; kind?: string; decorators?: unknown[]; declare?: boolean };
  if (decorators?.length || type === "AccessorProperty" || (type === "TSModuleDeclaration" && !declare)) return true;
  if (type === "VariableDeclaration" && (kind === "using" || kind === "await using")) return true;
  return Object.values(node).some(lowered);
}

export interface StripOptions {
  readonly lower: boolean;
  readonly lang?: "ts" | "tsx" | "js";
  /** Whether imports stay even when nothing uses them as a value. */
  readonly keepImports: boolean;
  readonly experimentalDecorators?: boolean;
}

/**
 * Takes the types away.
 *
 * @throws CellSyntaxError
 */
export function stripTypes(code: string, { lower, lang = "ts", keepImports, experimentalDecorators = false }: StripOptions): Stripped {
  return lower ? withEsbuild(code, lang, { verbatimModuleSyntax: keepImports, experimentalDecorators }) : withOxc(code, lang, keepImports);
}

function withOxc(code: string, lang: "ts" | "tsx" | "js", keepImports: boolean): Stripped {
  const { code: js, map, errors } = transformSync(`source.${lang}`, code, {
    lang,
    sourceType: "module",
    target: "es2022",
    sourcemap: true,
    typescript: { onlyRemoveTypeImports: keepImports },
  });
  const error = errors.find(({ severity }) => severity === "Error");
  if (error) throw new CellSyntaxError(error.message, code, error.labels[0]?.start ?? 0, error.labels[0]?.end ?? 0);
  return { code: js, mappings: map?.mappings ?? "" };
}

function withEsbuild(code: string, lang: "ts" | "tsx" | "js", options: { verbatimModuleSyntax: boolean; experimentalDecorators: boolean }): Stripped {
  // Rarely needed, and slow to load.
  const { transformSync: transform } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { code: js, map } = transform(code, {
    loader: lang,
    target: "es2022",
    sourcemap: "external",
    sourcesContent: false,
    charset: "utf8",
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { ...options, useDefineForClassFields: true, target: "es2022" } },
  });
  return { code: js, mappings: (JSON.parse(map) as { mappings: string }).mappings };
}
