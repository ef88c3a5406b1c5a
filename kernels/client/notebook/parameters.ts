import { CommandError, exitCodes } from "../exit-codes.ts";
import { type Cell, type CodeCell, type Notebook, tagsOf } from "./format.ts";
import { formatJson } from "./json-format.ts";
import { JsonError, NumberText, parseJson } from "./json-parse.ts";
import { newId } from "./read.ts";

/** A parameter's value: what JSON can say; numbers that JavaScript would round keep their text. */
export type Parameters = ReadonlyMap<string, unknown>;

/** How a language declares parameters. */
interface Language {
  /** The line that gives a parameter its value. */
  assign(name: string, value: unknown): string;
  /** The names that a parameters cell declares. */
  declared(source: string): string[];
  isName(name: string): boolean;
}

/** Loads its parser only when there are parameters to set: that takes longer than everything else before a kernel starts. */
async function typescript(): Promise<Language> {
  const { parseSync } = await import("oxc-parser");
  return {
    assign: (name, value) => `let ${name} = ${literal(value, { null: "null", true: "true", false: "false" })};`,
    declared(source) {
      const names: string[] = [];
      for (const statement of parseSync("parameters.ts", source).program.body) {
        const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
        if (declaration?.type !== "VariableDeclaration") continue;
        for (const { id } of declaration.declarations) if (id.type === "Identifier") names.push(id.name);
      }
      return names;
    },
    isName: (name) => parseSync("name.ts", `let ${name} = 0;`).errors.length === 0 && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name !== "let",
  };
}

const pythonKeywords = new Set(
  ("False None True and as assert async await break class continue def del elif else except finally for from global if import in is " +
    "lambda nonlocal not or pass raise return try while with yield").split(" "),
);

const python: Language = {
  assign: (name, value) => `${name} = ${literal(value, { null: "None", true: "True", false: "False" })}`,
  declared: (source) => [...source.matchAll(/^([\p{ID_Start}_][\p{ID_Continue}]*)[ \t]*(?::[^=\n]+)?=(?!=)/gmu)].map((match) => match[1]),
  isName: (name) => /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) && !pythonKeywords.has(name),
};

const languages: Readonly<Record<string, () => Promise<Language>>> = { typescript, javascript: typescript, python: async () => python };

/**
 * Parses `name=value`: the value is JSON where it parses as such, else the text itself.
 * @throws {CommandError} (exit code 2) if there is no name
 */
export function parseParameter(text: string): [name: string, value: unknown] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new CommandError(`parameter "${text}" has no name: write -p name=value`, exitCodes.usage);
  const value = text.slice(equals + 1);
  try {
    const parsed = parseJson(value);
    return [text.slice(0, equals).trim(), parsed instanceof NumberText && !/^-?\d/.test(parsed.text) ? value : parsed];
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return [text.slice(0, equals).trim(), value];
  }
}

/**
 * Sets parameters by papermill's convention: a cell tagged `injected-parameters` goes after the one tagged `parameters`
 * (or first, if there is none), in place of one from an earlier run.
 * @throws {CommandError} (exit code 2) for a language we cannot write, a name that is none, or one the parameters cell lacks
 */
export async function injectParameters(notebook: Notebook, parameters: Parameters, languageName: string): Promise<void> {
  if (parameters.size === 0) return;
  const language = Object.hasOwn(languages, languageName) ? await languages[languageName]() : undefined;
  if (!language) {
    throw new CommandError(`-p cannot set parameters in a notebook in ${languageName}: it can in ${Object.keys(languages).join(", ")}`, exitCodes.usage);
  }
  for (const name of parameters.keys()) {
    if (!language.isName(name)) throw new CommandError(`parameter "${name}" is not a name in ${languageName}`, exitCodes.usage);
  }
  const home = notebook.cells.findIndex((cell) => cell.cell_type === "code" && tagsOf(cell).includes("parameters"));
  if (home >= 0) {
    const declared = language.declared(notebook.cells[home].source);
    for (const name of parameters.keys()) {
      if (declared.includes(name)) continue;
      const known = declared.length > 0 ? `it declares ${declared.join(", ")}` : "it declares none";
      throw new CommandError(`parameter "${name}" is not declared in the notebook's parameters cell (cell ${home + 1}): ${known}`, exitCodes.usage);
    }
  }
  const comment = languageName === "python" ? "#" : "//";
  const source = [`${comment} Parameters`, ...[...parameters].map(([name, value]) => language.assign(name, value))].join("\n");
  const earlier = notebook.cells.findIndex((cell) => tagsOf(cell).includes("injected-parameters"));
  const at = home >= 0 ? home + 1 : Math.max(earlier, 0);
  const cells = notebook.cells.filter((cell) => !tagsOf(cell).includes("injected-parameters"));
  const before = notebook.cells.slice(0, at).filter((cell) => cells.includes(cell)).length;
  cells.splice(before, 0, injectedCell(source, before, notebook, cells));
  notebook.cells = cells;
}

function injectedCell(source: string, index: number, notebook: Notebook, others: readonly Cell[]): CodeCell {
  const cell: CodeCell = { cell_type: "code", execution_count: null, metadata: { tags: ["injected-parameters"] }, outputs: [], source };
  if (notebook.nbformat_minor >= 5) cell.id = newId(cell, index, new Set(others.map((other) => other.id ?? "")));
  return cell;
}

/** A JSON value as a literal of a language whose strings, numbers, lists and mappings look like JSON's. */
function literal(value: unknown, words: Readonly<Record<"null" | "true" | "false", string>>): string {
  if (value === null) return words.null;
  if (typeof value === "boolean") return words[`${value}`];
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, words)).join(", ")}]`;
  if (typeof value !== "object" || value instanceof NumberText) return formatJson(value);
  const key = (name: string): string => (name === "__proto__" && words.null === "null" ? '["__proto__"]' : JSON.stringify(name));
  return `{${Object.entries(value).map(([name, member]) => `${key(name)}: ${literal(member, words)}`).join(", ")}}`;
}
