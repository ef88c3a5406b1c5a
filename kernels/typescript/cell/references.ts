import type { Program } from "oxc-parser";

/** The identifiers that a program reads or writes somewhere, whatever scope they belong to; property names and imports do not count. */
export function valueReferences(program: Program): Set<string> {
  const names = new Set<string>();
  for (const statement of program.body) if (statement.type !== "ImportDeclaration") collect(statement, names);
  return names;
}

function collect(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node) collect(each, names);
    return;
  }
  if (node === null || typeof node !== "object") return;
  const { type, name, computed, shorthand } = node as { type?: string; name?: string; computed?: boolean; shorthand?: boolean };
  if (type === "Identifier" && name !== undefined) names.add(name);
  const named = (type === "Property" && !shorthand) || type === "MethodDefinition" || type === "PropertyDefinition";
  for (const [key, child] of Object.entries(node)) {
    if (!computed && ((type === "MemberExpression" && key === "property") || (named && key === "key"))) continue;
    collect(child, names);
  }
}
