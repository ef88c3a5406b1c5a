import { firstFault, opensBrace, parseTypeScript } from "./syntax.ts";

export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid";
  /** What the next line should start with, when incomplete. */
  readonly indent: string;
}

/** Whether a person who typed this and pressed Enter is done, wants another line, or made a mistake that no more text mends. */
export function isComplete(code: string): Completeness {
  let fault = firstFault(parseTypeScript(code));
  if (fault && opensBrace.test(code)) {
    // Perhaps an object, as in the transformer: `{ a: 1, b: 2 }`, or its beginning.
    if (!firstFault(parseTypeScript(`(${code}\n)`))) return { status: "complete", indent: "" };
    const object = firstFault(parseTypeScript(`(${code}`));
    if (object && object.start > code.length) fault = { ...object, start: code.length, end: code.length };
  }
  if (!fault) return { status: "complete", indent: "" };
  return mayContinue(code, fault) ? { status: "incomplete", indent: indentAfter(code) } : { status: "invalid", indent: "" };
}

function mayContinue(code: string, { message, start, end }: { message: string; start: number; end: number }): boolean {
  if (start >= code.length) return true;
  if (/^Unterminated multiline comment/.test(message)) return true;
  // The parser calls templates strings; strings themselves end with their line, unless it ends with a backslash.
  if (/^Unterminated string/.test(message)) return "`}".includes(code[start]) || /\\\r?\n?$/.test(code);
  const atEnd = code.slice(end).trim() === "";
  return (atEnd && /expected after/i.test(message)) || /=>\s*$/.test(code);
}

function indentAfter(code: string): string {
  const line = code.split("\n").findLast((each) => each.trim() !== "") ?? "";
  const indent = /^[ \t]*/.exec(line)![0];
  return /[{([]\s*$|=>\s*$/.test(line.replace(/\/\/.*$/, "")) ? `${indent}  ` : indent;
}
