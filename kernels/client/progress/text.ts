/** Whether a code point takes two columns of a terminal: East Asian wide characters and emoji. */
const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const zero = /\p{Mark}|[\u200b-\u200f\ufe00-\ufe0f]/u;

const columnsOf = (character: string): number => (zero.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** The columns a text takes in a terminal. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** A text made safe for one line of a terminal: no control characters, hence no escape codes. */
export const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();

/** Cuts a text to `columns`, with "…" for what is missing. */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (width(text) <= columns) return text;
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Fills a text to `columns`. */
export const pad = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - width(text)));

/** `0.4 s`, `12 s`, `3:05 min`, `1:02:03 h`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number): string => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)} min`;
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)} h`;
}

/** `1 cell`, `2 cells`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Text colours, or none. */
export interface Colours {
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
}

/** Colours where the stream is a terminal that wants them (NO_COLOR, FORCE_COLOR, TERM=dumb). */
export function coloursFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Colours {
  const wanted = env.NO_COLOR ? false : stream.isTTY === true && env.TERM !== "dumb";
  const code = (open: number, close: number) => (text: string) => (wanted ? `\u001b[${open}m${text}\u001b[${close}m` : text);
  return { red: code(31, 39), green: code(32, 39), yellow: code(33, 39), dim: code(2, 22) };
}
