import { transformSync as esbuildTransform } from "esbuild";
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

const suspicious = /@|\b(?:using|accessor|namespace|module)\b/;

/** Finds `using`, decorators, auto-accessors and namespaces. */
export function needsLowering(code: string, program: Program): NeedsLowering {
  if (!suspicious.test(code)) return { any: false, topLevelUsing: false };
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

/** Takes the types away; imports stay even when nothing uses them. */
export function stripTypes(code: string, lower: boolean): Stripped {
  return lower ? withEsbuild(code) : withOxc(code);
}

function withOxc(code: string): Stripped {
  const { code: js, map, errors } = transformSync("cell.ts", code, {
    lang: "ts",
    sourceType: "module",
    target: "es2022",
    sourcemap: true,
    typescript: { onlyRemoveTypeImports: true },
  });
  const error = errors.find(({ severity }) => severity === "Error");
  if (error) throw new CellSyntaxError(error.message, code, error.labels[0]?.start ?? 0, error.labels[0]?.end ?? 0);
  return { code: js, mappings: map?.mappings ?? "" };
}

function withEsbuild(code: string): Stripped {
  const { code: js, map } = esbuildTransform(code, {
    loader: "ts",
    target: "es2022",
    sourcemap: "external",
    sourcesContent: false,
    charset: "utf8",
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true, target: "es2022" } },
  });
  return { code: js, mappings: (JSON.parse(map) as { mappings: string }).mappings };
}
