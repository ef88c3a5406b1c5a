import type { CompletionEntry } from "typescript/unstable/sync";
import type { NameKind } from "./names.ts";
import type { Project } from "./project.ts";
import type { Completions } from "./protocol.ts";
import { hiddenPrefix } from "./scope.ts";

const limit = 200;

/** Names that fit at `offset` (UTF-16) of the code: members, names in scope and of earlier cells, module paths, literals. */
export function complete(project: Project, code: string, offset: number): Completions {
  const before = code.slice(0, offset);
  const string = openString(before);
  const prefix = string === undefined ? (/[\p{ID_Continue}$\u200c\u200d]*$/u.exec(before)?.[0] ?? "") : stringPrefix(string);
  const start = offset - prefix.length;
  // Asked with the prefix in place, this API refuses wherever it would have to search for auto-imports; without it, it lists all names.
  const kept = string === undefined ? code.slice(0, start) + code.slice(offset) : code;
  const cell = project.scratch(kept, code);
  const entries = cell.view.checker.getCompletionsAtPosition(cell.file, cell.start + (string === undefined ? start : offset))?.entries ?? [];
  const found = new Map<string, Match>();
  for (const entry of entries) {
    const name = insertion(entry, string !== undefined);
    if (name !== undefined && !found.has(name)) found.set(name, { name, kind: entryKinds[entry.kind ?? 0] ?? "text", sort: entry.sortText ?? "11" });
  }
  if (string === undefined && found.has("globalThis")) {
    for (const name of project.scope.names()) if (!cell.names.declared.has(name)) found.set(name, { name, kind: nameKinds[project.scope.kindOf(name)!], sort: "11" });
  }
  return { start, end: offset, matches: ranked([...found.values()], prefix) };
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
