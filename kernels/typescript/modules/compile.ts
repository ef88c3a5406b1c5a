import path from "node:path";
import { MagicString } from "magic-string";
import { parseSync, type ParseResult } from "oxc-parser";
import { moduleRunnerTransformSync } from "oxc-transform";
import { needsLowering, stripTypes } from "../cell/strip.ts";
import { CellSyntaxError, firstFault } from "../cell/syntax.ts";
import { chainMaps, type MapData } from "../sourcemap/index.ts";
import { packageType } from "./package-type.ts";
import type { RuntimeConfig } from "./tsconfig.ts";

/** One `import … from` or `export … from`. */
export interface Request {
  readonly specifier: string;
  /** The variable that the code reads the module's namespace from. */
  readonly variable: string;
  /** What must be there. */
  readonly names: readonly string[];
  /** `export * from` */
  readonly star: boolean;
}

export type Compiled =
  | { readonly kind: "module"; readonly code: string; readonly requests: readonly Request[]; readonly async: boolean; readonly map: () => MapData }
  | { readonly kind: "commonjs"; readonly code: string; readonly map: () => MapData }
  | { readonly kind: "json"; readonly value: unknown };

export type CompileOptions = Pick<RuntimeConfig, "verbatimModuleSyntax" | "experimentalDecorators">;

/** The parameters of a compiled ES module's generator function. */
export const moduleParameters = ["__vite_ssr_exports__", "__vite_ssr_dynamic_import__", "__vite_ssr_import_meta__"] as const;
const importEquals = /\bimport\s+[\w$]+\s*=\s*require\b/;
/** The parameters of a compiled CommonJS module's function. */
export const commonJsParameters = ["exports", "require", "module", "__filename", "__dirname", "__vite_ssr_dynamic_import__"] as const;

/** @throws SyntaxError that begins with `file:line:column` */
export function compile(file: string, source: string, options: CompileOptions): Compiled {
  try {
    return file.endsWith(".json") ? { kind: "json", value: JSON.parse(source.replace(/^\uFEFF/, "")) } : compileScript(file, source, options);
  } catch (error) {
    if (error instanceof CellSyntaxError) throw new SyntaxError(`${file}:${error.line}:${error.column}: ${error.message}`);
    if (error instanceof SyntaxError) error.message = `${file}: ${error.message}`;
    throw error;
  }
}

function compileScript(file: string, source: string, { verbatimModuleSyntax, experimentalDecorators }: CompileOptions): Compiled {
  const text = source.replace(/^\uFEFF/, "").replace(/^#!.*/, "");
  const lang = file.endsWith(".tsx") ? "tsx" : /ts$/.test(file) ? "ts" : "js";
  const stages: string[] = [];
  let code = text;
  const lower = needsLowering(text, () => parse(text, lang).program).any;
  if (lower || lang !== "js") {
    const stripped = stripTypes(text, { lower, lang, keepImports: verbatimModuleSyntax, experimentalDecorators });
    code = stripped.code;
    stages.unshift(stripped.mappings);
  }
  const isCommonJs = commonJs(file, code, lang);
  return isCommonJs ? compileCommonJs(code, stages) : compileModule(code, stages, importEquals.test(text));
}

function parse(code: string, lang: "js" | "ts" | "tsx"): ParseResult {
  const parsed = parseSync(`source.${lang}`, code, { lang, sourceType: "unambiguous" });
  const fault = firstFault(parsed);
  if (fault) throw new CellSyntaxError(fault.message, code, fault.start, fault.end);
  return parsed;
}

function commonJs(file: string, code: string, lang: string): boolean {
  if (/\.m[jt]s$/.test(file)) return false;
  if (/^(?:import|export)\b/m.test(code)) {
    const certain = lang !== "js" || packageType(path.dirname(file)) === "module";
    if (certain || parse(code, "js").module.hasModuleSyntax) return false;
  }
  if (/\.c[jt]s$/.test(file)) return true;
  if (lang === "js" && packageType(path.dirname(file)) === "commonjs") return !/\bawait\b/.test(code) || /\bmodule\s*\.\s*exports\b|\bexports\s*[.[]/.test(code);
  return /\bmodule\s*\.\s*exports\b|\bexports\s*[.[]/.test(code);
}

function compileCommonJs(code: string, stages: string[]): Compiled {
  const text = new MagicString(code);
  if (/\bimport\s*\(/.test(code)) {
    const { module } = parseSync("source.cjs", code, { lang: "js", sourceType: "commonjs" });
    for (const { start } of module.dynamicImports) text.overwrite(start, start + "import".length, "__vite_ssr_dynamic_import__");
  }
  return { kind: "commonjs", code: text.toString(), map: () => chainMaps([text.generateMap({ hires: "boundary" }).mappings, ...stages]) };
}

const exported = /Object\.defineProperty\(__vite_ssr_exports__, "(?:[^"\\]|\\.)*", \{\n\tenumerable: true,\n\tconfigurable: true,\n\tget\(\) \{\n\t\treturn [^\n]*;\n\t\}\n\}\);\n/y;
const imported =
  /^const (__vite_ssr_import_\d+__) = await __vite_ssr_import__\(("(?:[^"\\]|\\.)*")(?:, \{ importedNames: (\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]) \})?\);(\n__vite_ssr_exportAll__\(\1\);)?/gm;

/**
 * An ES module as a generator function. It stops twice before its body, each time for the namespaces of what it imports:
 * after it has defined its exports (linking; functions are callable from then on, also through cycles), and to be evaluated.
 */
function compileModule(code: string, stages: string[], requires: boolean): Compiled {
  const runner = moduleRunnerTransformSync("source.js", splitNamespaceImports(code), { sourcemap: true });
  const error = runner.errors[0];
  if (error) throw new CellSyntaxError(error.message, code, error.labels[0]?.start ?? 0, error.labels[0]?.end ?? 0);
  const requests: Request[] = [];
  const body = runner.code.replace(imported, (whole, variable: string, specifier: string, names: string | undefined, star: string | undefined) => {
    requests.push({ specifier: JSON.parse(specifier) as string, variable, names: names ? (JSON.parse(names) as string[]) : [], star: star !== undefined });
    return whole.replace(/[^\n]/g, "");
  });
  const at = endOfExports(body);
  // What is only passed on may be a type that nobody marked as one.
  const required = requests.map((request) => (body.includes(request.variable, at) ? request : { ...request, names: [] }));
  const async = topLevelAwait(body);
  const variables = requests.map(({ variable }) => variable).join(", ");
  const stop = requests.length > 0 ? `let ${variables}; [${variables}] = yield; [${variables}] = yield;` : "yield; yield;";
  const script = `${body.slice(0, at)}${stop}\n${body.slice(at)}`;
  return {
    kind: "module",
    code: `(${async ? "async " : ""}function* (${[...moduleParameters, ...(requires ? ["require"] : [])].join(", ")}) { "use strict";\n${script}\n})`,
    requests: required,
    async,
    map: () => {
      // It knows neither the wrapper's line nor the line of the stops.
      const lines = (runner.map?.mappings ?? "").split(";");
      lines.splice(body.slice(0, at).split("\n").length - 1, 0, "");
      return chainMaps([`;${lines.join(";")}`, ...stages]);
    },
  };
}

function endOfExports(code: string): number {
  exported.lastIndex = 0;
  let end = 0;
  while (exported.test(code)) end = exported.lastIndex;
  return end;
}

/** oxc 0.158 leaves the default import of `import d, * as ns` unbound; as two imports both are bound. */
function splitNamespaceImports(code: string): string {
  if (!/\bimport\s+[\w$]+\s*,\s*\*/.test(code)) return code;
  const text = new MagicString(code);
  for (const statement of parseSync("source.js", code, { lang: "js", sourceType: "module" }).program.body) {
    if (statement.type !== "ImportDeclaration" || statement.specifiers.length !== 2) continue;
    const [first, second] = statement.specifiers;
    if (first.type !== "ImportDefaultSpecifier" || second.type !== "ImportNamespaceSpecifier") continue;
    const source = JSON.stringify(statement.source.value);
    text.overwrite(first.end, second.start, ` from ${source}; import `);
  }
  return text.toString();
}

function topLevelAwait(code: string): boolean {
  return /^(?!\s*(?:\/\/|\*)).*\bawait\b/m.test(code) && awaits(parseSync("source.js", code, { lang: "js", sourceType: "module" }).program);
}

function awaits(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(awaits);
  if (node === null || typeof node !== "object") return false;
  const { type, await: isAwait } = node as { type?: string; await?: boolean };
  if (type === "AwaitExpression" || (type === "ForOfStatement" && isAwait)) return true;
  if (type === "FunctionDeclaration" || type === "FunctionExpression" || type === "ArrowFunctionExpression") return false;
  return Object.values(node).some(awaits);
}
