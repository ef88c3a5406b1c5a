import type { CompletionEntry } from "typescript/unstable/sync";
import { type NameKind, namesOf } from "./names.ts";
import type { CellFile, Project } from "./project.ts";
import type { Completions } from "./protocol.ts";
import { hiddenPrefix } from "./scope.ts";

const limit = 200;

/** Names that fit at `offset` (UTF-16) of the code: members, names in scope and of earlier cells, module paths, literals. */
export function complete(project: Project, code: string, offset: number): Completions {
  const before = code.slice(0, offset);
  const string = openString(before);
  const prefix = string === undefined ? (/[\p{ID_Continue}$\u200c\u200d]*$/u.exec(before)?.[0] ?? "") : stringPrefix(string);
  const start = offset - prefix.length;
  // Without its first letters a name is not yet taken for one that might be imported.
  const kept = string === undefined ? code.slice(0, start) + code.slice(offset) : code;
  const cell = project.scratch(kept, code);
  const found = new Map<string, Match>();
  const add = (name: string, kind: string, sort = "11"): void => {
    if (!found.has(name)) found.set(name, { name, kind, sort });
  };
  const entries = listed(cell, cell.start + (string === undefined ? start : offset));
  for (const entry of entries ?? []) {
    const name = insertion(entry, string !== undefined);
    if (name !== undefined) add(name, entryKinds[entry.kind ?? 0] ?? "text", entry.sortText);
  }
  if (entries === undefined && string === undefined) {
    for (const { name, kind } of namesInScope(project, cell, start, prefix)) add(name, kind);
    for (const name of project.scope.names()) if (!cell.names.declared.has(name)) add(name, nameKinds[project.scope.kindOf(name)!]);
    const globals = project.scratch(`${kept}\n;globalThis.`, code);
    for (const { name, kind } of listed(globals, globals.start + globals.code.length) ?? []) add(name, entryKinds[kind ?? 0] ?? "variable", "15");
    for (const name of globalTypes) add(name, "interface", "15");
    for (const name of keywords) add(name, "keyword", "16");
  }
  return { start, end: offset, matches: ranked([...found.values()], prefix) };
}

/** TypeScript's own list; undefined where it would offer auto-imports, which this API refuses to do. */
function listed(cell: CellFile, position: number): readonly CompletionEntry[] | undefined {
  try {
    return cell.view.checker.getCompletionsAtPosition(cell.file, position)?.entries ?? [];
  } catch (error) {
    if (error instanceof Error && error.message.includes("auto imports")) return undefined;
    throw error;
  }
}

/** The cell's own names that are in scope at the position, of those that begin as typed. */
function* namesInScope(project: Project, cell: CellFile, at: number, prefix: string): Generator<{ name: string; kind: string }> {
  const low = prefix.toLowerCase();
  const candidates = namesOf(cell.code).words;
  let asked = 0;
  for (const name of candidates) {
    if (!name.toLowerCase().startsWith(low) || project.scope.binding(name) || ++asked > limit) continue;
    const symbol = cell.view.checker.resolveName(name, anyMeaning, { document: cell.file, position: cell.start + at }, true);
    if (!symbol) continue;
    const declared = cell.names.declared.get(name);
    yield { name, kind: declared ? nameKinds[declared] : "variable" };
  }
}

interface Match {
  readonly name: string;
  readonly kind: string;
  readonly sort: string;
}

function ranked(matches: readonly Match[], prefix: string): { name: string; kind: string }[] {
  const low = prefix.toLowerCase();
  const rank = ({ name }: Match): number => (name.startsWith(prefix) ? 0 : 1);
  return matches
    .filter(({ name }) => name.toLowerCase().startsWith(low))
    .sort((a, b) => rank(a) - rank(b) || compare(a.sort, b.sort) || compare(a.name, b.name))
    .slice(0, limit)
    .map(({ name, kind }) => ({ name, kind }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function insertion(entry: CompletionEntry, inString: boolean): string | undefined {
  if (inString) return entry.name;
  const name = entry.insertText ?? entry.name.replace(/\?$/, "");
  return /^[\p{ID_Start}$_#][\p{ID_Continue}$]*$/u.test(name) && !name.startsWith(hiddenPrefix) ? name : undefined;
}

/** The text of the string literal that is open at the end of the line, if one is. */
function openString(before: string): string | undefined {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  let quote = "";
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote === "" && line.startsWith("//", at)) return undefined;
    if (char === "\\") at++;
    else if (quote === "" && (char === '"' || char === "'")) [quote, from] = [char, at + 1];
    else if (char === quote) quote = "";
  }
  return quote === "" ? undefined : line.slice(from);
}

/** Module paths are completed segment by segment. */
function stringPrefix(string: string): string {
  return /^[.@/\w]/.test(string) ? string.slice(string.lastIndexOf("/") + 1) : string;
}

const anyMeaning = 111_551 | 788_968 | 1_920;

const globalTypes =
  "Partial Required Readonly Record Pick Omit Exclude Extract NonNullable Parameters ConstructorParameters ReturnType InstanceType Awaited Iterable Iterator IterableIterator AsyncIterable AsyncIterator Generator AsyncGenerator ReadonlyArray ReadonlyMap ReadonlySet PromiseLike ArrayLike PropertyKey Uppercase Lowercase Capitalize Uncapitalize".split(
    " ",
  );

const keywords =
  "abstract any as async await bigint boolean break case catch class const continue declare default delete do else enum export extends false finally for from function if implements import in infer instanceof interface is keyof let namespace never new null number object of private protected public readonly return satisfies static string super switch symbol this throw true try type typeof undefined unknown using var void while yield".split(
    " ",
  );

const nameKinds: Readonly<Record<NameKind, string>> = {
  let: "variable",
  const: "constant",
  function: "function",
  class: "class",
  enum: "enum",
  namespace: "module",
  import: "module",
  type: "interface",
};

// The numbers of the Language Server Protocol's CompletionItemKind.
const entryKinds: Readonly<Record<number, string>> = {
  2: "method",
  3: "function",
  4: "class",
  5: "property",
  6: "variable",
  7: "class",
  8: "interface",
  9: "module",
  10: "property",
  13: "enum",
  14: "keyword",
  17: "file",
  19: "folder",
  20: "constant",
  21: "constant",
  25: "interface",
};
