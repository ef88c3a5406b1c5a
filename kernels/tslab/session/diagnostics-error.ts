import { codeFrame } from "../../typescript/code-frame.ts";
import type { Diagnostic } from "./library.ts";

/** What tslab's TypeScript found, as the error that the cell ends with. tslab itself only prints it. */
export function diagnosticsError(diagnostics: readonly Diagnostic[], source: string, label: string): Error {
  const [first] = diagnostics;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  const error = new Error(`TS${first.code}: ${first.messageText}${more}`);
  const stack = diagnostics.flatMap(({ start, end, code, messageText, fileName }) => {
    const place = `${fileName ?? label}:${start.line + 1}:${start.character + 1}`;
    const frame = fileName === undefined ? codeFrame(source, start.line + 1, start.character + 1, end.offset - start.offset) : [];
    return [`${place} - error TS${code}: ${messageText}`, "", ...frame, ""];
  });
  return Object.assign(error, { name: isSyntax(first) ? "SyntaxError" : "TypeScriptError", stack: stack.join("\n") });
}

/** TypeScript numbers what its parser and its rules of grammar find from 1000 to 1999. */
const isSyntax = ({ code }: Diagnostic): boolean => code >= 1000 && code < 2000;
