import { parseSync, type Program } from "oxc-parser";
import { declaredNames } from "../cell/declarations.ts";
import { magicNamed, nearMagics } from "./catalogue.ts";

/** A magic where it stands in its cell: offsets in UTF-16 units. */
export interface Magic {
  readonly form: "line" | "cell" | "shell";
  /** Empty for a shell command. */
  readonly name: string;
  readonly start: number;
  /** The end of its line, or of the last line that a command continues on. */
  readonly end: number;
  /** Of %timeit: `-n 10 -r 3`. */
  readonly flags: string;
  /** What follows the name and its flags, or the command. */
  readonly argument: string;
  readonly argumentStart: number;
}

export interface Fault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface Found {
  readonly magics: readonly Magic[];
  /** The cell with its magics blanked: every other character stays at its offset, line and column. */
  readonly blanked: string;
  readonly fault?: Fault;
}

const candidates = /^[%!].*/gm;
const percent = /^(%%?)([A-Za-z]\w*)(?=[\s;]|$)/;
const timeitFlags = /^(?:-[nr]\s*\d+(?:\s+|$))*/;
const lineEnd = /[\r\n\u2028\u2029]/;

/** Whether a cell may have magics at all. */
export const mayHaveMagics = (code: string): boolean => /^[%!]/m.test(code);

/**
 * Finds the magics of a cell. A magic begins its line, without a space before it, where a statement of the cell itself may begin: what
 * stands above it parses. There
 *
 *   %name     is a magic if there is one of that name, followed by a space or the line's end (`% name` and an indented `%name` never are);
 *   %%name    is one for the whole cell, on its first line;
 *   ! command with a space is always a shell command;
 *   !command  is one, unless it is TypeScript: the line parses, or begins something that does, and after the `!` comes
 *             no word, a keyword, a call, or a name known to the notebook or to Node.js.
 *
 * @param isKnown whether an earlier cell declared a name
 */
export function findMagics(code: string, isKnown: (name: string) => boolean): Found {
  if (!mayHaveMagics(code)) return { magics: [], blanked: code };
  const magics: Magic[] = [];
  let blanked = code;
  for (const { 0: line, index: start } of code.matchAll(candidates)) {
    if (start < (magics.at(-1)?.end ?? 0)) continue;
    const prefix = blanked.slice(0, start);
    const above = complete(prefix);
    if (!above) continue;
    const read = line.startsWith("!") ? readShell(code, line, start, above, isKnown) : readPercent(line, start, prefix);
    if (read === undefined) continue;
    if ("message" in read) return { magics, blanked, fault: read };
    magics.push(read);
    const takesCode = read.form === "line" && magicNamed(read.name)?.timesCode;
    const to = takesCode ? read.argumentStart : read.end;
    // Without the semicolon, the lines before and after it could become one statement.
    const first = prefix.trim() === "" ? " " : ";";
    blanked = prefix + first + code.slice(start + 1, to).replace(/[^\r\n\u2028\u2029]/g, " ") + code.slice(to);
  }
  return { magics, blanked };
}

function readPercent(line: string, start: number, prefix: string): Magic | Fault | undefined {
  const match = percent.exec(line);
  if (!match) return undefined;
  const [head, sign, name] = match;
  const form = sign === "%%" ? "cell" : "line";
  const fault = (message: string): Fault => ({ message, start, end: start + head.length });
  const info = magicNamed(name);
  if (!info) {
    // `total\n%count` may well be TypeScript.
    if (form === "line" && prefix.trim() !== "" && parsesOrBegins(`${prefix}${line}`)) return undefined;
    const near = nearMagics(head);
    return fault(`there is no magic "${head}"${near.length > 0 ? `; near it: ${near.join(", ")}` : ""}. %lsmagic lists all`);
  }
  if (!info.forms.includes(form)) return fault(`"${head}" takes no cell: write %${name} on a line of its own`);
  if (form === "cell" && prefix.trim() !== "") return fault(`"${head}" is for a whole cell: make it the first line`);
  const rest = line.slice(head.length).trimStart();
  const [flags] = name === "timeit" ? timeitFlags.exec(rest)! : [""];
  const argumentStart = start + line.length - rest.length + flags.length;
  const argument = rest.slice(flags.length).trim();
  const isCode = info.timesCode && form === "line";
  return { form, name, start, end: start + line.length, flags: flags.trim(), argument: isCode ? argument : argument.replace(/\s*;$/, ""), argumentStart };
}

function readShell(code: string, line: string, start: number, above: Program, isKnown: (name: string) => boolean): Magic | undefined {
  if (line.slice(1).trim() === "" || line.startsWith("!=")) return undefined;
  if (!/^!\s/.test(line) && parsesOrBegins(line)) {
    const [, word, call] = /^!([\p{ID_Start}$_][\p{ID_Continue}$]*)?(\()?/u.exec(line)!;
    if (word === undefined || call !== undefined || keywords.has(word) || word in globalThis || isKnown(word) || valuesOf(above).has(word)) return undefined;
  }
  let end = start + line.length;
  while (continues(code.slice(start, end)) && end < code.length) {
    const next = end + (code.startsWith("\r\n", end) ? 2 : 1);
    const stop = code.slice(next).search(lineEnd);
    end = stop < 0 ? code.length : next + stop;
  }
  const command = code.slice(start + 1, end);
  return { form: "shell", name: "", start, end, flags: "", argument: command.trim(), argumentStart: start + 1 + /^\s*/.exec(command)![0].length };
}

/** Whether a shell command goes on in the next line: an odd number of backslashes ends it. */
export const continues = (command: string): boolean => /(?<!\\)(?:\\\\)*\\$/.test(command);

// What may follow `!` in an expression without being a variable.
const keywords: ReadonlySet<string> = new Set(
  "async await class delete false function import new null super this true typeof void yield".split(" "),
);

function valuesOf(program: Program): Set<string> {
  const names = new Set(declaredNames(program).map(({ name }) => name));
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") for (const { local } of statement.specifiers) names.add(local.name);
  }
  return names;
}

function parse(text: string): ReturnType<typeof parseSync> {
  return parseSync("cell.ts", text, { lang: "ts", sourceType: "module" });
}

/** The program of a text that may be followed by another statement. */
function complete(text: string): Program | undefined {
  const { errors, program } = parse(text);
  return errors.length === 0 ? program : undefined;
}

/** Whether a text is TypeScript as it stands, or could be with more behind it. */
export function parsesOrBegins(text: string): boolean {
  const [error] = parse(text).errors;
  return error === undefined || (error.labels[0]?.start ?? 0) >= text.length;
}
