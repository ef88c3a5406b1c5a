const special = /[\\^$.|+(){}/-]/g;

/** A test for SQLite's GLOB, which Jupyter's clients write patterns for: `*`, `?`, `[abc]`, `[^abc]`; whole text, case matters. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    const close = character === "[" ? pattern.indexOf("]", at + (pattern[at + 1] === "^" ? 3 : 2)) : -1;
    // Several stars in a row mean one, and cost as much: patterns come from outside.
    if (character === "*") parts.at(-1) === "[^]*?" || parts.push("[^]*?");
    else if (character === "?") parts.push("[^]");
    else if (close > 0) {
      const body = pattern.slice(at + 1, close);
      const negated = body.startsWith("^");
      parts.push(`[${negated ? "^" : ""}${body.slice(negated ? 1 : 0).replace(/[\\\]^[]/g, "\\$&")}]`);
      at = close;
    } else parts.push(character === "[" || character === "]" ? `\\${character}` : character.replace(special, "\\$&"));
  }
  try {
    const expression = new RegExp(`^${parts.join("")}$`);
    return (text) => expression.test(text);
  } catch {
    // Such as a range that runs backwards: nothing can match it.
    return () => false;
  }
}
