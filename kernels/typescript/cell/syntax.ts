import { parseSync, type ParseResult } from "oxc-parser";
import { lineColumn } from "./text.ts";

/** A cell that does not parse. The place is where the parser stopped: line and column from 1, `length` in UTF-16 units. */
export class CellSyntaxError extends Error {
  override readonly name = "SyntaxError";
  readonly line: number;
  readonly column: number;
  readonly length: number;

  constructor(message: string, code: string, start: number, end: number) {
    super(message);
    const { line, column } = lineColumn(code, start);
    this.line = line;
    this.column = column;
    this.length = Math.max(1, end - start);
  }
}

export interface SyntaxFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A cell whose first token is a brace: a block, or an object. */
export const opensBrace = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*\{/;

export function parseTypeScript(code: string): ParseResult {
  return parseSync("cell.ts", code, { lang: "ts", sourceType: "module", showSemanticErrors: true });
}

/** What the parser minds first, if anything. */
export function firstFault(parsed: ParseResult): SyntaxFault | undefined {
  const error = parsed.errors.find(({ severity }) => severity === "Error");
  if (!error) return undefined;
  // A redeclaration is the second one's fault.
  const label = /already been declared/.test(error.message) ? error.labels.at(-1) : error.labels[0];
  return { message: error.message, start: label?.start ?? 0, end: label?.end ?? 0 };
}

/** @throws CellSyntaxError */
export function requireSyntax(code: string, parsed: ParseResult): void {
  const fault = firstFault(parsed);
  if (fault) throw new CellSyntaxError(fault.message, code, fault.start, fault.end);
}
