import { stripTypes } from "../cell/strip.ts";
import { CellSyntaxError } from "../cell/syntax.ts";
import { DebugError } from "./dap.ts";

/**
 * What a person typed at a stopped program, as JavaScript. `{ a: 1 }` is an object.
 *
 * @throws DebugError for what is no TypeScript
 */
export function javaScript(typed: string): string {
  for (const text of [`(${typed}\n)`, typed]) {
    try {
      return stripTypes(text, { lower: false, keepImports: true }).code;
    } catch (error) {
      if (!(error instanceof CellSyntaxError)) throw error;
      if (text === typed) throw new DebugError(`SyntaxError: ${error.message}`);
    }
  }
  return typed;
}

/** A breakpoint's condition; one that only logs never holds. */
export function breakpointCondition({ condition, logMessage }: { readonly condition?: string; readonly logMessage?: string }): string | undefined {
  const holds = condition ? javaScript(condition).trim().replace(/;$/, "") : undefined;
  if (!logMessage) return holds;
  const parts = logMessage.split(/\{([^{}]*)\}/);
  const template = parts.map((part, n) => (n % 2 === 0 ? part.replace(/[`\\$]/g, "\\$&") : `\${${part}}`)).join("");
  const log = `(console.log(\`${template}\`), false)`;
  return holds ? `(${holds}) && ${log}` : log;
}

export const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
