/** HTML that may stand in the page as it is: made by `html` or `trusted` only. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold: text and numbers are escaped, nothing is nothing, lists are joined. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** Makes HTML from a template; whatever is put into it is escaped, unless it is Html itself. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(strings.reduce((text, string, i) => text + written(contents[i - 1]) + string));
}

function written(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(written).join("");
  return escape(visible(String(content)));
}

export function escape(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * A text whose invisible characters show: control characters as their pictures (`␛`), those that reorder text as `⟦U+202E⟧`,
 * so that nothing reads otherwise than it is.
 */
export function visible(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, (character) => `⟦U+${hex(character)}⟧`);
}

const hex = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
