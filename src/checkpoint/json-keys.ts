/** Each key of JSON text that parses, in its order: where its quotation mark is, how deep, and whether its object has had it before. */
export function* jsonKeys(text: string): Generator<{ key: string; at: number; depth: number; repeated: boolean }> {
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const at = i;
      i = endOfString(text, at);
      const seen = open.at(-1);
      if (seen === undefined || !isKey(text, i + 1)) continue;
      const key = JSON.parse(text.slice(at, i + 1)) as string;
      yield { key, at, depth: open.length, repeated: seen.has(key) };
      seen.add(key);
    }
  }
}

/** The place of a string's closing quotation mark. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

function isKey(text: string, at: number): boolean {
  let i = at;
  while (" \t\n\r".includes(text[i] ?? "x")) i++;
  return text[i] === ":";
}
