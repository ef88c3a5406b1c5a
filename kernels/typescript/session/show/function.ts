import { inspectText } from "./inspect.ts";
import { clip } from "./safe.ts";

type AnyFunction = (...args: never[]) => unknown;

/** A function's or class's head, as it was written without its types, and its own properties if it has any. */
export function functionText(value: AnyFunction | ((...args: never[]) => unknown) | object): string {
  const printed = inspectText(value);
  // `[Function: name]` or `[class Name extends Base]`, then perhaps properties.
  const [head] = /^\[[^\]]*\]/.exec(printed) ?? [""];
  if (head === "" || head.startsWith("[class")) return head === "" ? printed : head.slice(1, -1) + printed.slice(head.length);
  return signature(value as AnyFunction) + printed.slice(head.length);
}

export function signature(value: AnyFunction): string {
  const source = Function.prototype.toString.call(value).replace(/\s+/g, " ");
  const name = Object.getOwnPropertyDescriptor(value, "name")?.value as unknown;
  const kind = /^(async )?(?:function ?)?(\*)?/.exec(source)!;
  const parameters = parametersOf(source);
  const word = `${kind[1] ?? ""}function${generator(value) ? "*" : ""}`;
  const called = typeof name === "string" && name !== "" ? ` ${name}` : " ";
  if (source.endsWith("{ [native code] }")) return `${word}${called}() { [native code] }`;
  return clip(`${word}${called}${parameters ?? "(…)"}`, 200);
}

const generator = (value: AnyFunction): boolean => /Generator/.test(Object.prototype.toString.call(value));

/** From the first parenthesis to the one that closes it; of `x => …`, the one name. */
function parametersOf(source: string): string | undefined {
  const single = /^(?:async )?([\p{ID_Start}$_][\p{ID_Continue}$]*) ?=>/u.exec(source);
  if (single) return `(${single[1]})`;
  const open = source.indexOf("(");
  let depth = 0;
  let quote = "";
  for (let at = open; at >= 0 && at < source.length; at++) {
    const character = source[at];
    if (character === "\\") at++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if ("\"'`".includes(character)) quote = character;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && --depth === 0) return source.slice(open, at + 1);
  }
  return undefined;
}
