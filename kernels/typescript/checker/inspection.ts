import type { Checker, Symbol as TypeScriptSymbol } from "typescript/unstable/sync";
import type { CellFile, Project } from "./project.ts";
import type { Inspection } from "./protocol.ts";

/** The declaration, type and doc comment of what stands at `offset` (UTF-16), or of the function whose argument list begins there. */
export function inspect(project: Project, code: string, offset: number): Inspection | undefined {
  const cell = project.scratch(code);
  for (const at of positions(code, offset)) {
    const symbol = cell.view.checker.getSymbolAtPosition(cell.file, cell.start + at);
    if (symbol) return { text: describe(project, cell, declaredEarlier(project, cell, at) ?? symbol, cell.start + at) };
  }
  return undefined;
}

const identifier = /[\p{ID_Continue}$]/u;

function positions(code: string, offset: number): number[] {
  const at: number[] = [];
  if (identifier.test(code[offset] ?? "")) at.push(offset);
  if (identifier.test(code[offset - 1] ?? "")) at.push(offset - 1);
  const call = /[\p{ID_Continue}$](?=\s*\([^()]*$)/u.exec(code.slice(0, offset));
  if (at.length === 0 && call) at.push(call.index);
  return at;
}

/** The symbol of an earlier cell's name in that cell, where its doc comment is. */
function declaredEarlier(project: Project, { code, names, view }: CellFile, at: number): TypeScriptSymbol | undefined {
  const [before] = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, at))!;
  const [after] = /^[\p{ID_Continue}$]*/u.exec(code.slice(at))!;
  const name = before + after;
  const origin = code[at - before.length - 1] === "." || names.declared.has(name) ? undefined : project.origin(name);
  return origin && view.checker.resolveName(name, anyMeaning, origin);
}

function describe(project: Project, cell: CellFile, found: TypeScriptSymbol, position: number): string {
  const { checker } = cell.view;
  const symbol = original(checker, found);
  const docs = symbol.getDocumentationComment(checker).trim();
  const tags = symbol
    .getJsDocTags(checker)
    .map(({ name, text }) => `@${name} ${tagText(text)}`.trim())
    .join("\n");
  return [headline(project, cell, symbol, position), docs, tags].filter((part) => part !== "").join("\n\n");
}

function tagText(text: unknown): string {
  return typeof text === "string" ? text : Array.isArray(text) ? text.map((part: { text?: string }) => part.text ?? "").join("") : "";
}

/** What an imported name or one of an earlier cell stands for. */
function original(checker: Checker, symbol: TypeScriptSymbol): TypeScriptSymbol {
  if ((symbol.flags & flags.alias) === 0) return symbol;
  const aliased = checker.getAliasedSymbol(symbol);
  return checker.isUnknownSymbol(aliased) ? symbol : aliased;
}

function headline(project: Project, { view: { checker }, file, names }: CellFile, symbol: TypeScriptSymbol, position: number): string {
  const { name } = symbol;
  if ((symbol.flags & flags.module) !== 0) return `module ${name.replace(/^"(.*)"$/, (_, file: string) => `"${packagePath(file)}"`)}`;
  if ((symbol.flags & flags.class) !== 0) return `class ${name}`;
  if ((symbol.flags & flags.interface) !== 0) return `interface ${name}`;
  if ((symbol.flags & flags.enum) !== 0) return `enum ${name}`;
  if ((symbol.flags & flags.typeAlias) !== 0) return `type ${name} = ${checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, inTypeAlias)}`;
  const type = checker.getTypeAtPosition(file, position) ?? checker.getTypeOfSymbol(symbol);
  const text = type ? checker.typeToString(type) : "unknown";
  if ((symbol.flags & flags.function) !== 0) return `function ${name}${signature(text)}`;
  if ((symbol.flags & flags.method) !== 0) return `(method) ${name}${signature(text)}`;
  if ((symbol.flags & flags.property) !== 0) return `(property) ${name}: ${text}`;
  const kind = (symbol.flags & flags.blockScoped) !== 0 ? (names.declared.get(name) ?? project.scope.kindOf(name)) : undefined;
  return `${kind === "const" || kind === "let" ? `${kind} ` : ""}${name}: ${text}`;
}

function packagePath(file: string): string {
  return file.slice(file.lastIndexOf("/node_modules/") + 1).replace(/^node_modules\//, "");
}

/** `(x: number) => string` as a declaration has it, `(x: number): string`. Overloads stay a list. */
function signature(text: string): string {
  if (text.startsWith("{")) return ` ${text}`;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (depth === 0 && text.startsWith(") => ", at - 1) && at > 0) return `${text.slice(0, at)}: ${text.slice(at + 4)}`;
    if ("([{".includes(text[at]!)) depth++;
    else if (")]}".includes(text[at]!)) depth--;
  }
  return `: ${text}`;
}

const anyMeaning = 111_551 | 788_968 | 1_920;
const inTypeAlias = 1 << 23;

const flags = {
  blockScoped: 2,
  property: 4 | 98304,
  function: 16,
  class: 32,
  interface: 64,
  enum: 384,
  module: 1536,
  method: 8192,
  typeAlias: 524288,
  alias: 2097152,
} as const;
