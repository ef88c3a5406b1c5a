import { MagicString } from "magic-string";
import type { ExportDefaultDeclaration, Function as FunctionNode, ParseResult, Program, VariableDeclaration } from "oxc-parser";
import { holdAwaited } from "./awaits.ts";
import { boundNames, type DeclaredName, varDeclarations, type VarPlace } from "./declarations.ts";
import { attributesCode, importCode } from "./imports.ts";
import { valueReferences } from "./references.ts";

export interface EditOptions {
  readonly isVariable: (name: string) => boolean;
  /** Whether the cell ends with an expression (types behind it count as an end, too). */
  readonly hasValue: boolean;
  /** Whether the value was put aside in `__noisebook.value`. */
  readonly valueKept: boolean;
  /** The script's address. */
  readonly url: string;
}

export interface EditedScript {
  readonly text: MagicString;
  readonly imports: readonly DeclaredName[];
}

// What runs before the rest of its cell, wherever it stands.
const risesToTop: ReadonlySet<string> = new Set(["ImportDeclaration", "ExportAllDeclaration", "FunctionDeclaration"]);
const takeValue = "((scope) => { const { value } = scope; delete scope.value; return value; })(__noisebook)";

/** Rewrites a module's JavaScript into a REPL script: see the functions below for what becomes of what. */
export function editScript(code: string, parsed: ParseResult, options: EditOptions): EditedScript {
  const text = new MagicString(code);
  const { program, module } = parsed;
  const hoisted = new Set<string>();
  const imports: DeclaredName[] = [];
  let value: string | undefined = options.valueKept ? takeValue : undefined;

  if (program.hashbang) text.remove(program.hashbang.start, program.hashbang.end);
  for (const { start } of module.dynamicImports) text.overwrite(start, start + "import".length, "__noisebook.dynamicImport");
  for (const { start, end } of module.importMetas) text.overwrite(start, end, "__noisebook.meta");
  if (code.includes("await")) holdAwaited(text, program, options.url);
  for (const [declaration, place] of varDeclarations(program.body)) {
    assignInstead(text, declaration, place);
    for (const name of boundNames(declaration)) hoisted.add(name);
  }

  const anchor = program.body.find(({ type }) => !risesToTop.has(type))?.start ?? Number.POSITIVE_INFINITY;
  const used = module.staticImports.length > 0 ? valueReferences(program) : new Set<string>();
  for (const statement of program.body) {
    switch (statement.type) {
      case "ImportDeclaration": {
        const { code: call, names } = importCode(statement, options.isVariable, (name) => used.has(name));
        for (const { name, live } of names) if (!live) hoisted.add(name);
        imports.push(...names);
        toTop(text, statement, anchor, call);
        break;
      }
      case "ExportAllDeclaration":
        toTop(text, statement, anchor, sideEffect(statement.source.value, attributesCode(statement.attributes)));
        break;
      case "ExportNamedDeclaration":
        if (statement.declaration) {
          text.remove(statement.start, statement.declaration.start);
          plainDeclaration(text, statement.declaration, anchor);
        } else if (statement.source) toTop(text, statement, anchor, sideEffect(statement.source.value, attributesCode(statement.attributes)));
        else text.remove(statement.start, statement.end);
        break;
      case "ExportDefaultDeclaration":
        value = defaultExport(text, statement, anchor, statement === program.body.at(-1)) ?? value;
        break;
      default:
        plainDeclaration(text, statement, anchor);
    }
  }

  const lets = hoisted.size > 0 ? `let ${[...hoisted].join(", ")};` : "";
  text.prepend(`"use strict";${lets}\n`);
  if (value !== undefined) text.append(`\n;${value}`);
  else if (!options.hasValue || !endsWithExpression(program)) text.append("\n;void 0");
  return { text, imports };
}

function endsWithExpression(program: Program): boolean {
  // Where only types were imported, the stripper leaves an empty `export {}`.
  const last = program.body.findLast((statement) => statement.type !== "ExportNamedDeclaration" || statement.declaration)?.type;
  return last === "ExpressionStatement" || last === "ExportDefaultDeclaration";
}

/** `const` becomes `let`; functions become variables that are set before anything else runs. */
function plainDeclaration(text: MagicString, statement: Program["body"][number], anchor: number): void {
  if (statement.type === "VariableDeclaration" && statement.kind === "const") text.overwrite(statement.start, statement.start + "const".length, "let");
  if (statement.type === "FunctionDeclaration") hoistFunction(text, statement, anchor);
}

// The function loses its own binding, not its name: calls of itself then see a later redeclaration, as in one big script.
function hoistFunction(text: MagicString, declaration: FunctionNode, anchor: number): void {
  const { id, start, end } = declaration;
  if (!id) return;
  text.appendRight(start, `let ${id.name} = `);
  text.remove(id.start, id.end);
  text.appendLeft(end, ";\n");
  if (start > anchor) text.move(start, end, anchor);
}

/** `var a = 1, { b } = c` becomes `a = 1, ({ b } = c)`; the names are declared by one `let` before everything. */
function assignInstead(text: MagicString, declaration: VariableDeclaration, place: VarPlace): void {
  text.remove(declaration.start, declaration.declarations[0].start);
  if (place === "for-in") return;
  for (const { id, start, end } of declaration.declarations) {
    if (id.type !== "Identifier") text.appendRight(start, "(").appendLeft(end, ")");
  }
}

function toTop(text: MagicString, { start, end }: { start: number; end: number }, anchor: number, code: string): void {
  text.overwrite(start, end, `${code}\n`);
  if (start > anchor) text.move(start, end, anchor);
}

function sideEffect(specifier: string, attributes: string): string {
  return `await __noisebook.import(${JSON.stringify(specifier)}, []${attributes && `, ${attributes}`});`;
}

/** `export default` is the cell's value. Returns the expression that reads it at the end, where it does not end the cell itself. */
function defaultExport(text: MagicString, statement: ExportDefaultDeclaration, anchor: number, last: boolean): string | undefined {
  const { declaration } = statement;
  const declares = declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration";
  if (declares && declaration.id) {
    text.remove(statement.start, declaration.start);
    if (declaration.type === "FunctionDeclaration") hoistFunction(text, declaration, anchor);
    return declaration.id.name;
  }
  text.overwrite(statement.start, declaration.start, last ? "(" : "__noisebook.value = (");
  text.appendLeft(declaration.end, declares ? ");" : ")");
  return last ? undefined : takeValue;
}
