import type { Diagnostic as Raw } from "typescript/unstable/sync";
import type { NameKind } from "./names.ts";
import type { CellFile, Project } from "./project.ts";
import type { Diagnostic } from "./protocol.ts";

const errorCategory = 1;
const cannotAssignToImport = 2632;
const moduleNotFound = new Set([2307, 2306, 7016, 2882]);

/** What TypeScript has against a cell: syntax errors, or else type errors. */
export function diagnose(project: Project, code: string): readonly Diagnostic[] {
  const cell = project.cell(code);
  if (/^\s*\/\/\s*@ts-nocheck\b/.test(code)) return [];
  const { program } = cell.view;
  // What our own parser accepts runs; only a cell with errors is worth the second question.
  const semantic = cell.names.parsed ? inCell(program.getSemanticDiagnostics(cell.file), cell) : [];
  const syntactic = cell.names.parsed && semantic.length === 0 ? [] : inCell(program.getSyntacticDiagnostics(cell.file), cell);
  const found = syntactic.length > 0 ? syntactic : semantic;
  project.noteUnresolved(found.some(({ code: number }) => moduleNotFound.has(number)));
  if (cell.names.imports && syntactic.length === 0) {
    const imported = project.trackImports(cell);
    if (found.length === 0) return imported.flatMap((file) => brokenImport(file, cell));
  }
  const lines = new Lines(code);
  return found.map((raw) => toDiagnostic(raw, cell, lines, project));
}

function inCell(diagnostics: readonly Raw[], cell: CellFile): Raw[] {
  return diagnostics.filter(({ category, pos }) => category === errorCategory && pos >= cell.start && pos <= cell.start + cell.code.length);
}

function toDiagnostic(raw: Raw, cell: CellFile, lines: Lines, project: Project): Diagnostic {
  const from = Math.min(raw.pos - cell.start, cell.code.length);
  const to = Math.min(raw.end - cell.start, cell.code.length);
  const { line, column } = lines.at(from);
  const assigned = raw.code === cannotAssignToImport ? /'(.+?)'/.exec(raw.text)?.[1] : undefined;
  const instead = assigned === undefined || cell.names.declared.has(assigned) ? undefined : notAssignable[project.scope.kindOf(assigned) ?? "import"];
  const code = instead?.code ?? raw.code;
  const message = instead ? `Cannot assign to '${assigned}' because it is ${instead.what}.` : flatten(raw);
  return { code, message, line, column, length: Math.max(0, to - from) };
}

// Names of earlier cells come in as imports; say what they are in the user's eyes.
const notAssignable: Partial<Record<NameKind, { readonly code: number; readonly what: string }>> = {
  const: { code: 2588, what: "a constant" },
  function: { code: 2630, what: "a function" },
  class: { code: 2629, what: "a class" },
  enum: { code: 2628, what: "an enum" },
  namespace: { code: 2631, what: "a namespace" },
};

function flatten(raw: Raw, indent = ""): string {
  const own = indent + raw.text.replaceAll(/import\("[^"]*\/__noisebook_\w+"\)\./g, "").replaceAll(/\b__nb_(?=[\p{ID_Start}$_])/gu, "");
  return [own, ...(raw.messageChain ?? []).map((next) => flatten(next, `${indent}  `))].join("\n");
}

/** A local file with a syntax error makes the import fail at run time in words of the transpiler; TypeScript's are better. */
function brokenImport(file: string, cell: CellFile): Diagnostic[] {
  const [first] = cell.view.program.getSyntacticDiagnostics(file);
  if (!first) return [];
  const before = (cell.view.program.getSourceFile(file)?.text ?? "").slice(0, first.pos);
  const { line, column } = new Lines(before).at(before.length);
  const statement = Math.max(0, cell.code.search(/\b(?:import|require)\b/));
  const where = new Lines(cell.code).at(statement);
  return [{ code: first.code, message: `${file}:${line}:${column}: ${flatten(first)}`, ...where, length: (/^\w+/.exec(cell.code.slice(statement))?.[0] ?? "").length }];
}

class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) this.#starts.push(index + end.length);
  }

  at(offset: number): { line: number; column: number } {
    let line = this.#starts.length;
    while (line > 1 && this.#starts[line - 1]! > offset) line--;
    return { line, column: offset - this.#starts[line - 1]! + 1 };
  }
}
