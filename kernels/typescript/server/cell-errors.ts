import type { ErrorContent } from "../../protocol/message.ts";
import type { CellSyntaxError } from "../cell/transform.ts";
import type { Diagnostic } from "../checker/client.ts";
import { codeFrame } from "../code-frame.ts";

export function syntaxError(error: CellSyntaxError, code: string, label: string): ErrorContent {
  const { message, line, column, length } = error;
  return { ename: "SyntaxError", evalue: message, traceback: [`SyntaxError: ${message}`, `    at ${label}:${line}:${column}`, "", ...codeFrame(code, line, column, length)] };
}

/** What the type checker found, as one error; in strict mode the cell has not run. */
export function typeErrors(diagnostics: readonly Diagnostic[], code: string, label: string): ErrorContent {
  const [first] = diagnostics;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  return {
    ename: "TypeScriptError",
    evalue: `TS${first.code}: ${first.message.split("\n")[0]}${more}`,
    traceback: diagnostics.flatMap(({ code: number, message, line, column, length }) => [
      `${label}:${line}:${column} - error TS${number}: ${message}`,
      "",
      ...codeFrame(code, line, column, length),
      "",
    ]),
  };
}

export function interruptError(evalue = "interrupted"): ErrorContent {
  return { ename: "KeyboardInterrupt", evalue, traceback: [`KeyboardInterrupt: ${evalue}`] };
}

/** Clients that run notebooks headlessly know a lost session by this name. */
export const sessionLost = "SessionLost";

export function lossError(reason: string): ErrorContent {
  const evalue = `the session ended: ${reason}. A new one is ready; all variables are gone, so run the notebook from its first cell`;
  return { ename: sessionLost, evalue, traceback: [`${sessionLost}: ${evalue}`] };
}
