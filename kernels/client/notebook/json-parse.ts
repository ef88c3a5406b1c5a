/** Where a text stops being JSON. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly line: number;
  readonly column: number;
  /** Whether the text simply ends too early. */
  readonly truncated: boolean;

  constructor(problem: string, text: string, position: number) {
    const before = text.slice(0, position);
    const line = before.split("\n").length;
    const column = position - before.lastIndexOf("\n");
    super(`line ${line}, column ${column}: ${problem}`);
    this.line = line;
    this.column = column;
    this.truncated = position >= text.length;
  }
}

/** A number whose text JavaScript would write differently (`1.0`, `1e-05`, twenty digits, `NaN`): kept as it stands. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  valueOf(): number {
    return Number(this.text);
  }

  toJSON(): number | null {
    const value = Number(this.text);
    return Number.isFinite(value) ? value : null;
  }
}

const deepest = 1000;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|NaN|-?Infinity/y;
const blank = /[ \t\n\r]*/y;

/**
 * Parses JSON as Python's json module reads it (NaN and Infinity included), telling where it breaks and keeping
 * the text of numbers that JavaScript would change.
 * @throws {JsonError}
 */
export function parseJson(text: string): unknown {
  let at = 0;

  const fail = (problem: string, position = at): never => {
    throw new JsonError(position >= text.length ? "the text ends here, in the middle" : problem, text, position);
  };
  const found = (): string => JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
  const skip = (): void => {
    blank.lastIndex = at;
    blank.test(text);
    at = blank.lastIndex;
  };
  const expect = (character: string, where: string): void => {
    skip();
    if (text[at] !== character) fail(`expected "${character}" ${where}, found ${found()}`);
    at++;
  };

  const string = (): string => {
    const start = at;
    for (let end = text.indexOf('"', at + 1); ; end = text.indexOf('"', end + 1)) {
      if (end < 0) fail("", text.length);
      let slashes = 0;
      while (text[end - 1 - slashes] === "\\") slashes++;
      if (slashes % 2 === 1) continue;
      at = end + 1;
      break;
    }
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      const inside = text.slice(start, at);
      const bad = /[\u0000-\u001f]|\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(inside.replace(/\\\\/g, "  "));
      return fail("a line break, control character or unknown escape inside a string", start + (bad?.index ?? 0));
    }
  };

  const value = (depth: number): unknown => {
    if (depth > deepest) fail(`nested more than ${deepest} deep`);
    skip();
    switch (text[at]) {
      case "{": {
        const object: Record<string, unknown> = {};
        at++;
        skip();
        if (text[at] === "}") return at++, object;
        for (;;) {
          skip();
          if (text[at] !== '"') fail(`expected a key in double quotes, found ${found()}`);
          const key = string();
          expect(":", "after a key");
          const member = value(depth + 1);
          if (key === "__proto__") Object.defineProperty(object, key, { value: member, enumerable: true, configurable: true, writable: true });
          else object[key] = member;
          skip();
          if (text[at] === "}") return at++, object;
          expect(",", 'or "}" after a value');
        }
      }
      case "[": {
        const array: unknown[] = [];
        at++;
        skip();
        if (text[at] === "]") return at++, array;
        for (;;) {
          array.push(value(depth + 1));
          skip();
          if (text[at] === "]") return at++, array;
          expect(",", 'or "]" after a value');
        }
      }
      case '"':
        return string();
      default: {
        for (const [word, meaning] of [["true", true], ["false", false], ["null", null]] as const) {
          if (text.startsWith(word, at)) return (at += word.length), meaning;
        }
        numberPattern.lastIndex = at;
        const number = numberPattern.exec(text)?.[0];
        if (number === undefined) {
          const rest = text.slice(at);
          return fail(`expected a value, found ${found()}`, ["true", "false", "null", "-"].some((word) => word.startsWith(rest)) ? text.length : at);
        }
        at += number.length;
        return String(Number(number)) === number && number !== "NaN" && !number.endsWith("y") ? Number(number) : new NumberText(number);
      }
    }
  };

  const result = value(0);
  skip();
  if (at < text.length) fail(`expected the end of the text, found ${found()}`);
  return result;
}
