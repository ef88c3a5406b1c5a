/**
 * Text and frames leave the session on three pipes, whose order the server cannot see. Barriers restore it: escape sequences
 * in the text that name a point in time. A session-wide token keeps a cell's own output from posing as one.
 *
 *   switch n   written to both streams when output moves from one stream to the other: what follows waits for the other's n
 *   frame n    written to both streams before frame n: what follows waits until the frame was handled
 *   cell       names the cell that the following text belongs to
 */
export type Barrier =
  | { readonly kind: "switch"; readonly n: number }
  | { readonly kind: "frame"; readonly n: number }
  | { readonly kind: "cell"; readonly n: number };

const letters = { switch: "s", frame: "f", cell: "c" } as const;
const kinds = { s: "switch", f: "frame", c: "cell" } as const;

export const tokenVariable = "NOISEBOOK_BARRIER";
export const open = (token: string): string => `\x1b_${token};`;
export const close = "\x1b\\";

export function encodeBarrier(token: string, barrier: Barrier): string {
  return `${open(token)}${letters[barrier.kind]}${barrier.n}${close}`;
}

/** Cuts one stream's text into plain text and barriers; a barrier cut in two by the pipe waits for its rest. */
export class BarrierReader {
  readonly #open: string;
  #pending = "";

  constructor(token: string) {
    this.#open = open(token);
  }

  push(text: string): (string | Barrier)[] {
    let rest = this.#pending + text;
    const parts: (string | Barrier)[] = [];
    for (;;) {
      const at = rest.indexOf(this.#open);
      if (at < 0) break;
      const end = rest.indexOf(close, at + this.#open.length);
      if (at > 0) parts.push(rest.slice(0, at));
      rest = rest.slice(at);
      if (end < 0) {
        this.#pending = rest;
        return parts;
      }
      const body = rest.slice(this.#open.length, end - at);
      parts.push({ kind: kinds[body[0] as keyof typeof kinds], n: Number(body.slice(1)) });
      rest = rest.slice(end - at + close.length);
    }
    const cut = this.#partialOpen(rest);
    if (cut > 0) parts.push(rest.slice(0, cut));
    this.#pending = rest.slice(cut);
    return parts;
  }

  /** What is left when the stream ends. */
  end(): string {
    const rest = this.#pending;
    this.#pending = "";
    return rest;
  }

  #partialOpen(text: string): number {
    const escape = text.lastIndexOf("\x1b");
    return escape >= 0 && this.#open.startsWith(text.slice(escape)) ? escape : text.length;
  }
}
