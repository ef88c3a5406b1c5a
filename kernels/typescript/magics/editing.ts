import type { Completions, Inspection } from "../checker/client.ts";
import { catalogue, magicNamed } from "./catalogue.ts";

/** Completions where a magic's name or its words are being typed; undefined where TypeScript is. */
export function completeMagic(code: string, offset: number): Completions | undefined {
  const lineStart = Math.max(code.lastIndexOf("\n", offset - 1), code.lastIndexOf("\r", offset - 1)) + 1;
  const before = code.slice(lineStart, offset);
  const typed = /^(%%?)(\w*)$/.exec(before);
  if (typed) {
    const [, sign, prefix] = typed;
    const fits = catalogue.filter(({ name, forms }) => name.startsWith(prefix) && (sign === "%" || forms.includes("cell")));
    const first = code.slice(0, lineStart).trim() === "";
    const names = fits.flatMap(({ name, forms }) => [
      ...(sign === "%" && forms.includes("line") ? [`%${name}`] : []),
      ...(first && forms.includes("cell") ? [`%%${name}`] : []),
    ]);
    const nothingElse = prefix === "" || names.length > 0;
    if (nothingElse) return { start: lineStart, end: offset, matches: names.map((name) => ({ name, kind: "magic" })) };
  }
  const words = /^%%?(\w+)\s+(\S*)$/.exec(before);
  const info = words && magicNamed(words[1]);
  if (info && !info.timesCode) {
    const known = info.name === "env" ? Object.keys(process.env).sort() : (info.words ?? []);
    return { start: offset - words[2].length, end: offset, matches: known.filter((word) => word.startsWith(words[2])).map((name) => ({ name, kind: "text" })) };
  }
  return /^![\s\w./~]/.test(before) && /^!(?:\s|[^\s(]*\s)/.test(before) ? { start: offset, end: offset, matches: [] } : undefined;
}

/** What a magic does, where its name stands at the offset. */
export function inspectMagic(code: string, offset: number): Inspection | undefined {
  for (const { 0: typed, 1: name, index } of code.matchAll(/^%%?([A-Za-z]\w*)/gm)) {
    const info = magicNamed(name);
    if (info && offset >= index && offset <= index + typed.length) return { text: `${typed} ${info.usage}`.trimEnd() + `\n\n${info.summary}` };
  }
  return undefined;
}
