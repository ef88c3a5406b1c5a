import { parseSync } from "oxc-parser";
import type { Position } from "../sourcemap/index.ts";

const functions: ReadonlySet<string> = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression", "StaticBlock", "PropertyDefinition"]);

/** Whether a `try` that has a `catch` stands around a place, in the same function. */
export function caughtAt(text: string, { line, column }: Position): boolean {
  const lines = text.split("\n").slice(0, line - 1);
  const offset = lines.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  return search(parseSync("source.ts", text, { lang: "ts", sourceType: "module" }).program, offset, false);
}

function search(node: unknown, offset: number, caught: boolean): boolean {
  if (Array.isArray(node)) return node.reduce((found: boolean, each) => search(each, offset, found), caught);
  if (node === null || typeof node !== "object") return caught;
  const { type, start, end, ...parts } = node as { type?: string; start?: number; end?: number; handler?: unknown; block?: { start: number; end: number } };
  if (start === undefined || end === undefined || offset < start || offset >= end) return caught;
  let found = functions.has(type ?? "") ? false : caught;
  if (type === "TryStatement" && parts.handler && parts.block && offset >= parts.block.start && offset < parts.block.end) found = true;
  for (const part of Object.values(parts)) found = search(part, offset, found);
  return found;
}
